import Torch

/// How far embeddings are from a standard normal distribution, by their sorted projections: the regularisation of VISReg
/// (arXiv:2606.02572).
///
///     loss = mean_d (mean_n z)² + mean_d (1 − σ_d)² + mean over directions a and ranks i of (x₍ᵢ₎ − Φ⁻¹(i/(N + 1)))²
///
/// with σ the deviation of each dimension over the batch, divided by N − 1. x = z̃ a are projections of the standardised
/// embeddings z̃ = (z − mean)/σ, in whose σ no gradient flows: shape and scale are separate terms, so that the gradient of the
/// shape does not vanish where the embeddings have collapsed.
///
/// Computes in float32 (float64 for float64 embeddings), with memory O(N·(M + D)).
package struct SlicedNormality: NormalityMeasure {
  package init() {}

  /// Keeps the division finite where a dimension has collapsed.
  private static let leastDeviation = 1e-6

  /// - Parameters:
  ///   - z: embeddings [N, D], N ≥ 2.
  ///   - directions: [D, M], columns of length 1.
  /// - Returns: a single value ≥ 0.
  package func callAsFunction(_ z: Tensor, along directions: Tensor) throws(TorchError) -> Tensor {
    try Self.check(z)
    let precision: DType = z.dtype == .float64 ? .float64 : .float32
    let z = try z.to(dtype: precision)
    let mean = try z.mean([0], keep: true)
    let deviation = try (z.variance([0], keep: true) + Self.leastDeviation * Self.leastDeviation).squareRoot()
    let standardised = try (z - mean) / deviation.detach()
    let sorted = try standardised.matmul(directions.to(dtype: precision)).sorted(0).values
    let expected = try Self.normalQuantiles(z.shape[0], precision, on: z.device)
    let shape = try (sorted - expected).squared().mean()
    return try mean.squared().mean() + (-deviation + 1).squared().mean() + shape
  }

  /// Φ⁻¹(i/(N + 1)) for i = 1 … N, [N, 1].
  static func normalQuantiles(_ count: Int, _ dtype: DType, on device: Device) throws(TorchError) -> Tensor {
    try ((Tensor.arange(count, .float64) + 1) / Double(count + 1)).normalQuantile().unsqueezed(1)
      .to(dtype: dtype, device: device)
  }

  private static func check(_ z: Tensor) throws(TorchError) {
    guard z.rank == 2, z.shape[0] >= 2 else {
      throw TorchError(
        call: "SlicedNormality", message: "needs embeddings [N, D] of two samples or more, not \(z.shape)")
    }
  }
}
