/// How well memberships in several classes are predicted, with bootstrap intervals over the samples like those of
/// `ClassificationMetrics`.
package struct MultiLabelMetrics: Codable, Sendable, Hashable {
  package typealias Estimate = ClassificationMetrics.Estimate

  /// Test samples.
  package let count: Int
  /// The share of all memberships that are predicted rightly at a threshold of one half, from 0 to 1.
  package let accuracy: Estimate
  /// The mean, over the classes that occur, of 2 · found / (2 · found + wrong + missed). Nil where none occurs.
  package let macroF1: Estimate?
  /// The mean area under the receiver operating characteristic, over the classes that some samples belong to and some do
  /// not. Nil where there is none.
  package let auroc: Estimate?
  /// How far the probabilities of memberships are from how often they hold, over all memberships, as
  /// `expectedCalibrationError` measures it with 15 bins.
  package let calibrationError: Double

  /// - Parameters:
  ///   - probabilities: of each membership, from 0 to 1; at least one sample.
  ///   - targets: [samples, classes] row by row, 1 for a class that a sample belongs to, else 0.
  ///   - resampleCount: below 1 gives no intervals.
  ///   - seed: decides the resamples; the same seed gives the same intervals.
  /// - Throws: `MeasureError` where there are no samples, or the counts differ.
  package init(
    of probabilities: ClassScores, targets: [Float], resampleCount: Int = 200, seed: UInt64 = 0
  ) throws(MeasureError) {
    let classes = probabilities.classCount
    guard probabilities.count > 0 else { throw .tooFew("test samples", found: 0, needed: 1) }
    guard targets.count == probabilities.values.count else {
      throw .count("targets", found: targets.count, expected: probabilities.values.count)
    }
    count = probabilities.count
    let truth = targets.map { $0 >= 0.5 }
    let named = probabilities.values.map { $0 >= 0.5 }
    func accuracy(_ rows: [Int]) -> Double {
      let right = rows.reduce(0) { total, row in
        total + (row * classes..<(row + 1) * classes).count { truth[$0] == named[$0] }
      }
      return Double(right) / Double(rows.count * classes)
    }
    func f1(_ rows: [Int]) -> Double? {
      let scores = (0..<classes).compactMap { label -> Double? in
        let places = rows.map { $0 * classes + label }
        guard places.contains(where: { truth[$0] }) else { return nil }
        let found = places.count { truth[$0] && named[$0] }
        let other = places.count { truth[$0] != named[$0] }
        return Double(2 * found) / Double(2 * found + other)
      }
      return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
    }
    func area(_ rows: [Int]) -> Double? {
      let areas = (0..<classes).compactMap { label in
        rankedArea(rows.map { (probabilities.values[$0 * classes + label], truth[$0 * classes + label]) })
      }
      return areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)
    }
    let bootstrap = Bootstrap(of: count, resampleCount: resampleCount, seed: seed)
    self.accuracy = bootstrap.estimate(accuracy)
    macroF1 = bootstrap.estimateIfAny(f1)
    auroc = bootstrap.estimateIfAny(area)
    calibrationError = Measures.calibrationError(
      of: zip(probabilities.values, truth).map { ($0, $1) }, binCount: 15)
  }
}

/// The area under the receiver operating characteristic by the sum of ranks (Mann and Whitney 1947); nil where one side is
/// empty.
private func rankedArea(_ samples: [(score: Double, isPositive: Bool)]) -> Double? {
  let positives = samples.count { $0.isPositive }
  let negatives = samples.count - positives
  guard positives > 0, negatives > 0 else { return nil }
  let ranked = ranks(samples.map(\.score))
  let sum = zip(ranked, samples).reduce(0) { $1.1.isPositive ? $0 + $1.0 : $0 }
  return (sum - Double(positives * (positives + 1)) / 2) / Double(positives * negatives)
}
