import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// Supervised contrastive learning (Khosla et al. 2020): SimCLR with labels.
///
/// Two views of each sample pass the backbone and a projector. All views of a class attract each other and repel all
/// other views of the batch. Views of a sample without a label attract only each other, so a few labels are enough.
package final class SupCon: Method {
  package struct Configuration: ContrastiveSettings {
    /// τ, above 0; 0.1 in the paper.
    package var temperature: Double
    package var projector: Projector.Configuration

    package init(temperature: Double = 0.1, projector: Projector.Configuration) {
      self.temperature = temperature
      self.projector = projector
    }

    package static var name: MethodName { .supcon }
    package static var needsNegatives: Bool { true }
    package static var summary: String {
      "with labels: all views of a class attract each other and repel all others of the batch"
    }
    package static var paper: String { "Khosla et al. 2020, arXiv:2004.11362" }
    package var viewPlan: ViewPlan { .labelledPair }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try SupCon(self, on: backbone)
    }
  }

  private let branch: Branch
  private let objective: SupervisedContrast
  private var world = World.alone

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    branch = try Branch(on: backbone, projector: configuration.projector)
    objective = SupervisedContrast(temperature: configuration.temperature)
  }

  package var backbone: any Backbone { branch.backbone }
  package var children: [(name: String, module: any Module)] { branch.children }
  package var dividesLoss: Bool { true }

  package func join(_ world: World) {
    self.world = world
    joinChildren(world)
  }

  /// - Parameter views: two views, which pass in one batch as in the official code, and the classes [batch].
  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let (features, embeddings) = try branch(concatenate([views[0], views[1]]))
    return MethodOutput(
      features: try features.chunks(2), embeddings: try embeddings.chunks(2), targets: [views[2].tensor])
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try objective(output.embeddings[0], output.embeddings[1], classes: output.targets[0], in: world)
  }
}

extension MethodName {
  public static let supcon: MethodName = "supcon"
}

extension MethodRequest {
  /// SupCon; settings that are nil are the preset's.
  ///
  /// - Parameters:
  ///   - temperature: τ of the loss, from 0.001 to 100.
  ///   - projector: the head between backbone and loss.
  public static func supCon(temperature: Double? = nil, projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.supcon, temperature: temperature, projector: projector)
  }
}

extension SupCon.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "supcon-cifar", source: "Khosla et al. 2020 on CIFAR-10, and HobbitLong/SupContrast",
        input: .pictures(views: "supcon", imageSize: 32),
        method: { SupCon.Configuration(temperature: 0.1, projector: .supcon(features: $0.features)) },
        optimizer: OptimizerConfiguration(.sgd, baseLearningRate: 0.125, weightDecay: 1e-4, excludesBiasAndNorm: false),
        batchSize: 1024, epochs: 1000, warmUpEpochs: 10, finalRateShare: 0.001,
        departures: ["the loss is not multiplied by temperature/0.07 (code: it is)"]),
      smallPair("supcon-small") {
        SupCon.Configuration(temperature: 0.1, projector: .simclr(features: $0.features))
      },
    ]
  }
}

extension SupCon.Configuration {
  public func validate() throws(SettingError) {
    try checkTemperature(temperature)
    try Settings.validate(projector, under: "projector")
  }
}
