import Torch

/// A square convolution without bias; x [batch, inputs, h, w] → [batch, outputs, h', w'].
///
/// Initialised as in torchvision's residual networks: normal with variance 2 / (outputs · kernel²) (He et al. 2015,
/// fan-out).
public final class Conv2D: Layer {
  public let weight: Parameter
  public let stride: Int
  public let padding: Int

  public init(_ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0) throws(TorchError) {
    let tensor = try Tensor.empty([outputs, inputs, kernel, kernel])
    try tensor.normal_(deviation: (2 / Double(outputs * kernel * kernel)).squareRoot())
    weight = try Parameter(tensor)
    self.stride = stride
    self.padding = padding
  }

  public var parameters: [(name: String, parameter: Parameter)] { [("weight", weight)] }

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    try conv2D(x, weight: weight.tensor, bias: nil, stride: stride, padding: padding)
  }
}
