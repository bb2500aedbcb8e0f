import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// Decoupled contrastive learning (Yeh et al. 2022): SimCLR for small batches.
///
/// Two views of each sample pass the backbone and a projector. As in SimCLR the two attract each other and repel all
/// other samples of the batch, but the positive pair is left out of the denominator of the loss.
package final class DCL: Method {
  package struct Configuration: ContrastiveSettings {
    /// τ, above 0; 0.1 in the paper.
    package var temperature: Double
    package var projector: Projector.Configuration

    package init(temperature: Double = 0.1, projector: Projector.Configuration) {
      self.temperature = temperature
      self.projector = projector
    }

    package static var name: MethodName { .dcl }
    package static var summary: String {
      "as simclr, but without the positive pair in the denominator of the loss: for small batches"
    }
    package static var paper: String { "Yeh et al. 2022, arXiv:2110.06848" }
    package static var takesAnyNumberOfViews: Bool { true }
    package var viewPlan: ViewPlan { .pair }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try DCL(self, on: backbone)
    }
  }

  private let branch: Branch
  private let objective: DecoupledContrast
  private var world = World.alone

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    branch = try Branch(on: backbone, projector: configuration.projector)
    objective = DecoupledContrast(temperature: configuration.temperature)
  }

  package var backbone: any Backbone { branch.backbone }
  package var children: [(name: String, module: any Module)] { branch.children }
  package var dividesLoss: Bool { true }

  package func join(_ world: World) {
    self.world = world
    joinChildren(world)
  }

  /// Both views pass in one batch, as in SimCLR's official code.
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
  public static let dcl: MethodName = "dcl"
}

extension MethodRequest {
  /// DCL; settings that are nil are the preset's.
  ///
  /// - Parameters:
  ///   - temperature: τ of the loss, from 0.001 to 100.
  ///   - projector: the head between backbone and loss.
  public static func dcl(temperature: Double? = nil, projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.dcl, temperature: temperature, projector: projector)
  }
}

extension DCL.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "dcl",
        source: "Yeh et al. 2022 on ImageNet (batch 256, 200 epochs), with the other numbers of google-research/simclr",
        input: .pictures(views: "simclr", imageSize: 224),
        method: { DCL.Configuration(temperature: 0.1, projector: .simclr(features: $0.features)) },
        optimizer: OptimizerConfiguration(.larsSimCLR, baseLearningRate: 0.3, weightDecay: 1e-6), batchSize: 256,
        epochs: 200, warmUpEpochs: 10),
      smallPair("dcl-small") {
        DCL.Configuration(temperature: 0.2, projector: .simclr(features: $0.features))
      },
    ]
  }
}

extension DCL.Configuration {
  public func validate() throws(SettingError) {
    try checkTemperature(temperature)
    try Settings.validate(projector, under: "projector")
  }
}
