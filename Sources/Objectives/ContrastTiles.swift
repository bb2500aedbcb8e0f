import Foundation
import Torch

/// The common part of contrastive losses within a batch: each of the 2N embeddings of two views of N samples is an
/// anchor, which should be nearer to its positives than to the others.
///
///     ℓᵢ = log Σ_{k ∈ A(i)} exp(Sᵢₖ) − Σ_p Wᵢₚ Sᵢₚ,   S = sim/τ,   loss = mean of ℓ over all 2N
///
/// with sim the cosine, A(i) the embeddings that anchor i is compared with, and Wᵢ the shares of its positives, which
/// sum to 1.
///
/// Computes in float32 (float64 for float64 embeddings) for any precision of the backbone. The 2N × 2N matrix is never
/// whole in memory. It is computed in tiles of rows, and each tile adds its part of the value and of the exact
/// gradient, so that memory is O(N·D), as for the embeddings themselves.
struct ContrastTiles: Sendable {
  enum Positives {
    /// The other view of the sample, itself one of A(i): SimCLR.
    case partner
    /// The other view, which is not in A(i): decoupled contrast.
    case partnerApart
    /// The other view and every embedding of the same class, in equal shares. The classes are [2N] int64, −1 for
    /// unknown.
    case sameClass(Tensor)
  }

  let temperature: Double
  let size: TileSize

  /// - Returns: a single value; its gradient is of first order.
  func callAsFunction(
    _ first: Tensor, _ second: Tensor, _ positives: Positives, call: String
  ) throws(TorchError) -> Tensor {
    guard first.rank == 2, first.shape == second.shape, first.shape[0] >= 2 else {
      throw TorchError(
        call: call,
        message: "needs two views of at least 2 samples, [N, D] each, not \(first.shape) and \(second.shape)")
    }
    let precision: DType = first.dtype == .float64 ? .float64 : .float32
    let z = try normalized(concatenate([first, second]).to(dtype: precision))
    let value = try Tensor.zeros([], precision, on: z.device)
    // Without a gradient to compute, the tiles need no memory for it.
    let gradient = z.requiresGrad ? try Tensor.zeros(z.shape, precision, on: z.device) : nil
    try noGrad { () throws(TorchError) in
      for tile in tiles(count: first.shape[0]) { try add(tile, of: z.detach(), positives, to: value, gradient) }
    }
    guard let gradient else { return value }
    return try value.attaching([(z, gradient)])
  }

  /// Rows of one view, so that the partners of a tile are contiguous.
  private struct Tile {
    let rows: Range<Int>
    /// The columns of their partners, in the same order.
    let partners: Range<Int>
  }

  private func tiles(count: Int) -> [Tile] {
    size.tiles(rows: count, columns: 2 * count).flatMap { rows in
      let others = rows.lowerBound + count..<rows.upperBound + count
      return [Tile(rows: rows, partners: others), Tile(rows: others, partners: rows)]
    }
  }

  /// With P the softmax of S over A(i), the gradient is (G + Gᵀ) z/τ for G = (P − W)/2N. A tile computes its rows of G
  /// and from them its part of both products. P is E/Σ, exponentials over their sums; the products are divided by Σ
  /// instead of P, because they are smaller.
  private func add(
    _ tile: Tile, of z: Tensor, _ positives: Positives, to value: Tensor, _ gradient: Tensor?
  ) throws(TorchError) {
    let share = 1 / Double(z.shape[0])
    let rows = try z.rows(tile.rows)
    let similarity = try (rows * (1 / temperature)).matmul(z.transposed())
    let partners = try similarity.diagonal(offset: tile.partners.lowerBound)
    let shares = try self.shares(of: tile, positives, like: similarity)
    let attraction = if let shares { try (similarity * shares).sum() } else { try partners.sum() }
    try similarity.diagonal(offset: tile.rows.lowerBound).fill_(-.infinity)
    if case .partnerApart = positives { try partners.fill_(-.infinity) }
    let (sums, logSums) = try similarity.exponentiate_(isBounded: isBounded(similarity))
    try value.add_(logSums.sum() - attraction, scale: share)
    guard let gradient else { return }
    let scale = share / temperature
    let own = try gradient.rows(tile.rows)
    if let shares {
      let difference = try similarity / sums - shares
      try own.addProduct_(difference, z, scale: scale)
      try gradient.addProduct_(difference.transposed(), rows, scale: scale)
    } else {
      try own.add_(similarity.matmul(z) / sums, scale: scale)
      try gradient.addProduct_(similarity.transposed(), rows / sums, scale: scale)
      try own.add_(z.rows(tile.partners), scale: -scale)
      try gradient.rows(tile.partners).add_(rows, scale: -scale)
    }
  }

  private func isBounded(_ similarity: Tensor) -> Bool {
    similarity.isExponentiable(below: 1 / temperature)
  }

  /// W for the rows of a tile; nil if it is 1 at the partners and 0 elsewhere.
  private func shares(of tile: Tile, _ positives: Positives, like similarity: Tensor) throws(TorchError) -> Tensor? {
    guard case .sameClass(let classes) = positives else { return nil }
    let own = try classes.rows(tile.rows).unsqueezed(1)
    let isSame = try own.equals(classes.unsqueezed(0)).filled(where: own.equals(-1), with: 0)
    let shares = try isSame.to(dtype: similarity.dtype)
    try shares.diagonal(offset: tile.partners.lowerBound).fill_(1)
    try shares.diagonal(offset: tile.rows.lowerBound).zero_()
    return try shares / shares.sum([1], keep: true)
  }
}
