import Backbones
import Layers
import Learning
import Optimizers
import Samples
import Settings
import Torch

/// Contextual contrast of two crops of each series, step by step and at every scale of time (Yue et al. 2022;
/// yuezhihan/ts2vec).
///
/// Half of the steps of each crop are hidden behind the first layer, so that a step is represented by its surroundings. The
/// features are those of a second network, whose weights are the mean of all that the trained one had, its first included.
package final class TS2Vec: Method {
  package struct Configuration: MethodSettings {
    /// The probability that a step of a crop is seen, above 0 to 1: 0.5 in the paper.
    package var keptShare: Double

    /// τ of soft targets over time (SoftCLT, Lee et al. 2024, arXiv:2312.16424), above 0; nil for one partner of each step.
    package var softTime: Double?

    package init(keptShare: Double = 0.5, softTime: Double? = nil) {
      self.keptShare = keptShare
      self.softTime = softTime
    }

    package static var name: MethodName { .ts2vec }
    package static var family: MethodFamily { .contrastive }
    package static var summary: String {
      "for time series: two crops of a series agree step by step, at every scale of time"
    }
    package static var paper: String { "Yue et al. 2022, arXiv:2106.10466" }
    package static var backboneFamily: String? { DilatedCNN.Configuration.family }
    package static var microBatching: MicroBatching {
      .impossible("its crops are as long for all series of a batch, which are compared step by step")
    }
    package var viewPlan: ViewPlan { .wholeSeries }

    static let keptShareKey = OptionKey<Double>(
      "kept-share", in: 0.01...1, help: "Part of the steps of a crop that ts2vec sees. Default: 0.5."
    ).rare
    static let softTimeKey = OptionKey<Double>(
      "soft-time", in: 0.001...1000,
      help:
        "Neighbouring steps are partners of ts2vec too, by 2/(1 + exp(T · distance)) of this T (SoftCLT): 1 is usual. Default: off."
    ).rare
    package static var ownOptions: [RunOption] { [keptShareKey.option, softTimeKey.option] }
    package mutating func apply(_ options: OptionValues) throws(Refusal) {
      if let share = options[Self.keptShareKey] { keptShare = share }
      if let sharpness = options[Self.softTimeKey] { softTime = sharpness }
    }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      guard let network = backbone.settings as? DilatedCNN.Configuration else {
        throw TorchError(
          call: "ts2vec", message: "represents each step and needs a dilated-cnn, not \(backbone.title)")
      }
      return try TS2Vec(self, on: network)
    }

    package func validate() throws(SettingError) {
      try check(keptShare, in: 0.01...1, "keptShare")
      if let softTime { try check(softTime, in: 0.001...1000, "softTime") }
    }
  }

  private let configuration: Configuration
  private let network: DilatedCNN
  private let mean: MovingAverage<DilatedCNN>
  private let objective: HierarchicalContrast
  /// Crops whose representations have more numbers together pass the network again for their gradients, some series at a time.
  private let mostAtOnce: Int

  package init(
    _ configuration: Configuration, on backbone: DilatedCNN.Configuration, mostAtOnce: Int = 1 << 22
  ) throws(TorchError) {
    self.configuration = configuration
    self.mostAtOnce = mostAtOnce
    objective = HierarchicalContrast(sharpness: configuration.softTime)
    network = try DilatedCNN(backbone)
    mean = try MovingAverage(DilatedCNN(backbone), following: network)
  }

  package var backbone: any Backbone { mean.network }
  package var children: [(name: String, module: any Module)] { [("network", network), ("mean", mean)] }
  /// The loss compares steps, and not the features of series.
  package var comparesEmbeddings: Bool { false }

  private var world = World.alone

  package func join(_ world: World) {
    self.world = world
    joinChildren(world)
  }

  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let values = views[0].tensor
    let crops = try self.crops(of: views[0])
    let kept = try [crops.first, crops.second].map { range throws(TorchError) in
      configuration.keptShare < 1
        ? try isBelow(
          world.drawn(values.shape[0]) { count throws(TorchError) in
            try Tensor.rand([count, range.count], on: values.device)
          }, configuration.keptShare) : nil
    }
    return try forward(values, crops, kept: kept)
  }

  /// - Parameters:
  ///   - values: [batch, steps, channels]
  ///   - kept: of the first and the second crop which steps are seen, [batch, steps of the crop]; nil for all.
  package func forward(
    _ values: Tensor, _ crops: SeriesCrops, kept: [Tensor?]
  ) throws(TorchError) -> MethodOutput {
    let inputs = [try crops.crop(values, crops.first), try crops.crop(values, crops.second)]
    let length = crops.overlap.count
    // All processes decide alike.
    let count = world.sharedBatch?.total ?? values.shape[0]
    if recordsGradients, RecomputedCrops.rows(of: inputs, network, atOnce: mostAtOnce) < count {
      return try RecomputedCrops(drawnFor: inputs, kept: kept, overlap: length, network, atOnce: mostAtOnce).output()
    }
    let first = try network.represented(inputs[0], isKept: kept[0])
    let second = try network.represented(inputs[1], isKept: kept[1])
    let features = try noGrad { () throws(TorchError) in [try DilatedCNN.pooled(first), try DilatedCNN.pooled(second)] }
    return MethodOutput(
      features: features, embeddings: features,
      predictions: [
        try first.narrowed(2, first.shape[2] - length..<first.shape[2]), try second.narrowed(2, 0..<length),
      ])
  }

  private func crops(of view: ViewBatch) throws(TorchError) -> SeriesCrops {
    let (count, steps) = (view.count, view.tensor.shape[1])
    guard view.tensors.count > 1 else { return try drawn(Array(repeating: steps, count: count)) }
    let lengths = try view.tensors[1].sum([1]).values(as: Float.self).map { wholeNumber(Double($0), in: 0...steps) }
    // Memory is counted on series of no steps: there the largest crops decide.
    if lengths.allSatisfy({ $0 == 0 }) { return SeriesCrops(wholeOf: steps, count: count) }
    return try drawn(lengths)
  }

  private func drawn(_ lengths: [Int]) throws(TorchError) -> SeriesCrops {
    // From the generator of the processor, which is seeded at each step, so that no value is fetched from a device.
    // Crops are as long for the whole batch, whichever process has its series.
    var all = lengths
    if world.sharedBatch != nil {
      all = try world.whole(Tensor(lengths.map { Int64($0) })).values(as: Int64.self).map { Int($0) }
    }
    var numbers = try world.drawnAlike { () throws(TorchError) in try Tensor.rand([4 + all.count], .float64) }
      .values(as: Double.self)[...]
    let crops = SeriesCrops(of: all) { numbers.popFirst() ?? 0 }
    return world.sharedBatch.map { crops.part($0.rows) } ?? crops
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    guard let crops = RecomputedCrops(of: output, network, atOnce: mostAtOnce) else {
      return try objective(output.predictions[0], output.predictions[1])
    }
    return try crops.loss(output, objective)
  }

  /// The mean of the first weights and of those after each step.
  package func afterStep(_ output: MethodOutput, at position: RunPosition) throws(TorchError) {
    let seen = Double(position.step + 1)
    try mean.follow(momentum: seen / (seen + 1))
  }
}

extension MethodRequest {
  /// TS2Vec, for time series; settings that are nil are the preset's.
  ///
  /// - Parameters:
  ///   - keptShare: the part of the steps of a crop that are seen, from 0.01 to 1.
  ///   - softTime: τ of soft targets over time, from 0.001 to 1000: 1 is usual.
  public static func ts2vec(keptShare: Double? = nil, softTime: Double? = nil) -> MethodRequest {
    var options = OptionValues()
    options[TS2Vec.Configuration.softTimeKey] = softTime
    options[TS2Vec.Configuration.keptShareKey] = keptShare
    return MethodRequest(.ts2vec, options)
  }
}

extension MethodName {
  public static let ts2vec: MethodName = "ts2vec"
}

extension TS2Vec.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        SeriesPresets.usual, source: "Yue et al. 2022 (TS2Vec), and yuezhihan/ts2vec", isSmall: true,
        input: Preset.Input(kind: SeriesConfiguration.kind, backbone: "dilated-cnn"),
        method: { _ in TS2Vec.Configuration() },
        // 1e-3 for the batch of 8.
        optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 0.032, weightDecay: 0.01), batchSize: 8,
        epochs: 40, warmUpEpochs: 0, finalRateShare: 1, leastStepsPerEpoch: 1,
        departures: [
          "crops of series of different lengths are no longer than the shortest of a batch (code: filled up)"
        ])
    ]
  }
}
