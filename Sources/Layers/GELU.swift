import Torch

/// x · Φ(x)
public final class GELU: Layer {
  public init() {}
  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor { try gelu(x) }
}
