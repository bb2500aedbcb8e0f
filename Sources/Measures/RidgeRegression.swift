import Torch

/// Linear least squares with L2 regularisation: the linear probe where the target is a number.
///
/// Minimises Σ (target − prediction)² + α‖weights‖², intercept not penalised, over features that are standardised by the
/// training samples (a constant feature is only centred). α is chosen by leaving each training sample out in turn, which
/// has a closed form (Golub, Heath and Wahba 1979); where samples belong to groups, by cross-validation on folds that
/// divide no group. Deterministic; computes in float64 on the processor.
package struct RidgeRegression: Sendable, Codable, Hashable {
  /// The values of α to choose from, at least one, each above 0.
  package var candidates: [Double]
  /// Folds where samples belong to groups, at least 2; of fewer groups each is held out by itself.
  package var foldCount: Int
  /// α where all samples are of one group, so that none can be held out, or no feature varies; above 0.
  package var fallback: Double
  /// False where features are only centred, see `LogisticRegression.Scaling`.
  package var standardizes: Bool

  package init(
    candidates: [Double] = [1e-2, 1e-1, 1, 1e1, 1e2, 1e3, 1e4, 1e5], foldCount: Int = 10, fallback: Double = 1,
    standardizes: Bool = true
  ) {
    self.standardizes = standardizes
    self.candidates = candidates
    self.foldCount = foldCount
    self.fallback = fallback
  }

  /// Learns to predict the number.
  ///
  /// - Parameters:
  ///   - features: [samples, features], at least two samples; finite.
  ///   - targets: one per sample; finite.
  ///   - groups: one per sample, any integers, nil for a sample that belongs to none. α is chosen by how well samples of
  ///     other groups are predicted.
  /// - Throws: `MeasureError` where one of these conditions does not hold, or a number of this value is out of its range.
  package func fit(
    _ features: Tensor, targets: [Double], groups: [Int?]? = nil
  ) throws(MeasureError) -> LinearPredictor {
    try checkRegularization("α", candidates + [fallback])
    guard !candidates.isEmpty else { throw .parameter("candidates", found: "none", expected: "at least 1") }
    try checkFoldCount(foldCount)
    let (count, width) = try checkMatrix("features", features)
    guard count > 1 else { throw .tooFew("features", found: count, needed: 2) }
    guard targets.count == count else { throw .count("targets", found: targets.count, expected: count) }
    if let row = targets.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite("targets", value: targets[row], row: row, column: 0)
    }
    let folds = groups == nil ? nil : folds(try SampleGroups(groups, sampleCount: count))
    return try computing { () throws(TorchError) in
      let plain = try doublePrecision(features.to(device: .cpu))
      let spread = try FeatureSpread(of: plain)
      let (mean, isConstant) = (spread.mean, spread.isConstant)
      let deviation = try standardizes ? spread.divisor() : .ones([width], .float64)
      let z = try ((plain - mean) / deviation).filled(where: isConstant, with: 0)
      let centre = targets.reduce(0, +) / Double(count)
      let y = try Tensor(targets.map { $0 - centre }, shape: [count, 1])

      // The left singular vectors and squared singular values of z, from the smaller Gram matrix.
      let isWide = width > count
      let gram = try isWide ? z.matmul(z.transposed()) : z.transposed().matmul(z)
      let (values, vectors) = try gram.symmetricEigen()
      let all = try values.values(as: Double.self)
      let first = all.firstIndex { $0 > 1e-10 * max(all.last ?? 0, 1e-300) } ?? all.count
      let spreads = Array(all[first...])
      let kept = try vectors.narrowed(1, first..<all.count)
      guard !spreads.isEmpty else {
        return LinearPredictor(
          weights: [Double](repeating: 0, count: width), intercept: centre, regularization: fallback)
      }
      let lengths = try Tensor(spreads.map { $0.squareRoot() })
      let left = try isWide ? kept : z.matmul(kept) / lengths
      let projected = try left.transposed().matmul(y)
      let alpha: Double
      if let folds {
        alpha = try chosenAlpha(holdingOut: folds, coordinates: left * lengths, y)
      } else {
        alpha = try chosenAlphaLeavingOneOut(left, spreads, projected, targets.map { $0 - centre })
      }
      // weights on z: right · diag(s / (s² + α)) · leftᵀ y, where right = zᵀ left / s.
      let scaled = try projected * Tensor(spreads.map { 1 / ($0 + alpha) }, shape: [spreads.count, 1])
      let onZ = try z.transposed().matmul(left.matmul(scaled)).squeezed(1)
      let weights = try (onZ / deviation).filled(where: isConstant, with: 0).values(as: Double.self)
      let means = try mean.values(as: Double.self)
      let intercept = centre - zip(weights, means).reduce(0) { $0 + $1.0 * $1.1 }
      return LinearPredictor(weights: weights, intercept: intercept, regularization: alpha)
    }
  }

  private func chosenAlphaLeavingOneOut(
    _ left: Tensor, _ spreads: [Double], _ projected: Tensor, _ targets: [Double]
  ) throws(TorchError) -> Double {
    let squares = try left.squared()
    let errors = try descendingCandidates.map { alpha throws(TorchError) in
      let shrink = try Tensor(spreads.map { $0 / ($0 + alpha) }, shape: [spreads.count, 1])
      let fitted = try left.matmul(projected * shrink).values(as: Double.self)
      // The intercept takes 1/n of each sample's leverage.
      let leverage = try squares.matmul(shrink).values(as: Double.self)
      return targets.indices.reduce(0) { sum, row in
        let residual = (targets[row] - fitted[row]) / max(1e-9, 1 - leverage[row] - 1 / Double(targets.count))
        return sum + residual * residual
      }
    }
    return best(errors)
  }

  /// - Parameters:
  ///   - folds: the samples of each; none where nothing can be held out.
  ///   - coordinates: [samples, axes], the standardised features turned into their principal axes, which changes neither
  ///     distances nor the length of the weights.
  ///   - y: [samples, 1]
  private func chosenAlpha(holdingOut folds: [[Int]], coordinates: Tensor, _ y: Tensor) throws(TorchError) -> Double {
    var errors = [Double](repeating: 0, count: descendingCandidates.count)
    for (place, held) in folds.enumerated() {
      let others = folds.enumerated().filter { $0.offset != place }.flatMap(\.element)
      let (heldRows, otherRows) = (try Tensor(held.map(Int64.init)), try Tensor(others.map(Int64.init)))
      let rows = try coordinates.indexed(by: otherRows)
      let targets = try y.indexed(by: otherRows)
      let (centre, middle) = (try rows.mean([0], keep: true), try targets.mean([0], keep: true))
      let centred = try rows - centre
      // One decomposition a fold, after which each α is a scaling.
      let (values, vectors) = try centred.transposed().matmul(centred).symmetricEigen()
      let projected = try vectors.transposed().matmul(centred.transposed().matmul(targets - middle))
      let asked = try (coordinates.indexed(by: heldRows) - centre).matmul(vectors)
      let wanted = try y.indexed(by: heldRows) - middle
      for (index, alpha) in descendingCandidates.enumerated() {
        let weights = try projected / (values.clamped(atLeast: 0) + alpha).unsqueezed(1)
        errors[index] += try (asked.matmul(weights) - wanted).squared().sum().item()
      }
    }
    return folds.isEmpty ? fallback : best(errors)
  }

  private func folds(_ groups: SampleGroups) -> [[Int]] {
    // Numbers have no classes: all are taken for one, so that folds are of about the same size.
    crossValidationFolds(groups.numbers.map { _ in 0 }, foldCount, groups: groups) ?? []
  }

  private var descendingCandidates: [Double] { Set(candidates).sorted(by: >) }

  /// The candidate of the least error; of equals the most regularised; the fallback where errors are beyond all numbers.
  private func best(_ errors: [Double]) -> Double {
    // The most regularised of those that differ by rounding alone, which differs between processors.
    let least = errors.filter { $0 < .infinity }.min() ?? .infinity
    guard least < .infinity else { return fallback }
    return zip(descendingCandidates, errors).first { $0.1 <= least * (1 + 1e-9) }?.0 ?? fallback
  }
}

/// A number as a linear function of features.
package struct LinearPredictor: Sendable {
  /// One per feature, on features as they are given.
  package let weights: [Double]
  /// The prediction where all features are 0.
  package let intercept: Double
  /// α as chosen.
  package let regularization: Double
}
