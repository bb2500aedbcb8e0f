import Backbones
import Layers
import Methods
import Views

/// Numbers that were published, or measured, together. Named after their source.
public struct Preset: Sendable {
  public enum Name: String, CaseIterable, Sendable, Codable {
    case simclr
    case simclrCIFAR = "simclr-cifar"
    case small
  }

  public let name: Name
  /// Where the numbers come from, in one sentence.
  public let source: String
  public let imageViews: ImageRecipe.Name
  public let imageSize: Int
  public let stem: ResNet.Configuration.Stem
  public let temperature: Double
  public let projector: ProjectorName
  public let optimizer: OptimizerConfiguration
  public let batchSize: Int
  public let epochs: Int
  public let warmUpEpochs: Double
  /// The warm-up takes no more than this part of a run.
  public let warmUpShare: Double

  public init(_ name: Name) {
    self.name = name
    switch name {
    case .simclr:
      source = "Chen et al. 2020 on ImageNet, and google-research/simclr"
      imageViews = .simclr
      imageSize = 224
      stem = .imageNet
      temperature = 0.1
      projector = .simclr
      optimizer = OptimizerConfiguration(.larsSimCLR, baseLearningRate: 0.3, weightDecay: 1e-6)
      batchSize = 4096
      epochs = 100
      warmUpEpochs = 10
      warmUpShare = 1
    case .simclrCIFAR:
      source = "Chen et al. 2020 on CIFAR-10 (appendix B.9), and google-research/simclr"
      imageViews = .simclrCIFAR
      imageSize = 32
      stem = .cifar
      temperature = 0.5
      projector = .simclr
      optimizer = OptimizerConfiguration(.larsSimCLR, baseLearningRate: 1, weightDecay: 1e-4)
      batchSize = 512
      epochs = 1000
      warmUpEpochs = 10
      warmUpShare = 1
    case .small:
      source = "Swiftlet's own measurements on a few thousand pictures in minutes of training"
      imageViews = .small
      imageSize = 64
      stem = .imageNet
      temperature = 0.2
      projector = .simclr
      optimizer = OptimizerConfiguration(.adamW, baseLearningRate: 2e-3, weightDecay: 0.01)
      batchSize = 256
      epochs = 100
      warmUpEpochs = 10
      warmUpShare = 0.05
    }
  }

  /// The documented variants of the projector.
  public enum ProjectorName: String, CaseIterable, Sendable, Codable {
    case simclr
    case simclrV2 = "simclr-v2"
    case mocoV2 = "moco-v2"
    case soloLearn = "solo-learn"
    case linear

    public func configuration(features: Int) -> Projector.Configuration {
      switch self {
      case .simclr: .simclr(features: features)
      case .simclrV2: .simclrV2(features: features)
      case .mocoV2: .mocoV2(features: features)
      case .soloLearn: .soloLearn
      case .linear: .linear
      }
    }
  }
}
