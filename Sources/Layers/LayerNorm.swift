import Torch

/// Layer normalisation over the last dimension (Ba et al. 2016), with a learned scale and offset.
public final class LayerNorm: Layer {
  public let weight: Parameter
  public let bias: Parameter
  public let epsilon: Double

  /// - Parameter epsilon: 1e-6 in vision transformers (timm, DINO, MAE); PyTorch's default is 1e-5.
  public init(_ features: Int, epsilon: Double = 1e-6) throws(TorchError) {
    weight = try Parameter(.ones([features]))
    bias = try Parameter(.zeros([features]))
    self.epsilon = epsilon
  }

  public var parameters: [(name: String, parameter: Parameter)] { [("weight", weight), ("bias", bias)] }

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    try layerNorm(x, weight: weight.tensor, bias: bias.tensor, epsilon: epsilon)
  }
}
