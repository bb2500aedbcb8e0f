import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// A simple framework for contrastive learning of visual representations (Chen et al. 2020).
///
/// Two views of each sample pass the backbone and a projector. By the NT-Xent loss the two attract each other and repel
/// all other samples of the batch. Features for later use are those of the backbone, before the projector.
package final class SimCLR: Method {
  package struct Configuration: ContrastiveSettings {
    /// τ of NT-Xent, above 0: 0.1 on ImageNet, 0.5 on CIFAR-10 (the paper), 0.2 on small sets in minutes.
    package var temperature: Double
    package var projector: Projector.Configuration

    package init(temperature: Double, projector: Projector.Configuration) {
      self.temperature = temperature
      self.projector = projector
    }

    package static var name: MethodName { .simclr }
    package static var needsNegatives: Bool { true }
    package static var summary: String {
      "two views of a sample attract each other and repel all other samples of the batch"
    }
    package static var paper: String { "Chen et al. 2020, arXiv:2002.05709" }
    package static var takesAnyNumberOfViews: Bool { true }
    package var viewPlan: ViewPlan { .pair }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try SimCLR(self, on: backbone)
    }
  }

  private let branch: Branch
  private let objective: NTXent
  private var world = World.alone

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    branch = try Branch(on: backbone, projector: configuration.projector)
    objective = NTXent(temperature: configuration.temperature)
  }

  package var backbone: any Backbone { branch.backbone }
  package var children: [(name: String, module: any Module)] { branch.children }
  package var dividesLoss: Bool { true }

  package func join(_ world: World) {
    self.world = world
    joinChildren(world)
  }

  /// Both views pass in one batch, as in the official code: batch normalisation sees them together.
  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    try branch.together(views)
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try meanOverViews(output.embeddings) { first, second throws(TorchError) in
      try objective(first, second, in: world)
    }
  }
}

extension MethodName {
  public static let simclr: MethodName = "simclr"
}

extension MethodRequest {
  /// SimCLR; settings that are nil are the preset's.
  ///
  /// - Parameters:
  ///   - temperature: τ of the loss, from 0.001 to 100.
  ///   - projector: the head between backbone and loss.
  public static func simCLR(temperature: Double? = nil, projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.simclr, temperature: temperature, projector: projector)
  }
}

extension SimCLR.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "simclr", source: "Chen et al. 2020 on ImageNet, and google-research/simclr",
        input: .pictures(views: "simclr", imageSize: 224),
        method: { SimCLR.Configuration(temperature: 0.1, projector: .simclr(features: $0.features)) },
        optimizer: OptimizerConfiguration(.larsSimCLR, baseLearningRate: 0.3, weightDecay: 1e-6), batchSize: 4096,
        epochs: 100, warmUpEpochs: 10),
      Preset(
        "simclr-cifar", source: "Chen et al. 2020 on CIFAR-10 (appendix B.9), and google-research/simclr",
        input: .pictures(views: "simclr-cifar", imageSize: 32),
        method: { SimCLR.Configuration(temperature: 0.5, projector: .simclr(features: $0.features)) },
        optimizer: OptimizerConfiguration(.larsSimCLR, baseLearningRate: 1, weightDecay: 1e-4), batchSize: 512,
        epochs: 1000, warmUpEpochs: 10),
      Preset(
        "small", source: "Swiftlet's own measurements on a few thousand pictures in minutes of training", isSmall: true,
        input: .pictures(views: "small", imageSize: 64),
        method: { SimCLR.Configuration(temperature: 0.2, projector: .simclr(features: $0.features)) },
        optimizer: .small(), batchSize: 256, epochs: 100, warmUpEpochs: 10, warmUpShare: 0.05,
        shortRun: Preset.ShortRun(steps: 200, batchSize: 64, rateShare: 0.5, temperature: 0.1)),
    ]
  }
}

extension SimCLR.Configuration {
  public func validate() throws(SettingError) {
    try checkTemperature(temperature)
    try Settings.validate(projector, under: "projector")
  }
}
