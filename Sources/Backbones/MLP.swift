import Layers
import Settings
import Torch

/// A multi-layer perceptron: linear layers, each with a ReLU behind it.
///
/// [batch, inputs] → features [batch, width]
public final class MLP: Backbone {
  public struct Configuration: Codable, Sendable, Equatable {
    public var inputs: Int
    /// Of every layer.
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

extension MLP.Configuration: Validated {
  public func validate() throws(SettingError) {
    try check(inputs, in: 1...1_048_576, "inputs")
    try check(width, in: 1...32_768, "width")
    try check(layers, in: 1...64, "layers")
    try checkWeights(
      Double(inputs) * Double(width) + Double(layers - 1) * Double(width) * Double(width), width, "width")
  }
}
