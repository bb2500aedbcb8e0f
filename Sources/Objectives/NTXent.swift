import Torch

/// The normalised temperature-scaled cross entropy of SimCLR (Chen et al. 2020, equation 1).
///
/// Each of the 2N embeddings must pick the other view of its sample among the 2N − 1 others:
///
///     ℓ(i, j) = −log( exp(sim(zᵢ, zⱼ)/τ) / Σ_{k≠i} exp(sim(zᵢ, z_k)/τ) ),   loss = mean of ℓ over all 2N
///
/// with sim the cosine. The official code reports the sum over the two directions, which is twice this value.
///
/// Computes in float32 (float64 for float64 embeddings), whatever the precision of the backbone. The 2N × 2N matrix is
/// never whole in memory: it is made a tile of rows at a time, each giving its part of the value and of the exact
/// gradient, so that memory is O(N·D) and a batch may be as large as its embeddings.
public struct NTXent: Sendable {
  /// τ > 0
  public let temperature: Double
  /// How many similarities a tile holds at most, unless a single row has more.
  let tileSize: Int

  public init(temperature: Double) { self.init(temperature: temperature, tileSize: 1 << 22) }

  init(temperature: Double, tileSize: Int) {
    self.temperature = temperature
    self.tileSize = tileSize
  }

  /// - Parameters:
  ///   - first: embeddings of one view [N, D], N ≥ 2; need not be normalised.
  ///   - second: embeddings of the other view, row for row.
  /// - Returns: a single value; its gradient is of first order.
  public func callAsFunction(_ first: Tensor, _ second: Tensor) throws(TorchError) -> Tensor {
    guard first.rank == 2, first.shape == second.shape, first.shape[0] >= 2 else {
      throw TorchError(
        call: "NTXent",
        message: "needs two views of at least 2 samples, [N, D] each, not \(first.shape) and \(second.shape)")
    }
    let precision: DType = first.dtype == .float64 ? .float64 : .float32
    let z = try normalized(concatenate([first, second]).to(dtype: precision))
    let value = try Tensor.zeros([], precision, on: z.device)
    // Whoever only wants the value does not pay for the gradient.
    let gradient = z.requiresGrad ? try Tensor.zeros(z.shape, precision, on: z.device) : nil
    try noGrad { () throws(TorchError) in
      for tile in tiles(count: first.shape[0]) { try add(tile, of: z.detach(), to: value, gradient) }
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

  /// With S = z zᵀ/τ, −∞ on the diagonal, and P its softmax by rows: the loss is the mean of logΣexp(Sᵢ) − S(i, partner),
  /// and its gradient (G + Gᵀ) z/τ for G = (P − 1 at the partners)/2N. A tile gives its rows of G, and so both products.
  private func add(_ tile: Tile, of z: Tensor, to value: Tensor, _ gradient: Tensor?) throws(TorchError) {
    let share = 1 / Double(z.shape[0])
    let rows = try z.rows(tile.rows)
    let similarity = try rows.matmul(z.transposed())
    try similarity.multiply_(1 / temperature)
    try similarity.diagonal(offset: tile.rows.lowerBound).fill_(-.infinity)
    let partners = try similarity.diagonal(offset: tile.partner)
    let logSums = try similarity.logSumExp(1, keep: true)
    try value.add_(logSums.sum() - partners.sum(), scale: share)
    guard let gradient else { return }
    try similarity.add_(logSums, scale: -1)
    try similarity.exp_()
    try partners.add_(-1)
    try gradient.rows(tile.rows).addProduct_(similarity, z, scale: share / temperature)
    try gradient.addProduct_(similarity.transposed(), rows, scale: share / temperature)
  }
}
