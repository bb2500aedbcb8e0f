import Torch

/// How far the embeddings of each view are from their common centre, the mean of the first views:
///
///     loss = mean over views v, samples n and dimensions d of (z_vnd − μ_nd)²,   μ = mean of the first G views
///
/// The gradient reaches the centre too (Balestriero & LeCun 2025, arXiv:2511.08544).
///
/// Computes in float32 (float64 for float64 embeddings).
package struct ViewsAgreement: Sendable {
  package init() {}

  /// - Parameters:
  ///   - views: embeddings [N, D] of each view, at least two.
  ///   - globalCount: G, how many of them make the centre: at least 1.
  /// - Returns: a single value ≥ 0.
  package func callAsFunction(_ views: [Tensor], globalCount: Int) throws(TorchError) -> Tensor {
    guard views.count >= 2, (1...views.count).contains(globalCount),
      views.allSatisfy({ $0.rank == 2 && $0.shape == views[0].shape })
    else {
      throw TorchError(
        call: "ViewsAgreement",
        message: "needs two views or more, [N, D] each, the first \(globalCount) of which make the centre, not "
          + "\(views.map(\.shape))")
    }
    let precision: DType = views[0].dtype == .float64 ? .float64 : .float32
    let all = try stack(views.map { view throws(TorchError) in try view.to(dtype: precision) })
    return try (all - all.rows(0..<globalCount).mean([0], keep: true)).squared().mean()
  }
}
