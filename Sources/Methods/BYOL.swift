import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// Bootstrap your own latent (Grill et al. 2020).
///
/// From the embedding of one view, a predictor predicts the teacher's embedding of the other view. The teacher is a
/// moving average of the network. There are no negatives, so small batches are enough. The loss is symmetric in the two
/// views.
package final class BYOL: Method {
  package struct Configuration: MethodSettings {
    package var projector: Projector.Configuration
    /// The predictor's hidden layers; its last layer is as wide as the embedding.
    package var predictor: Projector.Configuration
    /// The teacher's momentum over the run: a cosine from 0.996 to 1 for the paper's 1000 epochs.
    package var momentum: ScheduledValue

    package init(
      projector: Projector.Configuration = .byol, predictor: Projector.Configuration = .byolPredictor,
      momentum: ScheduledValue = .cosine(from: 0.996, to: 1)
    ) {
      self.projector = projector
      self.predictor = predictor
      self.momentum = momentum
    }

    package static var name: MethodName { .byol }
    package static var family: MethodFamily { .selfDistillation }
    package static var summary: String {
      "a predictor maps the embedding of one view to that of the other view by a moving-average teacher; no negatives"
    }
    package static var paper: String { "Grill et al. 2020, arXiv:2006.07733" }
    package static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { \.projector }
    package var viewPlan: ViewPlan { .pair }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try BYOL(self, on: backbone)
    }
  }

  private let network: PredictedTeacher
  private let objective = NegativeCosine()

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    network = try PredictedTeacher(
      on: backbone, projector: configuration.projector, predictor: configuration.predictor,
      momentum: configuration.momentum)
  }

  package var backbone: any Backbone { network.student.backbone }
  package var children: [(name: String, module: any Module)] { network.children }
  package var lossIsMeanOfSamples: Bool { true }

  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    try network(views)
  }

  /// Squared distances of unit vectors, 2 − 2 cos, summed over both directions: from 0 to 8.
  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    let first = try objective(output.predictions[0], output.targets[0])
    let second = try objective(output.predictions[1], output.targets[1])
    return try (first + second) * 2 + 4
  }

  package func afterStep(_ output: MethodOutput, at position: RunPosition) throws(TorchError) {
    try network.follow(at: position)
  }
}

extension MethodName {
  public static let byol: MethodName = "byol"
}

extension MethodRequest {
  /// BYOL; settings that are nil are the preset's.
  ///
  /// - Parameter projector: the head between backbone and loss.
  public static func byol(projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.byol, projector: projector)
  }
}

extension BYOL.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "byol", source: "Grill et al. 2020 on ImageNet in 300 epochs, and deepmind-research/byol (configs/byol.py)",
        input: .pictures(views: "byol", imageSize: 224),
        method: { _ in BYOL.Configuration(momentum: .cosine(from: 0.99, to: 1)) },
        optimizer: OptimizerConfiguration(.lars, baseLearningRate: 0.3, weightDecay: 1e-6), batchSize: 4096,
        epochs: 300, warmUpEpochs: 10),
      smallPair(
        "byol-small", optimizer: .smallMomentum(baseLearningRate: 0.4),
        shortRun: .init(steps: 400, batchSize: 32, rateShare: 1)
      ) { _ in
        BYOL.Configuration(projector: .small2, predictor: .smallPredictor, momentum: .cosine(from: 0.9, to: 1))
      },
    ]
  }
}

extension BYOL.Configuration {
  public func validate() throws(SettingError) {
    try Settings.validate(projector, under: "projector")
    try Settings.validate(predictor, under: "predictor")
    try momentum.validateMomentum(under: "momentum")
  }
}
