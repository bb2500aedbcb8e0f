import Torch

/// Linear least squares with L2 regularisation: the linear probe of numbers.
///
/// Minimises Σ (target − prediction)² + α‖weights‖², intercept not penalised, over features that are standardised by the
/// training samples (a constant feature is only centred). α is chosen by leaving each training sample out in turn, which
/// has a closed form (Golub, Heath and Wahba 1979). Deterministic; computes in float64 on the processor.
public struct RidgeRegression: Sendable, Codable, Hashable {
  /// The values of α to choose from.
  public var candidates: [Double]

  public init(candidates: [Double] = [1e-2, 1e-1, 1, 1e1, 1e2, 1e3, 1e4, 1e5]) { self.candidates = candidates }

  /// - Parameters:
  ///   - features: [samples, features], at least two samples.
  ///   - targets: one a sample; finite.
  public func fit(_ features: Tensor, targets: [Double]) throws(MeasureError) -> LinearPredictor {
    for value in candidates where !(value > 0 && value.isFinite) {
      throw .parameter("α", found: "\(value)", expected: "a number above 0")
    }
    guard !candidates.isEmpty else { throw .parameter("candidates", found: "none", expected: "at least 1") }
    let (count, width) = try checkMatrix("features", features)
    guard count > 1 else { throw .tooFew("features", found: count, needed: 2) }
    guard targets.count == count else { throw .count("targets", found: targets.count, expected: count) }
    if let row = targets.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite("targets", value: targets[row], row: row, column: 0)
    }
    return try computing { () throws(TorchError) in
      let plain = try doublePrecision(features.to(device: .cpu))
      let mean = try plain.mean([0])
      let measured = try plain.standardDeviation([0], correction: 0)
      let isConstant = try (measured - mean.magnitude() * 1e-6).clamped(atLeast: 0).equals(0)
      let deviation = try measured.filled(where: isConstant, with: 1)
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
        return LinearPredictor(weights: [Double](repeating: 0, count: width), intercept: centre, regularization: 1)
      }
      let lengths = try Tensor(spreads.map { $0.squareRoot() })
      let left = try isWide ? kept : z.matmul(kept) / lengths
      let projected = try left.transposed().matmul(y)
      let squares = try left.squared()

      var best: (alpha: Double, error: Double)?
      for alpha in Set(candidates).sorted(by: >) {
        let shrink = try Tensor(spreads.map { $0 / ($0 + alpha) }, shape: [spreads.count, 1])
        let fitted = try left.matmul(projected * shrink).values(as: Double.self)
        // The intercept takes 1/n of each sample's leverage.
        let leverage = try squares.matmul(shrink).values(as: Double.self)
        var error = 0.0
        for row in 0..<count {
          let residual = targets[row] - centre - fitted[row]
          let left = residual / max(1e-9, 1 - leverage[row] - 1 / Double(count))
          error += left * left
        }
        if error < best?.error ?? .infinity { best = (alpha, error) }
      }
      let alpha = best?.alpha ?? 1
      // weights on z: right · diag(s / (s² + α)) · leftᵀ y, where right = zᵀ left / s.
      let scaled = try projected * Tensor(spreads.map { 1 / ($0 + alpha) }, shape: [spreads.count, 1])
      let onZ = try z.transposed().matmul(left.matmul(scaled)).squeezed(1)
      let weights = try (onZ / deviation).filled(where: isConstant, with: 0).values(as: Double.self)
      let means = try mean.values(as: Double.self)
      let intercept = centre - zip(weights, means).reduce(0) { $0 + $1.0 * $1.1 }
      return LinearPredictor(weights: weights, intercept: intercept, regularization: alpha)
    }
  }
}

/// A number as a linear function of features.
public struct LinearPredictor: Sendable {
  /// One a feature, on features as they are given.
  public let weights: [Double]
  public let intercept: Double
  /// α as chosen.
  public let regularization: Double
}
