import Torch

/// What the contrastive losses within a batch have in common: two views of N samples, each of the 2N embeddings an
/// anchor whose positives should stand out from the others.
///
///     ℓᵢ = log Σ_{k ∈ A(i)} exp(Sᵢₖ) − Σ_p Wᵢₚ Sᵢₚ,   S = sim/τ,   loss = mean of ℓ over all 2N
///
/// with sim the cosine, A(i) what an anchor is told apart from and Wᵢ the shares of its positives, which sum to 1.
///
/// Computes in float32 (float64 for float64 embeddings), whatever the precision of the backbone. The 2N × 2N matrix is
/// never whole in memory: it is made a tile of rows at a time, each giving its part of the value and of the exact
/// gradient, so that memory is O(N·D) and a batch may be as large as its embeddings.
struct ContrastTiles: Sendable {
  enum Positives {
    /// The other view of the sample, itself one of A(i): SimCLR.
    case partner
    /// The other view, left out of A(i): decoupled contrast.
    case partnerApart
    /// The other view and every embedding of the same class, in equal shares; [2N] int64, −1 where unknown.
    case sameClass(Tensor)
  }

  let temperature: Double
  /// How many similarities a tile holds at most, unless a single row has more.
  let tileSize: Int

  static let usualTileSize = 1 << 22

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
    // Whoever only wants the value does not pay for the gradient.
    let gradient = z.requiresGrad ? try Tensor.zeros(z.shape, precision, on: z.device) : nil
    try noGrad { () throws(TorchError) in
      for tile in tiles(count: first.shape[0]) { try add(tile, of: z.detach(), positives, to: value, gradient) }
    }
    guard let gradient else { return value }
    return try value.attaching([(z, gradient)])
  }

  /// Rows of one view, so that the partners of a tile stand next to each other.
  private struct Tile {
    let rows: Range<Int>
    /// The column of the first row's partner.
    let partner: Int
  }

  private func tiles(count: Int) -> [Tile] {
    let height = max(1, tileSize / (2 * count))
    return stride(from: 0, to: count, by: height).flatMap { start in
      let end = min(start + height, count)
      return [
        Tile(rows: start..<end, partner: start + count), Tile(rows: start + count..<end + count, partner: start),
      ]
    }
  }

  /// With P the softmax of S over A(i): the gradient is (G + Gᵀ) z/τ for G = (P − W)/2N. A tile gives its rows of G, and
  /// so both products.
  private func add(
    _ tile: Tile, of z: Tensor, _ positives: Positives, to value: Tensor, _ gradient: Tensor?
  ) throws(TorchError) {
    let share = 1 / Double(z.shape[0])
    let rows = try z.rows(tile.rows)
    let similarity = try rows.matmul(z.transposed())
    try similarity.multiply_(1 / temperature)
    let partners = try similarity.diagonal(offset: tile.partner)
    let shares = try self.shares(of: tile, positives, like: similarity)
    let attraction = if let shares { try (similarity * shares).sum() } else { try partners.sum() }
    try similarity.diagonal(offset: tile.rows.lowerBound).fill_(-.infinity)
    if case .partnerApart = positives { try partners.fill_(-.infinity) }
    let logSums = try similarity.logSumExp(1, keep: true)
    try value.add_(logSums.sum() - attraction, scale: share)
    guard let gradient else { return }
    try similarity.add_(logSums, scale: -1)
    try similarity.exp_()
    if let shares { try similarity.add_(shares, scale: -1) } else { try partners.add_(-1) }
    try gradient.rows(tile.rows).addProduct_(similarity, z, scale: share / temperature)
    try gradient.addProduct_(similarity.transposed(), rows, scale: share / temperature)
  }

  /// W of the rows of a tile; nil where it is 1 at the partners alone.
  private func shares(of tile: Tile, _ positives: Positives, like similarity: Tensor) throws(TorchError) -> Tensor? {
    guard case .sameClass(let classes) = positives else { return nil }
    let own = try classes.rows(tile.rows).unsqueezed(1)
    let isSame = try own.equals(classes.unsqueezed(0)).filled(where: own.equals(-1), with: 0)
    let shares = try isSame.to(dtype: similarity.dtype)
    try shares.diagonal(offset: tile.partner).fill_(1)
    try shares.diagonal(offset: tile.rows.lowerBound).zero_()
    return try shares / shares.sum([1], keep: true)
  }
}
