import Torch

/// The normalised temperature-scaled cross entropy of SimCLR (Chen et al. 2020, equation 1).
///
/// Each of the 2N embeddings must pick the other view of its sample among the 2N − 1 others:
///
///     ℓ(i, j) = −log( exp(sim(zᵢ, zⱼ)/τ) / Σ_{k≠i} exp(sim(zᵢ, z_k)/τ) ),   loss = mean of ℓ over all 2N
///
/// with sim the cosine. The official code reports the sum over the two directions, which is twice this value.
///
/// Computes in float32 (float64 for float64 embeddings), whatever the precision of the backbone. Memory O(N²).
public struct NTXent: Sendable {
  /// τ > 0
  public let temperature: Double

  public init(temperature: Double) { self.temperature = temperature }

  /// - Parameters:
  ///   - first: embeddings of one view [N, D], N ≥ 2; need not be normalised.
  ///   - second: embeddings of the other view, row for row.
  /// - Returns: a single value.
  public func callAsFunction(_ first: Tensor, _ second: Tensor) throws(TorchError) -> Tensor {
    guard first.rank == 2, first.shape == second.shape, first.shape[0] >= 2 else {
      throw TorchError(
        call: "NTXent",
        message: "needs two views of at least 2 samples, [N, D] each, not \(first.shape) and \(second.shape)")
    }
    let count = first.shape[0]
    let precision: DType = first.dtype == .float64 ? .float64 : .float32
    let z = try normalized(concatenate([first, second]).to(dtype: precision))
    let similarity = try z.matmul(z.transposed()) / temperature
    let itself = try Tensor.eye(2 * count, .bool, on: z.device)
    let others = try similarity.filled(where: itself, with: -.infinity)
    let partner = try concatenate([
      Tensor.arange(count, on: z.device) + Double(count), Tensor.arange(count, on: z.device),
    ]).to(dtype: .int64)
    return try crossEntropy(others, partner)
  }
}
