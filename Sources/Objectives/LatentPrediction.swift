import Torch

/// The loss of I-JEPA's official code (Assran et al. 2023; the paper has the squared error): the smooth L1 distance,
/// with its bend at 1, between predicted features and the teacher's features, which are scaled to mean 0 and variance 1
/// patch by patch.
package struct LatentPrediction: Sendable {
  package init() {}

  /// - Parameters:
  ///   - predicted: [N, patches, features].
  ///   - targets: the teacher's features of these patches; they get no gradient.
  /// - Returns: a single value, in float32 (float64 for float64 input).
  package func callAsFunction(_ predicted: Tensor, _ targets: Tensor) throws(TorchError) -> Tensor {
    guard predicted.rank == 3, predicted.shape == targets.shape, predicted.count > 0 else {
      throw TorchError(
        call: "LatentPrediction",
        message:
          "needs features of the same patches, [N, patches, features], not \(predicted.shape) and \(targets.shape)")
    }
    let precision: DType = predicted.dtype == .float64 ? .float64 : .float32
    let scaled = try layerNorm(targets.detach().to(dtype: precision), weight: nil, bias: nil, epsilon: 1e-5)
    return try smoothL1(predicted.to(dtype: precision), scaled)
  }
}
