import Torch

/// The loss of MAE (He et al. 2022): the mean squared error of restored patches, each target scaled to mean 0 and
/// variance 1 over its own pixels and channels (unbiased, + 1e-6), as in the official code.
package struct MaskedPatches: Sendable {
  /// Whether targets are scaled. If not, the network has to restore colours and contrasts, too.
  package let normalisesTargets: Bool

  package init(normalisesTargets: Bool = true) { self.normalisesTargets = normalisesTargets }

  /// - Parameters:
  ///   - restored: [N, patches, values], the hidden patches only.
  ///   - patches: the original patches; they get no gradient.
  /// - Returns: a single value, in float32 (float64 for float64 input).
  package func callAsFunction(restored: Tensor, patches: Tensor) throws(TorchError) -> Tensor {
    guard restored.rank == 3, restored.shape == patches.shape, restored.count > 0, restored.shape[2] >= 2 else {
      throw TorchError(
        call: "MaskedPatches",
        message: "needs patches of 2 values or more, [N, patches, values], not "
          + "\(restored.shape) and \(patches.shape)")
    }
    let precision: DType = restored.dtype == .float64 ? .float64 : .float32
    var target = try patches.detach().to(dtype: precision)
    if normalisesTargets {
      target = try (target - target.mean([2], keep: true)) / (target.variance([2], keep: true) + 1e-6).squareRoot()
    }
    return try (restored.to(dtype: precision) - target).squared().mean()
  }
}
