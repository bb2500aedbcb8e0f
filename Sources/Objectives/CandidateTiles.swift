import Torch

/// The common part of losses that contrast anchors with shared candidates: each of N anchors should be nearer to its
/// positive than to the others of K candidates.
///
///     ℓᵢ = log Σₖ exp(aᵢ·cₖ/τ) − aᵢ·pᵢ/τ,   loss = mean of ℓ over the N anchors
///
/// The N × K matrix is never whole in memory. It is computed in tiles of rows, and each tile adds its part of the value
/// and of the exact gradient, so that memory is O((N + K)·D).
struct CandidateTiles: Sendable {
  let temperature: Double
  let size: TileSize
  /// Whether rows may have other lengths than 1, so that similarities have no bound.
  var takesAnyLength = false

  /// - Parameters:
  ///   - anchors: [N, D], rows of length 1 unless `takesAnyLength`.
  ///   - candidates: [N, D], likewise; the positive of an anchor is the candidate in the same row.
  /// - Returns: a single value; its gradient, of first order, reaches both.
  func callAsFunction(_ anchors: Tensor, candidates: Tensor) throws(TorchError) -> Tensor {
    let (a, c) = (try anchors.detach(), try candidates.detach())
    let value = try Tensor.zeros([], a.dtype ?? .float32, on: a.device)
    let ofAnchors = try Self.gradient(of: anchors)
    let ofCandidates = try Self.gradient(of: candidates)
    let share = 1 / Double(a.shape[0])
    let scale = share / temperature
    try noGrad { () throws(TorchError) in
      for range in size.tiles(rows: a.shape[0], columns: c.shape[0]) {
        let (rows, own) = (try a.rows(range), try c.rows(range))
        let similarity = try (rows * (1 / temperature)).matmul(c.transposed())
        let positives = try similarity.diagonal(offset: range.lowerBound)
        let attraction = try positives.clone().unsqueezed(1)
        try positives.fill_(-.infinity)
        let isBounded = !takesAnyLength && similarity.isExponentiable(below: 1 / temperature)
        let (sums, others) = try similarity.exponentiate_(isBounded: isBounded)
        let contrast = try OwnAgainstOthers(attraction, others: others)
        try value.add_(contrast.losses.sum(), scale: share)
        // With P the softmax and W 1 at the positive: (P − W) c for the anchors, (P − W)ᵀ a for the candidates.
        let ofOthers = try contrast.missed / sums
        if let ofAnchors {
          try ofAnchors.rows(range)
            .add_(similarity.matmul(c) * ofOthers - own * contrast.missed, scale: scale)
        }
        if let ofCandidates {
          try ofCandidates.addProduct_(similarity.transposed(), rows * ofOthers, scale: scale)
          try ofCandidates.rows(range).add_(rows * contrast.missed, scale: -scale)
        }
      }
    }
    let gradients = [(anchors, ofAnchors), (candidates, ofCandidates)]
      .compactMap { input, gradient in gradient.map { (input: input, gradient: $0) } }
    return gradients.isEmpty ? value : try value.attaching(gradients)
  }

  /// The same where each anchor has its own positive, in addition to the shared candidates.
  ///
  /// - Parameters:
  ///   - anchors: [N, D], rows of length 1.
  ///   - positives: row for row; like the candidates, they get no gradient.
  ///   - candidates: [K, D].
  /// - Returns: a single value; its gradient, of first order, reaches the anchors.
  func callAsFunction(_ anchors: Tensor, positives: Tensor, candidates: Tensor) throws(TorchError) -> Tensor {
    let (a, c) = (try anchors.detach(), try candidates.detach())
    let value = try Tensor.zeros([], a.dtype ?? .float32, on: a.device)
    let gradient = try Self.gradient(of: anchors)
    let share = 1 / Double(a.shape[0])
    try noGrad { () throws(TorchError) in
      for range in size.tiles(rows: a.shape[0], columns: c.shape[0]) {
        let (rows, own) = (try a.rows(range) * (1 / temperature), try positives.rows(range))
        let attraction = try (rows * own).sum([1], keep: true)
        let similarity = try rows.matmul(c.transposed())
        // Only the caller promises that the candidates have length 1. A bound that relied on it could overflow.
        let (sums, others) = try similarity.exponentiate_(isBounded: false)
        let contrast = try OwnAgainstOthers(attraction, others: others)
        try value.add_(contrast.losses.sum(), scale: share)
        guard let gradient else { continue }
        let difference = try (similarity.matmul(c) / sums - own) * contrast.missed
        try gradient.rows(range).add_(difference, scale: share / temperature)
      }
    }
    guard let gradient else { return value }
    return try value.attaching([(anchors, gradient)])
  }

  private static func gradient(of input: Tensor) throws(TorchError) -> Tensor? {
    input.requiresGrad ? try Tensor.zeros(input.shape, input.dtype ?? .float32, on: input.device) : nil
  }
}
