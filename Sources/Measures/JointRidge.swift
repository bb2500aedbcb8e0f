import Torch

/// Linear least squares with L2 regularisation for several targets at once, all with the same strength.
///
/// Minimises Σ ‖targets − prediction‖² + α‖weights‖², intercepts not penalised, over features that are standardised by the
/// training samples (a constant feature is only centred). α is the one that predicts samples for validation best; all samples are then
/// learned from. Deterministic; computes in float64 on the processor.
package struct JointRidge {
  /// [features, targets]
  private let weights: Tensor
  private let mean: Tensor
  private let deviation: Tensor
  private let centre: Tensor
  /// α as chosen.
  package let regularization: Double

  /// As in the forecasts of TS2Vec.
  package static let candidates: [Double] = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]

  /// - Parameters:
  ///   - features: [samples, features], finite; those for validation stand last.
  ///   - targets: [samples, targets], finite.
  ///   - validationCount: how many samples choose α; at least 1, and at least two others.
  /// - Throws: `MeasureError` where one of these conditions does not hold.
  package init(
    _ features: Tensor, targets: Tensor, validationCount: Int, candidates: [Double] = JointRidge.candidates
  ) throws(MeasureError) {
    try checkRegularization("α", candidates)
    guard !candidates.isEmpty else { throw .parameter("candidates", found: "none", expected: "at least 1") }
    let (count, _) = try checkMatrix("features", features)
    let (targetCount, _) = try checkMatrix("targets", targets)
    guard targetCount == count else { throw .count("targets", found: targetCount, expected: count) }
    guard validationCount >= 1 else { throw .tooFew("validation samples", found: validationCount, needed: 1) }
    let training = count - validationCount
    guard training >= 2 else { throw .tooFew("training samples", found: training, needed: 2) }
    (regularization, weights, mean, deviation, centre) = try computing { () throws(TorchError) in
      let x = try doublePrecision(features.to(device: .cpu))
      let y = try doublePrecision(targets.to(device: .cpu))
      let part = try Part(x.rows(0..<training), y.rows(0..<training))
      let held = try part.standardized(x.rows(training..<count))
      let wanted = try y.rows(training..<count)
      var best = (alpha: candidates[0], error: Double.infinity)
      // Of equals the most regularised.
      for alpha in Set(candidates).sorted(by: >) {
        let error = try (held.matmul(part.weights(alpha)) + part.centre - wanted).squared().mean().item()
        if error < best.error { best = (alpha, error) }
      }
      let whole = try Part(x, y)
      return (best.alpha, try whole.weights(best.alpha), whole.mean, whole.deviation, whole.centre)
    }
  }

  /// Predictions [samples, targets] in float64 on the processor.
  ///
  /// - Parameter features: [samples, features], as wide as those that were learned from.
  package func predictions(for features: Tensor) throws(MeasureError) -> Tensor {
    _ = try checkMatrix("features", features, width: weights.shape[0])
    return try computing { () throws(TorchError) in
      try ((doublePrecision(features.to(device: .cpu)) - mean) / deviation).matmul(weights) + centre
    }
  }

  /// Samples to learn from, decomposed once for all strengths.
  private struct Part {
    let mean: Tensor
    let deviation: Tensor
    let centre: Tensor
    private let values: Tensor
    private let vectors: Tensor
    private let projected: Tensor

    init(_ x: Tensor, _ y: Tensor) throws(TorchError) {
      let spread = try FeatureSpread(of: x)
      (mean, deviation) = (spread.mean, try spread.divisor())
      centre = try y.mean([0], keep: true)
      let z = try (x - mean) / deviation
      (values, vectors) = try z.transposed().matmul(z).symmetricEigen()
      projected = try vectors.transposed().matmul(z.transposed().matmul(y - centre))
    }

    func standardized(_ x: Tensor) throws(TorchError) -> Tensor { try (x - mean) / deviation }

    func weights(_ alpha: Double) throws(TorchError) -> Tensor {
      try vectors.matmul(projected / (values.clamped(atLeast: 0) + alpha).unsqueezed(1))
    }
  }
}
