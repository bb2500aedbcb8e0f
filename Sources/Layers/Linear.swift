import Torch

/// x · weightᵀ + bias; x [batch, inputs] → [batch, outputs].
///
/// Initialised as in PyTorch: uniform in ±1/√inputs.
public final class Linear: Layer {
  public let weight: Parameter
  public let bias: Parameter?

  public init(_ inputs: Int, _ outputs: Int, bias hasBias: Bool = true) throws(TorchError) {
    let bound = 1 / Double(max(1, inputs)).squareRoot()
    weight = try Parameter(.uniform([outputs, inputs], -bound...bound))
    bias = hasBias ? try Parameter(.uniform([outputs], -bound...bound)) : nil
  }

  /// Initialised as in transformers: weights normal with this standard deviation, biases 0.
  public init(_ inputs: Int, _ outputs: Int, bias hasBias: Bool = true, deviation: Double) throws(TorchError) {
    weight = try Parameter(.normal([outputs, inputs], deviation: deviation))
    bias = hasBias ? try Parameter(.zeros([outputs])) : nil
  }

  public var parameters: [(name: String, parameter: Parameter)] {
    [("weight", weight)] + (bias.map { [("bias", $0)] } ?? [])
  }

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    try linear(x, weight: weight.tensor, bias: bias?.tensor)
  }
}

extension Tensor {
  public static func uniform(_ shape: [Int], _ range: ClosedRange<Double>) throws(TorchError) -> Tensor {
    let tensor = try Tensor.empty(shape)
    try tensor.uniform_(range)
    return tensor
  }

  public static func normal(_ shape: [Int], deviation: Double) throws(TorchError) -> Tensor {
    let tensor = try Tensor.empty(shape)
    try tensor.normal_(deviation: deviation)
    return tensor
  }
}
