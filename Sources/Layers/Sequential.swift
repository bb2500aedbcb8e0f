import Torch

/// Layers applied one after another; their names are their positions.
public final class Sequential: Layer {
  public let layers: [any Layer]

  public init(_ layers: [any Layer]) { self.layers = layers }

  public var children: [(name: String, module: any Module)] {
    layers.enumerated().map { (String($0.offset), $0.element) }
  }

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    var x = x
    for layer in layers { x = try layer(x) }
    return x
  }
}

/// max(x, 0)
public final class ReLU: Layer {
  public init() {}
  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor { try relu(x) }
}
