import Torch

/// Stochastic depth (Huang et al. 2016): in training, the output of a residual branch is dropped for some samples and
/// divided by the probability of being kept for the others. Draws one number per sample from the device's generator.
package final class DropPath: Layer {
  /// The probability of dropping a sample's output, from 0 to below 1.
  package let probability: Double
  package private(set) var isTraining = true

  package init(_ probability: Double) { self.probability = probability }

  package func setTraining(_ isTraining: Bool) { self.isTraining = isTraining }

  /// - Parameter x: [batch, …].
  package func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    guard isTraining, probability > 0 else { return x }
    let kept = 1 - probability
    let shape = [x.shape[0]] + Array(repeating: 1, count: x.rank - 1)
    let mask = try (Tensor.rand(shape, on: x.device) + kept).floor() / kept
    return try x * mask.to(dtype: x.dtype)
  }
}
