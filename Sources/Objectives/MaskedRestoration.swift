import Torch

/// The pretext loss of VIME (Yoon et al. 2020, equation 5): predict which values of a sample were replaced, and restore
/// them.
///
///     loss = BCE(σ(mask logits), mask) + α · MSE(restored, original)
///
/// each a mean over all elements of the batch, as in the official code (vime_self.py).
package struct MaskedRestoration: Sendable {
  /// α ≥ 0; 2.0 in the official code.
  package let featureWeight: Double

  package init(featureWeight: Double) { self.featureWeight = featureWeight }

  /// - Parameters:
  ///   - maskLogits: [N, M].
  ///   - mask: [N, M], 1 for replaced values, else 0.
  ///   - restored: [N, D].
  ///   - original: [N, D].
  /// - Returns: a single value, in float32 (float64 for float64 input).
  package func callAsFunction(
    maskLogits: Tensor, mask: Tensor, restored: Tensor, original: Tensor
  ) throws(TorchError) -> Tensor {
    guard maskLogits.shape == mask.shape, restored.shape == original.shape else {
      throw TorchError(
        call: "MaskedRestoration",
        message: "\(maskLogits.shape) and \(mask.shape) of the mask, \(restored.shape) and \(original.shape) of the "
          + "features differ")
    }
    let precision: DType = restored.dtype == .float64 ? .float64 : .float32
    let found = try binaryCrossEntropy(maskLogits.to(dtype: precision), mask.to(dtype: precision))
    let error = try (restored.to(dtype: precision) - original.to(dtype: precision)).squared().mean()
    return try found + error * featureWeight
  }
}
