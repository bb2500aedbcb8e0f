import Torch

/// The loss of TS2Vec (Yue et al. 2022, section 3.3): two representations of the same steps of each series agree step by step,
/// at every scale of time.
///
/// On each level, a step is compared with the same step of the other series (instance), and with the other steps of its own
/// series (temporal). With r and r′ the representations in both views, B series and T steps,
///
///     ℓ_temp(i, t) = −log( exp(r_it · r′_it) / Σ_s ( exp(r_it · r′_is) + [s ≠ t] exp(r_it · r_is) ) )
///     ℓ_inst(i, t) = −log( exp(r_it · r′_it) / Σ_j ( exp(r_it · r′_jt) + [j ≠ i] exp(r_it · r_jt) ) )
///
/// with plain dot products. The loss of a level is the mean of both over all steps, series and views, half of each. From one level to the
/// next, the greater of two neighbouring steps stays; at a single step only the instance half counts. The loss is the mean over
/// levels.
///
/// With soft targets (SoftCLT, Lee et al. 2024, arXiv:2312.16424), neighbouring steps are partners too, the less the further they lie
/// apart: on level d, where a step stands for 2^d,
///
///     ℓ_temp(i, t) = −Σ_k w_k log p_k,   w = 2 / (1 + exp(τ · 2^d · |t − s|)) for step s in either view
///
/// with p the softmax over all steps of both views but (i, t) itself; the same step in the other view has the weight 1.
///
/// The similarities of a series are a matrix 2T × 2T. It is never whole in memory: it is computed in tiles of rows, and each
/// tile adds its part of the value and of the exact gradient, so that memory is O(B·T·D).
package struct HierarchicalContrast: Sendable {
  /// Similarities in memory at a time, unless a tile of a single row has more.
  let elements: Int
  /// τ of soft targets over time, above 0; nil where each step has one partner.
  let sharpness: Double?

  /// - Parameter sharpness: of soft targets over time, above 0; nil for none.
  package init(sharpness: Double? = nil) { self.init(elements: 1 << 21, sharpness: sharpness) }

  init(elements: Int, sharpness: Double? = nil) {
    self.elements = elements
    self.sharpness = sharpness
  }

  /// The share of the instance part.
  private static let instanceShare = 0.5

  /// - Parameters:
  ///   - first: representations in one view [B, D, T].
  ///   - second: those of the same steps in the other view, of the same shape.
  /// - Returns: a single value; its gradient is of first order.
  package func callAsFunction(_ first: Tensor, _ second: Tensor) throws(TorchError) -> Tensor {
    guard first.rank == 3, first.shape == second.shape, first.shape.allSatisfy({ $0 > 0 }) else {
      throw TorchError(
        call: "HierarchicalContrast",
        message: "needs two representations [B, D, T] of one shape, not \(first.shape) and \(second.shape)")
    }
    let precision: DType = first.dtype == .float64 ? .float64 : .float32
    var views = [try first.to(dtype: precision), try second.to(dtype: precision)]
    var losses: [Tensor] = []
    while true {
      losses.append(try level(views[0], views[1], sharpness: sharpness.map { $0 * Double(1 << losses.count) }))
      guard views[0].shape[2] > 1 else { break }
      views = try views.map(halved)
    }
    return try stack(losses).mean()
  }

  /// - Parameter sharpness: τ · 2^d; nil without soft targets.
  private func level(_ first: Tensor, _ second: Tensor, sharpness: Double?) throws(TorchError) -> Tensor {
    let (count, steps) = (first.shape[0], first.shape[2])
    let value = try Tensor.zeros([], first.dtype ?? .float32, on: first.device)
    let needsGradient = first.requiresGrad || second.requiresGrad
    let gradients = try [first, second].map { view throws(TorchError) in
      needsGradient ? try Tensor.zeros(view.shape, view.dtype ?? .float32, on: view.device) : nil
    }
    try noGrad { () throws(TorchError) in
      let views = [try first.detach(), try second.detach()]
      if count > 1 { try addInstances(views, to: value, gradients) }
      if steps > 1 { try addSteps(views, sharpness: sharpness, to: value, gradients) }
    }
    guard let ofFirst = gradients[0], let ofSecond = gradients[1] else { return value }
    return try value.attaching([(first, ofFirst), (second, ofSecond)])
  }

  /// Each step of all series is a group.
  private func addInstances(_ views: [Tensor], to value: Tensor, _ gradients: [Tensor?]) throws(TorchError) {
    let (count, width, steps) = (views[0].shape[0], views[0].shape[1], views[0].shape[2])
    let size = max(1, elements / max(4 * count * count, 2 * count * width))
    for start in stride(from: 0, to: steps, by: size) {
      let range = start..<min(start + size, steps)
      // [steps, 2 · series, width]
      let group = try concatenate(views.map { view throws(TorchError) in try view.narrowed(2, range) })
        .permuted([2, 0, 1]).contiguous()
      let gradient =
        gradients[0] == nil ? nil : try Tensor.zeros(group.shape, group.dtype ?? .float32, on: group.device)
      try add(group, share: Self.instanceShare / Double(2 * count * steps), to: value, gradient)
      guard let gradient else { continue }
      let parts = try gradient.permuted([1, 2, 0]).chunks(2)
      for (part, target) in zip(parts, gradients) { try target?.narrowed(2, range).add_(part) }
    }
  }

  /// Each series is a group of all its steps.
  private func addSteps(
    _ views: [Tensor], sharpness: Double?, to value: Tensor, _ gradients: [Tensor?]
  ) throws(TorchError) {
    let (count, width, steps) = (views[0].shape[0], views[0].shape[1], views[0].shape[2])
    let size = max(1, elements / max(4 * steps * steps, 2 * steps * width))
    for start in stride(from: 0, to: count, by: size) {
      let range = start..<min(start + size, count)
      // [series, 2 · steps, width]
      let group = try concatenate(views.map { view throws(TorchError) in try view.rows(range) }, dimension: 2)
        .transposed(1, 2).contiguous()
      let gradient =
        gradients[0] == nil ? nil : try Tensor.zeros(group.shape, group.dtype ?? .float32, on: group.device)
      let share = (1 - Self.instanceShare) / Double(2 * count * steps)
      if let sharpness {
        try addSoft(group, sharpness: sharpness, share: share, to: value, gradient)
      } else {
        try add(group, share: share, to: value, gradient)
      }
      guard let gradient else { continue }
      let parts = try gradient.transposed(1, 2).chunks(2, dimension: 2)
      for (part, target) in zip(parts, gradients) { try target?.rows(range).add_(part) }
    }
  }

  /// Adds share · Σ (log Σ_k exp(S_ik) − S_ip) of each row i of each group, where p is the row of the other half at the same
  /// place, and S the similarities of a row with all others of its group.
  ///
  /// With P the softmax of S over the others, the gradient is share · (P + Pᵀ − 2 W) z, W being 1 at pairs of partners.
  ///
  /// - Parameter z: [groups, 2 · members, width]
  private func add(_ z: Tensor, share: Double, to value: Tensor, _ gradient: Tensor?) throws(TorchError) {
    let (groups, all) = (z.shape[0], z.shape[1])
    let half = all / 2
    let height = max(1, elements / (groups * all))
    let transposed = try z.transposed(1, 2)
    for start in stride(from: 0, to: half, by: height) {
      let lower = start..<min(start + height, half)
      let upper = lower.lowerBound + half..<lower.upperBound + half
      for (rows, partners) in [(lower, upper), (upper, lower)] {
        let own = try z.narrowed(1, rows)
        let similarity = try own.matmul(transposed)
        let attraction = try similarity.diagonals(offset: partners.lowerBound).clone()
        try similarity.diagonals(offset: rows.lowerBound).fill_(-.infinity)
        let maxima = try similarity.max(2, keep: true).values
        try similarity.add_(maxima, scale: -1)
        try similarity.exp_()
        let sums = try similarity.sum([2], keep: true)
        try value.add_((sums.log() + maxima).sum() - attraction.sum(), scale: share)
        guard let gradient else { continue }
        try gradient.narrowed(1, rows).add_(similarity.matmul(z) / sums, scale: share)
        try gradient.addProducts_(similarity.transposed(1, 2), own / sums, scale: share)
        try gradient.narrowed(1, rows).add_(z.narrowed(1, partners), scale: -share)
        try gradient.narrowed(1, partners).add_(own, scale: -share)
      }
    }
  }
  /// The same with soft targets: adds share · Σ Σ_k w_ik (log Σ_j exp(S_ij) − S_ik) of each row i of each group.
  ///
  /// With P the softmax of S over the others and W_i the sum of a row's weights, the gradient is share · (G + Gᵀ) z for
  /// G_ik = W_i P_ik − w_ik.
  ///
  /// - Parameter z: [groups, 2 · steps, width], the steps of one view, then those of the other.
  private func addSoft(
    _ z: Tensor, sharpness: Double, share: Double, to value: Tensor, _ gradient: Tensor?
  ) throws(TorchError) {
    let (groups, all) = (z.shape[0], z.shape[1])
    let half = all / 2
    let height = max(1, elements / (groups * all))
    let transposed = try z.transposed(1, 2)
    let once = try Tensor.arange(half, .float32, on: z.device).to(dtype: z.dtype)
    let times = try concatenate([once, once])
    for start in stride(from: 0, to: all, by: height) {
      let rows = start..<min(start + height, all)
      let own = try z.narrowed(1, rows)
      let similarity = try own.matmul(transposed)
      let lags = try (times.rows(rows).unsqueezed(1) - times.unsqueezed(0)).magnitude()
      let weights = try sigmoid(lags * -sharpness) * 2
      try weights.diagonal(offset: rows.lowerBound).fill_(0)
      let sums = try weights.sum([1], keep: true)
      let attraction = try (similarity * weights).sum()
      try similarity.diagonals(offset: rows.lowerBound).fill_(-.infinity)
      let maxima = try similarity.max(2, keep: true).values
      try similarity.add_(maxima, scale: -1)
      try similarity.exp_()
      let totals = try similarity.sum([2], keep: true)
      try value.add_(((totals.log() + maxima) * sums).sum() - attraction, scale: share)
      guard let gradient else { continue }
      let difference = try similarity * (sums / totals) - weights
      try gradient.narrowed(1, rows).add_(difference.matmul(z), scale: share)
      try gradient.addProducts_(difference.transposed(1, 2), own, scale: share)
    }
  }
}
