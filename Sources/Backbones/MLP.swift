import Layers
import Torch

/// A multi-layer perceptron: linear layers, each followed by a ReLU.
///
/// [batch, inputs] → features [batch, width]
public final class MLP: Backbone {
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

  public init(_ configuration: Configuration) throws(TorchError) {
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
