import Torch

/// The contrastive loss of MoCo (He et al. 2020, equation 1): each query must pick its key among keys of earlier batches.
///
///     ℓᵢ = −log( exp(qᵢ·kᵢ/τ) / (exp(qᵢ·kᵢ/τ) + Σⱼ exp(qᵢ·cⱼ/τ)) ),   loss = mean of ℓ over the N queries
///
/// with queries and keys scaled to length 1 and c the queue. Keys and queue are given, not learned: gradients reach the
/// queries alone. Computes in float32 (float64 for float64 queries); memory O(N·K).
public struct QueueContrast: Sendable {
  /// τ > 0
  public let temperature: Double

  public init(temperature: Double) { self.temperature = temperature }

  /// - Parameters:
  ///   - queries: [N, D], need not be normalised.
  ///   - keys: of the other view, row for row; need not be normalised.
  ///   - queue: [K, D], rows of length 1.
  /// - Returns: a single value.
  public func callAsFunction(_ queries: Tensor, _ keys: Tensor, queue: Tensor) throws(TorchError) -> Tensor {
    guard queries.rank == 2, queries.shape == keys.shape, queue.rank == 2, queue.shape[1] == queries.shape[1] else {
      throw TorchError(
        call: "QueueContrast",
        message: "needs queries and keys [N, D] and a queue [K, D], not \(queries.shape), \(keys.shape), \(queue.shape)"
      )
    }
    let precision: DType = queries.dtype == .float64 ? .float64 : .float32
    let q = try normalized(queries.to(dtype: precision))
    let k = try normalized(keys.detach().to(dtype: precision))
    let own = try (q * k).sum([1], keep: true)
    let others = try q.matmul(queue.detach().to(dtype: precision).transposed())
    let logits = try concatenate([own, others], dimension: 1) / temperature
    return try crossEntropy(logits, .zeros([queries.shape[0]], .int64, on: q.device))
  }
}
