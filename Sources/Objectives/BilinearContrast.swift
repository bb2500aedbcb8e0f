import Torch

/// Each anchor must pick the other view of its sample among all of a batch, by a bilinear similarity (Saeed et al. 2021,
/// COLA):
///
///     ℓᵢ = −log( exp(aᵢᵀ W cᵢ) / Σ_k exp(aᵢᵀ W c_k) ),   loss = mean of ℓ over the N anchors
///
/// The caller multiplies the anchors by W. The matrix of all pairs is never whole in memory, as in `CandidateTiles`. Computes
/// in float32 (float64 for float64 embeddings).
public struct BilinearContrast: Sendable {
  private let tiles: CandidateTiles

  public init() { self.init(tiles: .usual) }

  init(tiles size: TileSize) { tiles = CandidateTiles(temperature: 1, size: size, takesAnyLength: true) }

  /// - Parameters:
  ///   - anchors: Wᵀ a of one view, [N, D], N ≥ 2; rows of any length.
  ///   - candidates: of the other view, row for row.
  /// - Returns: a single value; its gradient, of first order, reaches both.
  public func callAsFunction(_ anchors: Tensor, _ candidates: Tensor) throws(TorchError) -> Tensor {
    guard anchors.rank == 2, anchors.shape == candidates.shape, anchors.shape[0] >= 2 else {
      throw TorchError(
        call: "BilinearContrast",
        message: "needs two views of at least 2 samples, [N, D] each, not \(anchors.shape) and \(candidates.shape)")
    }
    let precision: DType = anchors.dtype == .float64 ? .float64 : .float32
    return try tiles(anchors.to(dtype: precision), candidates: candidates.to(dtype: precision))
  }
}
