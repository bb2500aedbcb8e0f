import Torch

/// The contrastive loss of MoCo (He et al. 2020, equation 1): each query must pick its key among keys of earlier
/// batches.
///
///     ℓᵢ = −log( exp(qᵢ·kᵢ/τ) / (exp(qᵢ·kᵢ/τ) + Σⱼ exp(qᵢ·cⱼ/τ)) ),   loss = mean of ℓ over the N queries
///
/// with queries and keys scaled to length 1 and c the queue. Gradients reach only the queries, not the keys or the
/// queue. Computes in float32 (float64 for float64 queries), with memory O((N + K)·D).
package struct QueueContrast: Sendable {
  /// τ > 0
  package let temperature: Double
  private let tiles: CandidateTiles

  package init(temperature: Double) { self.init(temperature: temperature, tiles: .usual) }

  init(temperature: Double, tiles size: TileSize) {
    self.temperature = temperature
    tiles = CandidateTiles(temperature: temperature, size: size)
  }

  /// - Parameters:
  ///   - queries: [N, D], need not be normalised.
  ///   - keys: of the other view, row for row; need not be normalised.
  ///   - queue: [K, D], rows of length 1.
  /// - Returns: a single value; its gradient is of first order.
  package func callAsFunction(_ queries: Tensor, _ keys: Tensor, queue: Tensor) throws(TorchError) -> Tensor {
    guard queries.rank == 2, queries.shape == keys.shape, queue.rank == 2, queue.shape[1] == queries.shape[1] else {
      throw TorchError(
        call: "QueueContrast",
        message: "needs queries and keys [N, D] and a queue [K, D], not \(queries.shape), \(keys.shape), \(queue.shape)"
      )
    }
    let precision: DType = queries.dtype == .float64 ? .float64 : .float32
    return try tiles(
      normalized(queries.to(dtype: precision)), positives: normalized(keys.detach().to(dtype: precision)),
      candidates: queue.detach().to(dtype: precision))
  }
}
