import Backbones
import Layers
import Learning
import Settings
import Torch

/// The encoder of TS2Vec (Yue et al. 2022): a linear layer, then residual blocks of dilated convolutions, so that the last of
/// `layers` + 1 blocks sees 2^(layers + 2) steps around each. Parameters are named as in yuezhihan/ts2vec, so that its weights
/// travel both ways.
///
/// [batch, steps, channels] values and [batch, steps] which of them there are → features [batch, features], the greatest
/// value of each feature over all steps. A step that lacks a value is hidden: it counts as zero, behind the linear layer.
/// Steps behind the end of a series count nothing, so that its features do not depend on the other series of a batch.
package final class DilatedCNN: StepBackbone {
  package struct Configuration: Codable, Sendable, Equatable {
    package var channels: Int
    /// The width of the blocks, 64 in the paper.
    package var width: Int
    /// How many blocks there are before the last, 10 in the paper.
    package var layers: Int
    /// The width of the representation, 320 in the paper.
    package var features: Int
    /// The part of the representation that training drops, 0.1 in the official code.
    package var dropout: Double

    package init(
      channels: Int, width: Int = 64, layers: Int = 10, features: Int = 320, dropout: Double = 0.1
    ) {
      self.channels = channels
      self.width = width
      self.layers = layers
      self.features = features
      self.dropout = dropout
    }
  }

  package let configuration: Configuration
  private let input: Linear
  private let blocks: [Block]
  private let dropout: Dropout

  package init(_ configuration: Configuration) throws(TorchError) {
    try configuration.validate(for: "DilatedCNN")
    self.configuration = configuration
    input = try Linear(configuration.channels, configuration.width)
    blocks = try (0...configuration.layers).map { index throws(TorchError) in
      let isLast = index == configuration.layers
      return try Block(
        configuration.width, isLast ? configuration.features : configuration.width, dilation: 1 << index,
        hasProjector: isLast)
    }
    dropout = Dropout(configuration.dropout)
  }

  package var featureCount: Int { configuration.features }

  /// The linear layer, then each block.
  package var stages: [[String]] { [["input_fc"]] + blocks.indices.map { ["feature_extractor.net.\($0)"] } }

  package var children: [(name: String, module: any Module)] {
    [("input_fc", input)] + blocks.enumerated().map { ("feature_extractor.net.\($0.offset)", $0.element) }
      + [("repr_dropout", dropout)]
  }

  /// So many numbers of a representation are in memory at a time where no gradients are recorded.
  private static let mostAtOnce = 1 << 23

  package func callAsFunction(_ view: ViewBatch) throws(TorchError) -> Tensor {
    let (count, steps) = (view.count, view.tensor.shape[1])
    let rows = max(1, Self.mostAtOnce / max(1, steps * configuration.features))
    guard !dropout.isTraining, rows < count else { return try features(of: view) }
    var parts: [Tensor] = []
    for start in stride(from: 0, to: count, by: rows) {
      parts.append(try features(of: view.rows(start..<min(start + rows, count))))
    }
    return try concatenate(parts)
  }

  package func steps(of view: ViewBatch) throws(TorchError) -> (vectors: Tensor, lengths: [Int]) {
    let isThere = view.tensors.count > 1 ? view.tensors[1] : nil
    let lengths = try isThere?.sum([1]).values(as: Float.self).map {
      wholeNumber(Double($0), in: 0...view.tensor.shape[1])
    }
    return (
      try represented(view.tensor, isThere: isThere).transposed(1, 2).contiguous(),
      lengths ?? Array(repeating: view.tensor.shape[1], count: view.count)
    )
  }

  /// Where all series of a batch are equally long, only what the last step sees passes the blocks.
  package func lastStep(of view: ViewBatch) throws(TorchError) -> Tensor {
    let steps = view.tensor.shape[1]
    if view.tensors.count > 1, try !view.tensors[1].allTrue() {
      let (vectors, lengths) = try self.steps(of: view)
      return try stack(
        lengths.enumerated().map { row, length throws(TorchError) in
          try vectors.selected(0, row).selected(0, max(0, length - 1))
        })
    }
    // The first step that matters behind each block.
    var starts = [steps - 1]
    for index in blocks.indices.reversed() {
      let dilation = 1 << index
      // Both convolutions of a block look back, unless that is before the first step.
      let reach = steps - 1 >= 2 * dilation ? 2 * dilation : steps - 1 >= dilation ? dilation : 0
      starts.append(max(0, starts[starts.count - 1] - reach))
    }
    starts.reverse()
    var x = try entered(view.tensor, isKept: nil, isThere: nil).x
    var first = 0
    for (block, start) in zip(blocks, starts) {
      if start > first { x = try x.narrowed(2, start - first..<x.shape[2]) }
      first = start
      x = try block(x, nil)
    }
    return try dropout(x.selected(2, x.shape[2] - 1))
  }

  private func features(of view: ViewBatch) throws(TorchError) -> Tensor {
    let isThere = view.tensors.count > 1 ? view.tensors[1] : nil
    return try Self.pooled(represented(view.tensor, isThere: isThere), isThere: isThere)
  }

  /// The greatest value of each feature.
  ///
  /// - Parameters:
  ///   - steps: [batch, features, steps]
  ///   - isThere: [batch, steps], 1 for steps that count; nil if all do.
  /// - Returns: [batch, features]
  static func pooled(_ steps: Tensor, isThere: Tensor? = nil) throws(TorchError) -> Tensor {
    guard let isThere else { return try steps.max(2).values }
    return try steps.filled(where: isThere.unsqueezed(1).equals(0), with: -1e4).max(2).values
  }

  /// The representation of each step: [batch, features, steps].
  ///
  /// - Parameters:
  ///   - values: [batch, steps, channels], not a number where one is missing.
  ///   - isKept: [batch, steps], 0 for steps that are hidden as those that lack a value are; nil to hide none.
  ///   - isThere: [batch, steps], 0 for steps behind the end of a series; nil if there are none.
  ///   - undropped: [batch, features, steps] of booleans, false for values that dropout makes zero; nil to draw them.
  package func represented(
    _ values: Tensor, isKept: Tensor? = nil, isThere: Tensor? = nil, undropped: Tensor? = nil
  ) throws(TorchError) -> Tensor {
    var (x, mask) = try entered(values, isKept: isKept, isThere: isThere)
    for block in blocks { x = try block(x, mask) }
    guard let undropped else { return try dropout(x) }
    return try x * (undropped.to(dtype: x.dtype) * (1 / (1 - dropout.probability)))
  }

  /// What enters the blocks, [batch, width, steps], and which steps there are, [batch, 1, steps]; see `represented`.
  private func entered(
    _ values: Tensor, isKept: Tensor?, isThere: Tensor?
  ) throws(TorchError) -> (x: Tensor, mask: Tensor?) {
    let missing = try isMissing(values)
    var isSeen = try anyOfLast(missing).equals(0).to(dtype: .float32)
    if let isKept { isSeen = try isSeen * isKept }
    if let isThere { isSeen = try isSeen * isThere }
    let known = try input(values.filled(where: missing, with: 0))
    let x = try (known * isSeen.unsqueezed(2).to(dtype: known.dtype)).transposed(1, 2).contiguous()
    return (x, try isThere?.unsqueezed(1).to(dtype: x.dtype))
  }

  /// GELU, convolution, GELU, convolution, and the input added.
  private final class Block: Module {
    private let first: Convolution
    private let second: Convolution
    private let projector: Convolution?

    init(_ inputs: Int, _ outputs: Int, dilation: Int, hasProjector: Bool) throws(TorchError) {
      first = try Convolution(inputs, outputs, kernel: 3, dilation: dilation)
      second = try Convolution(outputs, outputs, kernel: 3, dilation: dilation)
      projector = hasProjector ? try Convolution(inputs, outputs, kernel: 1, dilation: 1) : nil
    }

    var children: [(name: String, module: any Module)] {
      [("conv1.conv", first), ("conv2.conv", second)] + (projector.map { [("projector", $0)] } ?? [])
    }

    /// - Parameter mask: [batch, 1, steps], 0 behind the end of a series, where `x` is 0 too; nil if there is nothing.
    func callAsFunction(_ x: Tensor, _ mask: Tensor?) throws(TorchError) -> Tensor {
      // GELU leaves zeros as they are.
      var inner = try first(gelu(x))
      if let mask { inner = try inner * mask }
      let residual = try projector.map { projector throws(TorchError) in try projector(x) } ?? x
      let sum = try second(gelu(inner)) + residual
      return try mask.map { mask throws(TorchError) in try sum * mask } ?? sum
    }
  }

  /// A convolution over time that keeps the number of steps. Initialised as in PyTorch: uniform in ±1/√(inputs · kernel).
  private final class Convolution: Module {
    private let weight: Parameter
    private let bias: Parameter
    private let dilation: Int
    private let padding: Int

    init(_ inputs: Int, _ outputs: Int, kernel: Int, dilation: Int) throws(TorchError) {
      let bound = 1 / Double(inputs * kernel).squareRoot()
      weight = try Parameter(.uniform([outputs, inputs, kernel], -bound...bound))
      bias = try Parameter(.uniform([outputs], -bound...bound))
      self.dilation = dilation
      padding = dilation * (kernel - 1) / 2
    }

    var parameters: [(name: String, parameter: Parameter)] { [("weight", weight), ("bias", bias)] }

    func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
      try convolution(x, weight: weight.tensor, bias: bias.tensor, padding: padding, dilation: dilation)
    }
  }
}

extension DilatedCNN.Configuration: BackboneSettings {
  static let featuresKey = OptionKey<Int>(
    "series-features", in: 4...4096, help: "Features of a series, of a dilated-cnn. Default: 320."
  ).makingRunsLarger
  static let dropoutKey = OptionKey<Double>(
    "series-dropout", in: 0...0.9, help: "Part of the features that training drops in a dilated-cnn. Default: 0.1."
  ).rare

  package static var family: String { "dilated-cnn" }
  package static var options: [RunOption] {
    [NetworkOptions.width.option, NetworkOptions.layers.option, featuresKey.option, dropoutKey.option]
  }
  package static var models: [BackboneModel] {
    [
      BackboneModel(
        "dilated-cnn",
        source: "Yue et al. 2022 (TS2Vec), arXiv:2106.10466; takes the weights of yuezhihan/ts2vec: for time series",
        published: BackboneConfiguration(Self(channels: 1)))
    ]
  }
  /// More layers would look further than any series is long.
  private static let mostLayers = 17

  package init(for request: BackboneProposal) throws(Refusal) {
    guard request.sample.count == 2, request.sample[0].count == 2, request.sample[1] == [request.sample[0][0]] else {
      throw Refusal("backbone", request.name.rawValue, "has no meaning for \(request.kind)", .leaveOut)
    }
    self.init(
      channels: request.sample[0][1], width: request[NetworkOptions.width] ?? 64,
      layers: request[NetworkOptions.layers] ?? 10, features: request[Self.featuresKey] ?? 320,
      dropout: request[Self.dropoutKey] ?? 0.1)
    guard layers <= Self.mostLayers else {
      throw Refusal(
        "layers", layers, "is more than the \(Self.mostLayers) that a dilated-cnn can have",
        .change("choose fewer", settings: ["layers"]))
    }
  }

  package mutating func change(as request: BackboneProposal) throws(Refusal) {
    var changed = request
    changed.usual = OptionValues()
    changed.usual[NetworkOptions.width] = width
    changed.usual[NetworkOptions.layers] = layers
    changed.usual[Self.featuresKey] = features
    changed.usual[Self.dropoutKey] = dropout
    self = try Self(for: changed)
  }

  package func build() throws(TorchError) -> any Backbone { try DilatedCNN(self) }

  package func validate(sample: [[Int]]) throws(SettingError) {
    guard sample.count == 2, sample[0].count == 2, sample[0][1] == channels else {
      throw SettingError("channels", channels, expected: "as many as a sample has: \(sample)")
    }
  }

  package var featureCount: Int { features }
  package var model: BackboneName { "dilated-cnn" }
  package var title: String { "dilated-cnn" }
  package var details: String {
    "dilated-cnn of \(layers + 1) blocks of width \(width), \(features) features"
  }

  /// Half the width.
  package func smaller() -> Self? {
    guard width >= 32 else { return nil }
    var result = self
    result.width = width / 2
    result.features = max(64, features / 2)
    return result
  }

  package func validate() throws(SettingError) {
    try check(channels, in: 1...SeriesConfiguration.mostChannels, "channels")
    try check(width, in: 1...4096, "width")
    try check(layers, in: 0...Self.mostLayers, "layers")
    try check(features, in: 1...16_384, "features")
    try check(dropout, in: 0...0.9, "dropout")
  }
}
