import Backbones
import Layers
import Learning
import Settings
import Torch

/// The encoder of BYOL-A v2 (Niizumi et al. 2023): two convolutions with pooling, then a perceptron for each frame, whose
/// outputs stand beside its inputs; features are the mean over time plus the greatest value over time.
///
/// [batch, 1, bands, frames], both multiples of 4 → features [batch, bands/4 · width + 32 · width]: 3072 for 64 bands. Any
/// number of frames fits. A step is four frames.
package final class BYOLAEncoder: StepBackbone, Layer {
  package struct Configuration: Codable, Sendable, Equatable {
    package var bands: Int
    /// Channels of the convolutions, 64 in the paper; the perceptron is 32 times as wide.
    package var width: Int
    /// The part of the perceptron's hidden values that training drops, 0.3 in the paper.
    package var dropout: Double

    package init(bands: Int = 64, width: Int = 64, dropout: Double = 0.3) {
      self.bands = bands
      self.width = width
      self.dropout = dropout
    }

    var frameWidth: Int { bands / 4 * width }
    var hidden: Int { 32 * width }
  }

  package let configuration: Configuration
  private let convolutions: [BiasedConvolution]
  private let norms: [BatchNorm]
  private let first: Linear
  private let second: Linear
  private let dropout: Dropout

  package init(_ configuration: Configuration) throws(TorchError) {
    try configuration.validate(for: "BYOLAEncoder")
    self.configuration = configuration
    convolutions = [
      try BiasedConvolution(1, configuration.width), try BiasedConvolution(configuration.width, configuration.width),
    ]
    norms = [try BatchNorm(configuration.width), try BatchNorm(configuration.width)]
    first = try Linear(configuration.frameWidth, configuration.hidden)
    second = try Linear(configuration.hidden, configuration.hidden)
    dropout = Dropout(configuration.dropout)
  }

  package var featureCount: Int { configuration.featureCount }

  package var stages: [[String]] {
    [["features.0", "features.1"], ["features.4", "features.5"], ["fc.0"], ["fc.3"]]
  }

  /// Named as a sequence of PyTorch's modules, activations and pooling counted.
  package var children: [(name: String, module: any Module)] {
    [
      ("features.0", convolutions[0]), ("features.1", norms[0]), ("features.4", convolutions[1]),
      ("features.5", norms[1]), ("fc.0", first), ("fc.2", dropout), ("fc.3", second),
    ]
  }

  /// So many numbers of a convolution are in memory at a time where the network is not trained: 64 MB.
  private static let mostAtOnce = 1 << 24

  package func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    let rows = max(1, Self.mostAtOnce / max(1, configuration.width * x.shape[2] * x.shape[3]))
    guard !dropout.isTraining, rows < x.shape[0] else { return try features(of: x) }
    var parts: [Tensor] = []
    for start in stride(from: 0, to: x.shape[0], by: rows) {
      parts.append(try features(of: x.rows(start..<min(start + rows, x.shape[0]))))
    }
    return try concatenate(parts)
  }

  private func features(of x: Tensor) throws(TorchError) -> Tensor {
    let steps = try steps(of: x)
    return try steps.mean([1]) + steps.max(1).values
  }

  /// The second tensor of a view has how many frames of each sample are its own; without it, all are.
  package func steps(of view: ViewBatch) throws(TorchError) -> (vectors: Tensor, lengths: [Int]) {
    let vectors = try steps(of: view.tensor)
    let all = vectors.shape[1]
    let own = try view.tensors.count > 1 ? view.tensors[1].values(as: Float.self) : []
    return (
      vectors,
      own.isEmpty ? Array(repeating: all, count: view.count) : own.map { min(max(Int($0) / Self.framesOfStep, 1), all) }
    )
  }

  private static let framesOfStep = 4

  /// [batch, steps, features]
  private func steps(of x: Tensor) throws(TorchError) -> Tensor {
    var x = x
    for (convolution, norm) in zip(convolutions, norms) {
      x = try maxPool2D(relu(norm(convolution(x))), kernel: 2, stride: 2, padding: 0)
    }
    // [batch, frames, bands · channels], the channels of a band together.
    let frames = try x.permuted([0, 3, 2, 1]).reshaped([x.shape[0], x.shape[3], configuration.frameWidth])
    let hidden = try relu(second(dropout(relu(first(frames)))))
    return try concatenate([frames, hidden], dimension: 2)
  }

  /// A 3 × 3 convolution with a bias that keeps the size. Initialised as in PyTorch: uniform in ±1/√(inputs · 9).
  private final class BiasedConvolution: Layer {
    private let weight: Parameter
    private let bias: Parameter

    init(_ inputs: Int, _ outputs: Int) throws(TorchError) {
      let bound = 1 / Double(inputs * 9).squareRoot()
      weight = try Parameter(.uniform([outputs, inputs, 3, 3], -bound...bound))
      bias = try Parameter(.uniform([outputs], -bound...bound))
    }

    var parameters: [(name: String, parameter: Parameter)] { [("weight", weight), ("bias", bias)] }

    func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
      try conv2D(x, weight: weight.tensor, bias: bias.tensor, stride: 1, padding: 1)
    }
  }
}

extension BYOLAEncoder.Configuration: BackboneSettings {
  package static var family: String { "byol-a-cnn" }
  package static var options: [RunOption] { [NetworkOptions.width.option] }
  package static var models: [BackboneModel] {
    [
      BackboneModel(
        "byol-a-cnn", source: "Niizumi et al. 2023 (BYOL-A v2), arXiv:2204.07402: for spectrograms of sound",
        published: BackboneConfiguration(Self()))
    ]
  }

  package init(for request: BackboneProposal) throws(Refusal) {
    guard request.sample.count == 1, request.sample[0].count == 3, request.sample[0][0] == 1 else {
      throw Refusal("backbone", request.name.rawValue, "has no meaning for \(request.kind)", .leaveOut)
    }
    self.init(bands: request.sample[0][1], width: request[NetworkOptions.width] ?? 64)
    guard bands.isMultiple(of: 4), request.sample[0][2].isMultiple(of: 4) else {
      throw Refusal(
        "backbone", request.name.rawValue,
        "takes bands and frames by fours, and there are \(bands) bands and \(request.sample[0][2]) frames",
        .change("choose other bands", settings: [Sounds.melBands.option.name]))
    }
  }

  package mutating func change(as request: BackboneProposal) throws(Refusal) {
    var changed = request
    changed.usual = OptionValues()
    changed.usual[NetworkOptions.width] = width
    var result = try Self(for: changed)
    result.dropout = dropout
    self = result
  }

  package func build() throws(TorchError) -> any Backbone { try BYOLAEncoder(self) }

  package func validate(sample: [[Int]]) throws(SettingError) {
    guard sample.count == 1, sample[0].count == 3, sample[0][0] == 1, sample[0][1] == bands else {
      throw SettingError("bands", bands, expected: "as many as a sample has, which is \(sample)")
    }
  }

  package var featureCount: Int { frameWidth + hidden }
  package var model: BackboneName { "byol-a-cnn" }
  package var title: String { "byol-a-cnn" }
  package var details: String { "byol-a-cnn of width \(width), \(featureCount) features" }

  /// Half the width.
  package func smaller() -> Self? {
    guard width >= 16 else { return nil }
    var result = self
    result.width = width / 2
    return result
  }

  package func validate() throws(SettingError) {
    try check(bands, in: 4...512, "bands")
    guard bands.isMultiple(of: 4) else { throw SettingError("bands", bands, expected: "a multiple of 4") }
    try check(width, in: 1...1024, "width")
    try check(dropout, in: 0...0.9, "dropout")
    try checkWeights(ofLayers: [frameWidth, hidden, hidden], "width")
  }
}

extension BYOLAEncoder.Configuration: OnnxNetwork {
  package func features(_ x: String, _ graph: inout OnnxBuilder) throws(TorchError) -> String {
    var x = x
    for layer in ["0", "4"] {
      let norm = layer == "0" ? "features.1" : "features.5"
      x = graph.add(
        "Relu", try graph.batchNorm(graph.convolution(x, "features.\(layer)", stride: 1, padding: 1), norm))
      x = graph.add(
        "MaxPool", x,
        attributes: [
          "kernel_shape": .integers([2, 2]), "strides": .integers([2, 2]), "pads": .integers([0, 0, 0, 0]),
        ])
    }
    let turned = graph.add("Transpose", x, attributes: ["perm": .integers([0, 3, 2, 1])])
    let frames = try graph.reshaped(turned, [0, 0, frameWidth])
    let inner = graph.add("Relu", try graph.tokenwiseLinear(frames, "fc.0"))
    let hidden = graph.add("Relu", try graph.tokenwiseLinear(inner, "fc.3"))
    let steps = graph.add("Concat", frames, hidden, attributes: ["axis": .integer(2)])
    let pooling: [String: OnnxGraph.Attribute] = ["axes": .integers([1]), "keepdims": .integer(0)]
    return graph.add(
      "Add", graph.add("ReduceMean", steps, attributes: pooling), graph.add("ReduceMax", steps, attributes: pooling))
  }
}
