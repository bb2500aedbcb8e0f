import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// Momentum contrast, version 3 (Chen, Xie & He 2021).
///
/// Like MoCo, but without a queue: the prediction from one view has to find the teacher's key of the other view among
/// those of the batch, which should be large. The loss is symmetric in the two views. The method was made for vision
/// transformers.
package final class MoCoV3: Method {
  package struct Configuration: ContrastiveSettings {
    /// τ, above 0: 1 for a ResNet-50, 0.2 for vision transformers.
    package var temperature: Double
    package var projector: Projector.Configuration
    /// The predictor's hidden layers; its last layer is as wide as the embedding.
    package var predictor: Projector.Configuration
    /// The teacher's momentum over the run: a cosine from 0.99 to 1.
    package var momentum: ScheduledValue

    package init(
      temperature: Double = 1, projector: Projector.Configuration = .mocoV3(layers: 2),
      predictor: Projector.Configuration = .mocoV3Predictor(normalizesLast: false),
      momentum: ScheduledValue = .cosine(from: 0.99, to: 1)
    ) {
      self.temperature = temperature
      self.projector = projector
      self.predictor = predictor
      self.momentum = momentum
    }

    package static var name: MethodName { .mocoV3 }
    package static var needsNegatives: Bool { true }
    package static var summary: String {
      "contrastive: the prediction from one view is matched with the key of the other view from a moving-average teacher"
    }
    package static var paper: String { "Chen, Xie & He 2021, arXiv:2104.02057" }
    package var viewPlan: ViewPlan { .pair }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try MoCoV3(self, on: backbone)
    }
  }

  private let network: PredictedTeacher
  private let objective: InfoNCE

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    network = try PredictedTeacher(
      on: backbone, projector: configuration.projector, predictor: configuration.predictor,
      momentum: configuration.momentum)
    objective = InfoNCE(temperature: configuration.temperature)
  }

  package var backbone: any Backbone { network.student.backbone }
  package var children: [(name: String, module: any Module)] { network.children }

  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    try network(views)
  }

  /// 2τ · InfoNCE, summed over both directions.
  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    let first = try objective(output.predictions[0], output.targets[0])
    let second = try objective(output.predictions[1], output.targets[1])
    return try (first + second) * (2 * objective.temperature)
  }

  package func afterStep(_ output: MethodOutput, at position: RunPosition) throws(TorchError) {
    try network.follow(at: position)
  }
}

extension MethodName {
  public static let mocoV3: MethodName = "moco-v3"
}

extension MethodRequest {
  /// MoCoV3; settings that are nil are the preset's.
  ///
  /// - Parameters:
  ///   - temperature: τ of the loss, from 0.001 to 100.
  ///   - projector: the head between backbone and loss.
  public static func moCoV3(temperature: Double? = nil, projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.mocoV3, temperature: temperature, projector: projector)
  }
}

extension MoCoV3.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "moco-v3",
        source: "Chen, Xie & He 2021 with a ResNet-50 in 300 epochs, and facebookresearch/moco-v3 (CONFIG.md)",
        input: .pictures(views: "moco-v3", imageSize: 224), method: { _ in MoCoV3.Configuration() },
        optimizer: OptimizerConfiguration(.lars, baseLearningRate: 0.3, weightDecay: 1e-6), batchSize: 4096,
        epochs: 300, warmUpEpochs: 10),
      smallPair("moco-v3-small") { _ in
        MoCoV3.Configuration(
          temperature: 0.2, projector: .small2, predictor: .smallPredictor, momentum: .cosine(from: 0.97, to: 1))
      },
    ]
  }
}

extension MoCoV3.Configuration {
  public func validate() throws(SettingError) {
    try checkTemperature(temperature)
    try Settings.validate(projector, under: "projector")
    try Settings.validate(predictor, under: "predictor")
    try momentum.validateMomentum(under: "momentum")
  }
}
