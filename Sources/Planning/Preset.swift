import Backbones
import Methods
import Training
import Views

/// Numbers that were published, or measured, together. Named after their source.
public struct Preset: Sendable {
  public enum Name: String, CaseIterable, Sendable, Codable {
    case simclr
    case simclrCIFAR = "simclr-cifar"
    case small
  }

  /// What the numbers say of the views; one case a kind of data.
  public enum Input: Sendable {
    case images(views: ImageRecipe.Name, imageSize: Int)
  }

  /// What the numbers say of the method; one case a method.
  public enum Method: Sendable {
    case simCLR(temperature: Double, projector: ProjectorName)
  }

  public let name: Name
  /// Where the numbers come from, in one sentence.
  public let source: String
  public let input: Input
  public let method: Method
  public let optimizer: OptimizerConfiguration
  public let batchSize: Int
  public let epochs: Int
  public let warmUpEpochs: Double
  /// The warm-up takes no more than this part of a run.
  public let warmUpShare: Double

  public init(_ name: Name) {
    switch name {
    case .simclr: self = .simclr
    case .simclrCIFAR: self = .simclrCIFAR
    case .small: self = .small
    }
  }

  init(
    _ name: Name, source: String, input: Input, method: Method, optimizer: OptimizerConfiguration, batchSize: Int,
    epochs: Int, warmUpEpochs: Double, warmUpShare: Double = 1
  ) {
    self.name = name
    self.source = source
    self.input = input
    self.method = method
    self.optimizer = optimizer
    self.batchSize = batchSize
    self.epochs = epochs
    self.warmUpEpochs = warmUpEpochs
    self.warmUpShare = warmUpShare
  }

  func warmUpSteps(of totalSteps: Int, stepsPerEpoch: Int) -> Int {
    Int(min(warmUpEpochs * Double(stepsPerEpoch), warmUpShare * Double(totalSteps)).rounded())
  }
}

/// The methods by the names of the command line.
public enum MethodName: String, CaseIterable, Sendable {
  case simclr
}
