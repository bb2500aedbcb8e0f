import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// Swapping assignments between views (Caron et al. 2020; facebookresearch/swav).
///
/// Every view is compared with a set of prototypes. Sinkhorn's algorithm assigns the two global views evenly to the
/// prototypes, and each view has to predict the assignment of the others. If batches are small, a queue of earlier
/// embeddings takes part in the assignment. Features for later use are those of the backbone, before the projector.
package final class SwAV: Method {
  package struct Configuration: MethodSettings {
    /// The temperature τ of the prediction.
    package var temperature: Double
    /// ε of Sinkhorn's algorithm.
    package var epsilon: Double
    package var iterations: Int
    package var projector: Projector.Configuration
    package var prototypes: Int
    /// The prototypes are frozen for this many epochs.
    package var frozenEpochs: Double
    /// The number of earlier embeddings for each global view; 0 for no queue.
    package var queueLength: Int
    /// The epoch from which the queue is filled; it is used when it is full.
    package var queueStartEpoch: Double

    package init(
      temperature: Double = 0.1, epsilon: Double = 0.05, iterations: Int = 3, projector: Projector.Configuration,
      prototypes: Int = 3000, frozenEpochs: Double = 1, queueLength: Int = 0, queueStartEpoch: Double = 15
    ) {
      self.temperature = temperature
      self.epsilon = epsilon
      self.iterations = iterations
      self.projector = projector
      self.prototypes = prototypes
      self.frozenEpochs = frozenEpochs
      self.queueLength = queueLength
      self.queueStartEpoch = queueStartEpoch
    }

    package static var name: MethodName { .swav }
    package static var family: MethodFamily { .clustering }
    package static var summary: String {
      "views of a sample agree on its prototype, and samples are spread evenly over prototypes"
    }
    package static var paper: String { "Caron et al. 2020, arXiv:2006.09882" }
    package static var temperaturePath: WritableKeyPath<Self, Double>? { \.temperature }
    package static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { \.projector }
    package static var microBatching: MicroBatching {
      .impossible("its codes are balanced over all samples of a batch during the forward pass")
    }
    package var viewPlan: ViewPlan { .multiCrop }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try SwAV(self, backbone: backbone.build())
    }
  }

  package let backbone: any Backbone
  private let projector: Projector
  private let prototypes: Prototypes
  private let queue: Queue?
  private let configuration: Configuration
  private let objective: SwappedPrediction

  package init(_ configuration: Configuration, backbone: any Backbone) throws(TorchError) {
    self.backbone = backbone
    self.configuration = configuration
    projector = try Projector(inputs: backbone.featureCount, configuration.projector)
    prototypes = try Prototypes(projector.outputs, count: configuration.prototypes)
    queue =
      configuration.queueLength == 0
      ? nil : try Queue(views: Self.globalViews, length: configuration.queueLength, width: projector.outputs)
    objective = SwappedPrediction(temperature: configuration.temperature)
  }

  private static let globalViews = 2

  package var choiceCount: Int? { configuration.prototypes }

  package var children: [(name: String, module: any Module)] {
    [("backbone", backbone), ("projector", projector), ("prototypes", prototypes)]
      + (queue.map { [("queue", $0)] } ?? [])
  }

  private var world = World.alone

  package func join(_ world: World) {
    self.world = world
    joinChildren(world)
  }

  /// Predictions are the scores of every view; targets are the codes of the two global views.
  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let features = try forwardBySize(views) { x throws(TorchError) in try backbone(x) }
    let embeddings = try normalized(projector(concatenate(features)))
    let scores = try prototypes(embeddings).chunks(views.count)
    let global = Array(try embeddings.chunks(views.count).prefix(Self.globalViews))
    var codes: [Tensor] = []
    for view in global.indices { codes.append(try code(of: scores[view], view: view)) }
    return MethodOutput(features: features, embeddings: global, predictions: scores, targets: codes)
  }

  private func code(of scores: Tensor, view: Int) throws(TorchError) -> Tensor {
    try noGrad { () throws(TorchError) in
      // Codes are balanced over the whole batch, whichever process has its samples.
      let whole = try world.whole(scores).to(dtype: .float32)
      var all = whole
      if let earlier = try queue?.embeddings(ofView: view) {
        all = try concatenate([all, prototypes(earlier).to(dtype: .float32)])
      }
      return try world.own(
        sinkhorn(all, epsilon: configuration.epsilon, iterations: configuration.iterations).rows(0..<whole.shape[0]))
    }
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try objective(output.predictions, codes: output.targets)
  }

  package func beforeStep(at position: RunPosition) throws(TorchError) {
    if position.epoch < configuration.frozenEpochs { try prototypes.weight.tensor.clearGrad() }
  }

  package func afterStep(_ output: MethodOutput, at position: RunPosition) throws(TorchError) {
    try prototypes.normalise()
    if position.epoch >= configuration.queueStartEpoch { try queue?.take(output.embeddings) }
  }

  /// The newest embeddings of each global view, newest first.
  private final class Queue: Module {
    private let embeddings: Buffer
    private let filled: Buffer

    init(views: Int, length: Int, width: Int) throws(TorchError) {
      embeddings = Buffer(try .zeros([views, length, width]))
      filled = Buffer(try .zeros([], .int64))
    }

    var buffers: [(name: String, buffer: Buffer)] { [("embeddings", embeddings), ("filled", filled)] }

    private var length: Int { embeddings.tensor.shape[1] }

    /// Nil until the queue is full.
    func embeddings(ofView view: Int) throws(TorchError) -> Tensor? {
      Int(try filled.tensor.item()) < length ? nil : try embeddings.tensor.selected(0, view)
    }

    func take(_ views: [Tensor]) throws(TorchError) {
      let new = try stack(views.map { view throws(TorchError) in try view.detach().to(dtype: .float32) })
      try embeddings.tensor.copy_(concatenate([new, embeddings.tensor], dimension: 1).narrowed(1, 0..<length))
      try filled.tensor.add_(new.shape[1])
    }
  }
}

extension MethodName {
  public static let swav: MethodName = "swav"
}

extension MethodRequest {
  /// SwAV; settings that are nil are the preset's.
  ///
  /// - Parameters:
  ///   - temperature: τ of the loss, from 0.001 to 100.
  ///   - projector: the head between backbone and loss.
  public static func swAV(temperature: Double? = nil, projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.swav, temperature: temperature, projector: projector)
  }
}

extension SwAV.Configuration {
  /// Differences between LARC in the official code and LARS in this library.
  private static let larcDepartures = [
    "trust ratio by ‖∇ + λp‖ (code: ‖∇‖ + λ‖p‖)", "warm-up from 0 (code: from 0.3)",
  ]

  package static var presets: [Preset] {
    [
      Preset(
        "swav", source: "Caron et al. 2020 (SwAV) on ImageNet with batches of 4096, and facebookresearch/swav",
        input: .pictures(views: "swav", imageSize: 224),
        method: { _ in SwAV.Configuration(projector: .swav) },
        optimizer: OptimizerConfiguration(
          .lars, baseLearningRate: 0.3, weightDecay: 1e-6, excludesBiasAndNorm: false),
        batchSize: 4096, epochs: 800, warmUpEpochs: 10, finalRateShare: 1e-3, departures: larcDepartures),
      Preset(
        "swav-256",
        source: "Caron et al. 2020 (SwAV) on ImageNet with batches of 256 and a queue, and facebookresearch/swav",
        input: .pictures(views: "swav", imageSize: 224),
        method: { _ in SwAV.Configuration(projector: .swav, queueLength: 3840, queueStartEpoch: 15) },
        optimizer: OptimizerConfiguration(
          .lars, baseLearningRate: 0.6, weightDecay: 1e-6, excludesBiasAndNorm: false),
        batchSize: 256, epochs: 200, warmUpEpochs: 0, finalRateShare: 1e-3, departures: [larcDepartures[0]]),
      Preset(
        "swav-small",
        source: "swav, scaled down for a few thousand pictures in minutes of training; see docs/benchmarks.md",
        isSmall: true,
        input: .pictures(views: "small", imageSize: 64).on(nil, ["width": 32]),
        method: {
          // The projector is narrow and normalised. In many dimensions there are directions in which no prototype
          // stands out, and short training ends there.
          let projector = Projector.Configuration(widths: [$0.features, 16], normalization: .all, lastAffine: .none)
          return SwAV.Configuration(temperature: 0.2, projector: projector, prototypes: 100)
        }, optimizer: .small(), batchSize: 256,
        epochs: 50, warmUpEpochs: 10, warmUpShare: 0.05),
    ]
  }
}

extension Projector.Configuration {
  /// SwAV as published: 2048 hidden, 128 outputs, biases, normalisation of the hidden layer.
  static let swav = Projector.Configuration(widths: [2048, 128], normalization: .hidden, hasBias: true)
}

extension SwAV.Configuration {
  public func validate() throws(SettingError) {
    try checkTemperature(temperature)
    try check(epsilon, in: 0.001...100, "epsilon")
    try check(iterations, in: 1...1000, "iterations")
    try Settings.validate(projector, under: "projector")
    try check(prototypes, in: 2...1_048_576, "prototypes")
    try checkVectors(prototypes, behind: projector, "prototypes")
    try check(frozenEpochs, in: 0...1_000_000, "frozenEpochs")
    try check(queueLength, in: 0...1_048_576, "queueLength")
    try checkVectors(2 * queueLength, behind: projector, "queueLength")
    try check(queueStartEpoch, in: 0...1_000_000, "queueStartEpoch")
  }
}
