import Torch

/// Noise-contrastive estimation of mutual information (van den Oord et al. 2018), from one view to the other: each
/// anchor must pick the other view of its sample among all N of them.
///
///     ℓᵢ = −log( exp(sim(aᵢ, cᵢ)/τ) / Σ_k exp(sim(aᵢ, c_k)/τ) ),   loss = mean of ℓ over the N anchors
///
/// with sim the cosine. Unlike NT-Xent it has one direction, and anchors are not among the candidates. The mean of both
/// directions is the loss of CLIP (Radford et al. 2021) at a fixed temperature. SCARF's algorithm 1 divides the sum by
/// N, which lowers the value by log N and changes no gradient.
///
/// Computes in float32 (float64 for float64 embeddings) for any precision of the backbone, with memory O(N·D).
public struct InfoNCE: Sendable {
  /// τ > 0
  public let temperature: Double
  private let tiles: CandidateTiles

  public init(temperature: Double) { self.init(temperature: temperature, tiles: .usual) }

  init(temperature: Double, tiles size: TileSize) {
    self.temperature = temperature
    tiles = CandidateTiles(temperature: temperature, size: size)
  }

  /// - Parameters:
  ///   - anchors: embeddings of one view [N, D], N ≥ 2; need not be normalised.
  ///   - candidates: embeddings of the other view, row for row.
  /// - Returns: a single value; its gradient is of first order.
  public func callAsFunction(_ anchors: Tensor, _ candidates: Tensor) throws(TorchError) -> Tensor {
    guard anchors.rank == 2, anchors.shape == candidates.shape, anchors.shape[0] >= 2 else {
      throw TorchError(
        call: "InfoNCE",
        message: "needs two views of at least 2 samples, [N, D] each, not \(anchors.shape) and \(candidates.shape)")
    }
    let precision: DType = anchors.dtype == .float64 ? .float64 : .float32
    return try tiles(
      normalized(anchors.to(dtype: precision)), candidates: normalized(candidates.to(dtype: precision)))
  }
}
