import Backbones
import Layers
import Learning
import Methods
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
      try byol.validate()
    }

    fileprivate var byol: BYOL.Configuration {
      BYOL.Configuration(projector: projector, predictor: predictor, momentum: momentum)
    }
  }

  private let byol: BYOL

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    byol = try BYOL(configuration.byol, on: backbone)
  }

  package var backbone: any Backbone { byol.backbone }
  package var children: [(name: String, module: any Module)] { byol.children }
  package var lossIsMeanOfSamples: Bool { true }
  private var world = World.alone

  package func join(_ world: World) {
    self.world = world
    joinChildren(world)
  }

  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    try byol.forward(Self.standardised(views, with: world), at: position)
  }

  /// Both views less their common mean, divided by their common deviation.
  ///
  /// - Parameter world: whose processes have the rest of the batch.
  static func standardised(_ views: [ViewBatch], with world: World = .alone) throws(TorchError) -> [ViewBatch] {
    let values = try concatenate(
      views.map { view throws(TorchError) in try view.tensor.to(dtype: .float32).flattened(from: 0) })
    let (mean, spread) = try moments(of: values, with: world)
    let deviation = try spread.clamped(atLeast: smallestDeviation)
    return try views.map { view throws(TorchError) in
      try view.map { tensor throws(TorchError) in try (tensor - mean) / deviation }
    }
  }

  private static func moments(
    of values: Tensor, with world: World
  ) throws(TorchError) -> (mean: Tensor, deviation: Tensor) {
    guard world.sharedBatch != nil else { return (try values.mean(), try values.standardDeviation([0])) }
    let exact = try values.to(dtype: .float64)
    let sums = try stack([exact.sum(), Tensor.full([], Double(values.count), .float64)])
    try world.addUp(sums)
    let (sum, count): (Double, Double) = (try sums.selected(0, 0).item(), try sums.selected(0, 1).item())
    let difference = try exact - sum / count
    let squares = try (difference * difference).sum()
    try world.addUp(squares)
    return (
      try Tensor.full([], sum / count, on: values.device),
      try Tensor.full([], (squares.item() / (count - 1)).squareRoot(), on: values.device)
    )
  }

  /// The distance of 1 from the next float.
  private static let smallestDeviation = 1.1920928955078125e-7

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try byol.loss(output, at: position)
  }

  package func afterStep(_ output: MethodOutput, at position: RunPosition) throws(TorchError) {
    try byol.afterStep(output, at: position)
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
