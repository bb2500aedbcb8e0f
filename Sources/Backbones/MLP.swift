import Layers
import Settings
import Torch

/// A multi-layer perceptron: linear layers, each followed by a ReLU.
///
/// [batch, inputs] → features [batch, width]
public final class MLP: Backbone, Layer {
  public struct Configuration: Codable, Sendable, Equatable {
    public var inputs: Int
    /// The width of every layer.
    public var width: Int
    public var layers: Int

    public init(inputs: Int, width: Int, layers: Int) {
      self.inputs = inputs
      self.width = width
      self.layers = layers
    }
  }

  public let featureCount: Int
  private let layers: Sequential

  /// - Throws: `TorchError`, also where a number makes no sense.
  public init(_ configuration: Configuration) throws(TorchError) {
    try configuration.validate(for: "MLP")
    var layers: [any Layer] = []
    for index in 0..<configuration.layers {
      layers.append(try Linear(index == 0 ? configuration.inputs : configuration.width, configuration.width))
      layers.append(ReLU())
    }
    self.layers = Sequential(layers)
    featureCount = configuration.width
  }

  public var stages: [[String]] { layers.children.filter { $0.module is Linear }.map { [$0.name] } }

  public var children: [(name: String, module: any Module)] { layers.children }

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor { try layers(x) }
}

extension MLP.Configuration: BackboneSettings {
  public static var family: String { "mlp" }
  public static var options: [RunOption] { [NetworkOptions.width.option, NetworkOptions.layers.option] }
  public static var models: [BackboneModel] {
    [BackboneModel("mlp", source: "a multi-layer perceptron: for samples that are rows of numbers")]
  }

  public init(for request: BackboneProposal) throws(Refusal) {
    guard request.sample.count == 1, request.sample[0].count == 1 else {
      throw Refusal("backbone", request.name.rawValue, "has no meaning for \(request.kind)", .leaveOut)
    }
    let inputs = request.sample[0][0]
    self.init(
      inputs: inputs, width: request[NetworkOptions.width] ?? inputs, layers: request[NetworkOptions.layers] ?? 4)
  }

  public mutating func change(as request: BackboneProposal) throws(Refusal) {
    if let width = request.chosen[NetworkOptions.width] { self.width = width }
    if let layers = request.chosen[NetworkOptions.layers] { self.layers = layers }
  }

  public func build() throws(TorchError) -> any Backbone { try MLP(self) }

  public func validate(sample: [[Int]]) throws(SettingError) {
    guard sample == [[inputs]] else {
      throw SettingError("inputs", inputs, expected: "as many as a sample has: \(sample)")
    }
  }

  public var featureCount: Int { width }
  public var model: BackboneName { "mlp" }
  public var title: String { "mlp (\(layers) × \(width))" }
  public var details: String { "mlp of \(layers) layers of width \(width)" }
}

extension MLP.Configuration: Validated {
  public func validate() throws(SettingError) {
    try check(inputs, in: 1...1_048_576, "inputs")
    try check(width, in: 1...32_768, "width")
    try check(layers, in: 1...64, "layers")
    try checkWeights(
      Double(inputs) * Double(width) + Double(layers - 1) * Double(width) * Double(width), width, "width")
  }
}
