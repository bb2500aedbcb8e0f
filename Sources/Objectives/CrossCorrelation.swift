import Torch

/// The loss of Barlow Twins (Zbontar et al. 2021, equations 1 and 2): the cross-correlation matrix of two views should
/// be the identity, so that each dimension agrees with itself and with no other.
///
///     loss = Σᵢ (1 − Cᵢᵢ)² + λ Σᵢ Σ_{j≠i} Cᵢⱼ²,   C = ẑ₁ᵀ ẑ₂ / N
///
/// with ẑ the embeddings, normalised over the batch as in batch normalisation: mean 0, biased variance 1, ε 1e-5.
/// Computes in float32 (float64 for float64 embeddings) for any precision of the backbone. Memory O(D²).
package struct CrossCorrelation: Sendable {
  /// λ ≥ 0; 0.0051 in the official code.
  package let redundancyWeight: Double

  package init(redundancyWeight: Double = 0.0051) { self.redundancyWeight = redundancyWeight }

  /// - Parameters:
  ///   - first: embeddings of one view [N, D], N ≥ 2.
  ///   - second: embeddings of the other view, row for row.
  /// - Returns: a single value.
  package func callAsFunction(_ first: Tensor, _ second: Tensor) throws(TorchError) -> Tensor {
    guard first.rank == 2, first.shape == second.shape, first.shape[0] >= 2 else {
      throw TorchError(
        call: "CrossCorrelation",
        message: "needs two views of at least 2 samples, [N, D] each, not \(first.shape) and \(second.shape)")
    }
    let correlation = try standardised(first).transposed().matmul(standardised(second)) / Double(first.shape[0])
    let squares = try correlation.squared()
    let own = try correlation.diagonal()
    let redundancy = try squares.sum() - own.squared().sum()
    return try (own - 1).squared().sum() + redundancy * redundancyWeight
  }

  private func standardised(_ z: Tensor) throws(TorchError) -> Tensor {
    try batchNorm(
      z.to(dtype: z.dtype == .float64 ? .float64 : .float32), weight: nil, bias: nil, runningMean: nil,
      runningVariance: nil, isTraining: true, momentum: 0, epsilon: 1e-5)
  }
}
