import Torch

/// Stochastic depth (Huang et al. 2016): in training, what a residual branch adds is dropped for some samples, and
/// divided by the probability of staying for the others. Draws from the device's generator, one number a sample.
public final class DropPath: Layer {
  /// From 0 to below 1.
  public let probability: Double
  private var isTraining = true

  public init(_ probability: Double) { self.probability = probability }

  public func setTraining(_ isTraining: Bool) { self.isTraining = isTraining }

  /// - Parameter x: [batch, …].
  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    guard isTraining, probability > 0 else { return x }
    let kept = 1 - probability
    let shape = [x.shape[0]] + Array(repeating: 1, count: x.rank - 1)
    let mask = try (Tensor.rand(shape, on: x.device) + kept).floor() / kept
    return try x * mask.to(dtype: x.dtype)
  }
}
