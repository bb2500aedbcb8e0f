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
/// gradient, so that memory is O(N·D), as for the embeddings themselves. Several processes share the tiles, and add up value and
/// gradient.
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

  /// - Parameter world: whose processes have the same embeddings, and each of which computes a part of the rows.
  /// - Returns: a single value; its gradient is of first order.
  func callAsFunction(
    _ first: Tensor, _ second: Tensor, _ positives: Positives, in world: World, call: String
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
      for tile in tiles(of: world.part(of: first.shape[0]), count: first.shape[0]) {
        try add(tile, of: z.detach(), positives, to: value, gradient)
      }
      try world.addUp(value)
      if let gradient { try world.addUp(gradient) }
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

  private func tiles(of samples: Range<Int>, count: Int) -> [Tile] {
    size.tiles(rows: samples.count, columns: 2 * count).flatMap { part in
      let rows = part.lowerBound + samples.lowerBound..<part.upperBound + samples.lowerBound
      let others = rows.lowerBound + count..<rows.upperBound + count
      return [Tile(rows: rows, partners: others), Tile(rows: others, partners: rows)]
    }
  }

  /// With P the softmax of S over A(i), the gradient is (G + Gᵀ) z/τ for G = (P − W)/2N. A tile computes its rows of G
  /// and from them its part of both products.
  private func add(
    _ tile: Tile, of z: Tensor, _ positives: Positives, to value: Tensor, _ gradient: Tensor?
  ) throws(TorchError) {
    let rows = try z.rows(tile.rows)
    let similarity = try (rows * (1 / temperature)).matmul(z.transposed())
    if case .sameClass(let classes) = positives {
      try addClasses(tile, rows, similarity, classes, of: z, to: value, gradient)
    } else {
      try addPartners(tile, rows, similarity, positives, of: z, to: value, gradient)
    }
  }

  /// W is 1 at the partner. The products are scaled instead of the matrix, because they are smaller.
  private func addPartners(
    _ tile: Tile, _ rows: Tensor, _ similarity: Tensor, _ positives: Positives, of z: Tensor, to value: Tensor,
    _ gradient: Tensor?
  ) throws(TorchError) {
    let partners = try similarity.diagonal(offset: tile.partners.lowerBound)
    let own = try partners.clone().unsqueezed(1)
    try partners.fill_(-.infinity)
    try similarity.diagonal(offset: tile.rows.lowerBound).fill_(-.infinity)
    let isBounded = similarity.isExponentiable(below: 1 / temperature)
    let (sums, others) = try similarity.exponentiate_(isBounded: isBounded)
    let contrast =
      if case .partnerApart = positives {
        try OwnAgainstOthers(decoupling: own, from: others)
      } else {
        try OwnAgainstOthers(own, others: others)
      }
    let share = 1 / Double(z.shape[0])
    try value.add_(contrast.losses.sum(), scale: share)
    guard let gradient else { return }
    let scale = share / temperature
    let ofOthers = try contrast.missed / sums
    try gradient.rows(tile.rows).add_(similarity.matmul(z) * ofOthers, scale: scale)
    try gradient.rows(tile.rows).add_(z.rows(tile.partners) * contrast.missed, scale: -scale)
    try gradient.addProduct_(similarity.transposed(), rows * ofOthers, scale: scale)
    try gradient.rows(tile.partners).add_(rows * contrast.missed, scale: -scale)
  }

  /// W is equal at all positives. With L the logarithm of the sum of exponentials over the positives, and x that over
  /// the others less L,
  ///
  ///     ℓ = log(1 + exp(x)) + (L − Σ W S),   P − W = W (expm1(r) − σ(x) exp(r)) for r = S − L − log W at a positive
  ///
  /// which is the form of `OwnAgainstOthers` where there is one positive, and as exact where there are several that
  /// agree.
  private func addClasses(
    _ tile: Tile, _ rows: Tensor, _ similarity: Tensor, _ classes: Tensor, of z: Tensor, to value: Tensor,
    _ gradient: Tensor?
  ) throws(TorchError) {
    let isPositive = try self.isPositive(tile, classes)
    let isOther = try isPositive.equals(0)
    try isOther.diagonal(offset: tile.rows.lowerBound).zero_()
    let counts = try isPositive.to(dtype: similarity.dtype).sum([1], keep: true)
    let ofPositives = try similarity.filled(where: isPositive.equals(0), with: -.infinity).logSumExp(1, keep: true)
    let ofOthers = try similarity.filled(where: isOther.equals(0), with: -.infinity).logSumExp(1, keep: true)
    let contrast = try OwnAgainstOthers(ofPositives, others: ofOthers)
    let attraction = try similarity.filled(where: isPositive.equals(0), with: 0).sum([1], keep: true) / counts
    let share = 1 / Double(z.shape[0])
    try value.add_((contrast.losses + (ofPositives - attraction)).sum(), scale: share)
    guard let gradient else { return }
    let scale = share / temperature
    let excess = try (similarity - ofPositives + counts.log()).filled(where: isPositive.equals(0), with: 0)
    let atPositives = try (excess.exponentialLessOne() - excess.exp() * contrast.missed) / counts
    let atOthers = try (similarity - ofPositives - contrast.losses).filled(where: isOther.equals(0), with: -.infinity)
    let difference = try atPositives.filled(where: isPositive.equals(0), with: 0) + atOthers.exp()
    try gradient.rows(tile.rows).addProduct_(difference, z, scale: scale)
    try gradient.addProduct_(difference.transposed(), rows, scale: scale)
  }

  /// Whether a column is a positive of a row: the other view of the sample, or an embedding of its class.
  private func isPositive(_ tile: Tile, _ classes: Tensor) throws(TorchError) -> Tensor {
    let own = try classes.rows(tile.rows).unsqueezed(1)
    let isPositive = try own.equals(classes.unsqueezed(0)).filled(where: own.equals(-1), with: 0)
    try isPositive.diagonal(offset: tile.partners.lowerBound).fill_(1)
    try isPositive.diagonal(offset: tile.rows.lowerBound).zero_()
    return isPositive
  }
}
