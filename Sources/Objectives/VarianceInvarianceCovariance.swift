import Torch

/// The loss of VICReg (Bardes et al. 2022, equations 1 to 6): views of a sample agree, every dimension keeps its
/// variance, and dimensions are not correlated.
///
///     loss = λ · MSE(z₁, z₂) + μ · ½ Σ_v mean_j max(0, 1 − √(Var z_v,j + 1e-4)) + ν · Σ_v Σ_{i≠j} Cov(z_v)²ᵢⱼ / D
///
/// with variance and covariance over the batch, divided by N − 1. As in the official code, squared differences are
/// averaged over dimensions too, and the variance term over the two views; the paper's equations 5 and 6 sum both.
///
/// Computes in float32 (float64 for float64 embeddings) for any precision of the backbone. Memory O(D²).
package struct VarianceInvarianceCovariance: Sendable {
  /// λ, μ and ν, each ≥ 0.
  package let invarianceWeight: Double
  package let varianceWeight: Double
  package let covarianceWeight: Double

  package init(invarianceWeight: Double = 25, varianceWeight: Double = 25, covarianceWeight: Double = 1) {
    self.invarianceWeight = invarianceWeight
    self.varianceWeight = varianceWeight
    self.covarianceWeight = covarianceWeight
  }

  /// - Parameters:
  ///   - first: embeddings of one view [N, D], N ≥ 2.
  ///   - second: embeddings of the other view, row for row.
  /// - Returns: a single value.
  package func callAsFunction(_ first: Tensor, _ second: Tensor) throws(TorchError) -> Tensor {
    guard first.rank == 2, first.shape == second.shape, first.shape[0] >= 2 else {
      throw TorchError(
        call: "VarianceInvarianceCovariance",
        message: "needs two views of at least 2 samples, [N, D] each, not \(first.shape) and \(second.shape)")
    }
    let precision: DType = first.dtype == .float64 ? .float64 : .float32
    let (a, b) = (try first.to(dtype: precision), try second.to(dtype: precision))
    let invariance = try (a - b).squared().mean()
    let variance = try (lackOfSpread(a) + lackOfSpread(b)) / 2
    let covariance = try sharedVariance(a) + sharedVariance(b)
    return try invariance * invarianceWeight + variance * varianceWeight + covariance * covarianceWeight
  }

  private func lackOfSpread(_ z: Tensor) throws(TorchError) -> Tensor {
    let deviation = try (z.variance([0]) + 1e-4).squareRoot()
    return try relu(-deviation + 1).mean()
  }

  private func sharedVariance(_ z: Tensor) throws(TorchError) -> Tensor {
    let (count, width) = (z.shape[0], z.shape[1])
    let centred = try z - z.mean([0], keep: true)
    let covariance = try centred.transposed().matmul(centred) / Double(count - 1)
    return try (covariance.squared().sum() - covariance.diagonal().squared().sum()) / Double(width)
  }
}
