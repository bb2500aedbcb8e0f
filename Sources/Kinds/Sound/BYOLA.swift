import Backbones
import Layers
import Learning
import Methods
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// BYOL for audio, version 2 (Niizumi et al. 2023): BYOL on two views of one place of a clip, both standardised together by
/// the mean and deviation of all values of the batch. What makes it one for audio are the views (`SoundRecipe`) and the
/// encoder (`BYOLAEncoder`).
package final class BYOLA: Method {
  package struct Configuration: MethodSettings {
    package var projector: Projector.Configuration
    /// The predictor's hidden layers; its last layer is as wide as the embedding.
    package var predictor: Projector.Configuration
    /// The teacher's, 0.99 in the paper.
    package var momentum: ScheduledValue

    package init(
      projector: Projector.Configuration = .byol, predictor: Projector.Configuration = .byolPredictor,
      momentum: ScheduledValue = .constant(0.99)
    ) {
      self.projector = projector
      self.predictor = predictor
      self.momentum = momentum
    }

    package static var name: MethodName { .byolA }
    package static var family: MethodFamily { .selfDistillation }
    package static var summary: String {
      "for sound: BYOL on two views of one place, mixed with other clips, stretched and faded, then standardised together"
    }
    package static var paper: String { "Niizumi et al. 2023, arXiv:2204.07402" }
    package static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { \.projector }
    package static var microBatching: MicroBatching { .differing("views are standardised over a part of the batch") }
    package var viewPlan: ViewPlan { .spectrogramPair }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try BYOLA(self, on: backbone)
    }

    package func validate() throws(SettingError) {
      try Settings.validate(projector, under: "projector")
      try Settings.validate(predictor, under: "predictor")
      try momentum.validateMomentum(under: "momentum")
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

  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    try network(Self.standardised(views))
  }

  /// Both views less their common mean, divided by their common deviation.
  static func standardised(_ views: [ViewBatch]) throws(TorchError) -> [ViewBatch] {
    let values = try concatenate(
      views.map { view throws(TorchError) in try view.tensor.to(dtype: .float32).flattened(from: 0) })
    let mean = try values.mean()
    let deviation = try values.standardDeviation([0]).clamped(atLeast: smallestDeviation)
    return try views.map { view throws(TorchError) in
      try view.map { tensor throws(TorchError) in try (tensor - mean) / deviation }
    }
  }

  /// The distance of 1 from the next float.
  private static let smallestDeviation = 1.1920928955078125e-7

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
  public static let byolA: MethodName = "byol-a"
}

extension MethodRequest {
  /// BYOL-A, for sound; settings that are nil are the preset's.
  ///
  /// - Parameter projector: the head between network and loss.
  public static func byolA(projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.byolA, projector: projector)
  }
}
