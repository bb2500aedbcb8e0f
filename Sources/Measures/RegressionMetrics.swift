import Foundation

/// How well numbers are predicted, with bootstrap intervals like those of `ClassificationMetrics`.
package struct RegressionMetrics: Codable, Sendable, Hashable {
  package typealias Estimate = ClassificationMetrics.Estimate

  /// Test samples.
  package let count: Int
  /// In the units of the target.
  package let meanAbsoluteError: Estimate
  /// 1 − Σ (target − prediction)² / Σ (target − mean)²: 1 is perfect, 0 is as good as always predicting the mean. Nil where
  /// all targets are the same.
  package let r2: Estimate?
  /// Spearman's correlation of ranks, from −1 to 1; equal values share the mean of their ranks. Nil where all targets, or
  /// all predictions, are the same.
  package let spearman: Estimate?

  /// - Parameters:
  ///   - predictions: one per test sample; finite.
  ///   - targets: as many, at least one; finite.
  ///   - resampleCount: below 1 gives no intervals.
  ///   - seed: decides the resamples; the same seed gives the same intervals.
  /// - Throws: `MeasureError` where one of these conditions does not hold.
  package init(
    predictions: [Double], targets: [Double], resampleCount: Int = 1000, seed: UInt64 = 0
  ) throws(MeasureError) {
    guard !targets.isEmpty else { throw .tooFew("test samples", found: 0, needed: 1) }
    guard predictions.count == targets.count else {
      throw .count("predictions", found: predictions.count, expected: targets.count)
    }
    for (what, values) in [("predictions", predictions), ("targets", targets)] {
      if let row = values.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(what, value: values[row], row: row, column: 0)
      }
    }
    count = targets.count
    func error(_ rows: [Int]) -> Double {
      rows.reduce(0) { $0 + abs(predictions[$1] - targets[$1]) } / Double(rows.count)
    }
    func explained(_ rows: [Int]) -> Double? {
      let mean = rows.reduce(0) { $0 + targets[$1] } / Double(rows.count)
      let total = rows.reduce(0) { $0 + (targets[$1] - mean) * (targets[$1] - mean) }
      let left = rows.reduce(0) { $0 + (targets[$1] - predictions[$1]) * (targets[$1] - predictions[$1]) }
      return total > 0 ? 1 - left / total : nil
    }
    func rankCorrelation(_ rows: [Int]) -> Double? {
      correlation(ranks(rows.map { predictions[$0] }), ranks(rows.map { targets[$0] }))
    }
    let bootstrap = Bootstrap(of: count, resampleCount: resampleCount, seed: seed)
    meanAbsoluteError = bootstrap.estimate(error)
    r2 = bootstrap.estimateIfAny(explained)
    spearman = bootstrap.estimateIfAny(rankCorrelation)
  }
}

/// The rank of each value, from 1; equal values share the mean of their ranks.
func ranks(_ values: [Double]) -> [Double] {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var result = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start
    while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
    for place in start..<end { result[order[place]] = Double(start + end + 1) / 2 }
    start = end
  }
  return result
}

/// Pearson's correlation of as many values; nil where one side does not vary.
package func correlation(_ first: [Double], _ second: [Double]) -> Double? {
  let count = Double(first.count)
  let means = (first.reduce(0, +) / count, second.reduce(0, +) / count)
  var (both, one, other) = (0.0, 0.0, 0.0)
  for (a, b) in zip(first, second) {
    both += (a - means.0) * (b - means.1)
    one += (a - means.0) * (a - means.0)
    other += (b - means.1) * (b - means.1)
  }
  return one > 0 && other > 0 ? both / (one * other).squareRoot() : nil
}
