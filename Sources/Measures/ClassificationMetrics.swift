/// How well scores tell classes apart on test samples, with bootstrap intervals.
///
/// The interval of a metric holds the middle 95 % of its values over resamples of the test samples, drawn with
/// replacement (percentile bootstrap, Efron 1979). It shows what another draw of as many test samples would change, and
/// says nothing about another training run. A resample in which AUROC is undefined is left out of AUROC's interval.
package struct ClassificationMetrics: Codable, Sendable, Hashable {
  /// A metric, and how far other test samples may be from it.
  package struct Estimate: Codable, Sendable, Hashable {
    /// Over all test samples.
    package let value: Double
    /// Nil where no resample defines the metric.
    package let interval: ClosedRange<Double>?
  }

  /// Test samples.
  package let count: Int
  /// The share of samples whose greatest score is that of their class.
  package let accuracy: Estimate
  /// The mean, over the classes that occur, of the share of a class's samples that are recognised.
  package let balancedAccuracy: Estimate
  /// The area under the receiver operating characteristic: how often a sample of a class scores higher for it than a
  /// sample of another; equal scores count half. For two classes, by the scores of class 1; for more, the mean over the
  /// classes that some samples belong to and some do not. Nil where all samples are of one class.
  package let auroc: Estimate?

  /// - Parameters:
  ///   - labels: from 0 to `scores.classCount` − 1, one per row of `scores`.
  ///   - resampleCount: at least 0; 0 gives no intervals.
  ///   - seed: decides the resamples; the same seed gives the same intervals.
  /// - Throws: `MeasureError` where there are no scores, or one of these conditions does not hold.
  package init(of scores: ClassScores, labels: [Int], resampleCount: Int = 1000, seed: UInt64 = 0) throws(MeasureError)
  {
    guard scores.count > 0 else { throw .tooFew("test samples", found: 0, needed: 1) }
    try checkLabels(labels, count: scores.count, classCount: scores.classCount)
    guard resampleCount >= 0 else {
      throw .parameter("resampleCount", found: "\(resampleCount)", expected: "at least 0")
    }
    count = scores.count
    let recall = Recall(scores, labels)
    let rankings = Ranking.all(scores, labels)
    let once = [Int](repeating: 1, count: count)

    var accuracies: [Double] = []
    var balanced: [Double] = []
    var areas: [Double] = []
    var random = RandomSource(seed: seed)
    for _ in 0..<resampleCount {
      var weights = [Int](repeating: 0, count: count)
      for _ in 0..<count { weights[random.next(below: count)] += 1 }
      let shares = recall.shares(weights)
      accuracies.append(shares.accuracy)
      balanced.append(shares.balanced)
      if let area = Ranking.meanArea(rankings, weights) { areas.append(area) }
    }
    let shares = recall.shares(once)
    accuracy = Estimate(value: shares.accuracy, interval: Self.middle(accuracies))
    balancedAccuracy = Estimate(value: shares.balanced, interval: Self.middle(balanced))
    auroc = Ranking.meanArea(rankings, once).map { Estimate(value: $0, interval: Self.middle(areas)) }
  }

  /// From the 2.5th to the 97.5th percentile, interpolated linearly.
  static func middle(_ values: [Double]) -> ClosedRange<Double>? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    func percentile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    let low = percentile(0.025)
    return low...max(low, percentile(0.975))
  }
}

/// Which samples are recognised. In a resample each sample counts as often as it was drawn.
private struct Recall {
  let labels: [Int]
  let isRecognised: [Bool]
  let classCount: Int

  init(_ scores: ClassScores, _ labels: [Int]) {
    self.labels = labels
    classCount = scores.classCount
    isRecognised = zip(scores.predictions, labels).map { $0 == $1 }
  }

  func shares(_ weights: [Int]) -> (accuracy: Double, balanced: Double) {
    var found = [Int](repeating: 0, count: classCount)
    var drawn = found
    for (sample, weight) in weights.enumerated() {
      drawn[labels[sample]] += weight
      if isRecognised[sample] { found[labels[sample]] += weight }
    }
    let recalls = zip(found, drawn).filter { $0.1 > 0 }.map { Double($0.0) / Double($0.1) }
    return (
      Double(found.reduce(0, +)) / Double(drawn.reduce(0, +)), recalls.reduce(0, +) / Double(recalls.count)
    )
  }
}

/// The samples in the order of their scores for one class. They are sorted once, because resamples only change how often
/// each counts.
private struct Ranking {
  /// Samples by rising score.
  private let order: [Int32]
  /// By place in that order: whether the sample is of the class, and whether the next one scores higher.
  private let isPositive: [Bool]
  private let isLastOfEquals: [Bool]

  private init(_ scores: ClassScores, _ labels: [Int], of label: Int) {
    let column = labels.indices.map { scores.values[$0 * scores.classCount + label] }
    let order = labels.indices.sorted { column[$0] < column[$1] }
    self.order = order.map { Int32($0) }
    isPositive = order.map { labels[$0] == label }
    isLastOfEquals = order.indices.map { $0 + 1 == order.count || column[order[$0]] < column[order[$0 + 1]] }
  }

  static func all(_ scores: ClassScores, _ labels: [Int]) -> [Ranking] {
    let present = Set(labels)
    guard present.count > 1 else { return [] }
    let judged = scores.classCount == 2 ? [1] : present.sorted()
    return judged.map { Ranking(scores, labels, of: $0) }
  }

  static func meanArea(_ rankings: [Ranking], _ weights: [Int]) -> Double? {
    let areas = rankings.compactMap { $0.area(weights) }
    return areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)
  }

  /// In whole numbers until the end: pairs in the right order count 2, equal ones 1.
  private func area(_ weights: [Int]) -> Double? {
    var (positives, negatives, points) = (0, 0, 0)
    var (equalPositives, equalNegatives) = (0, 0)
    for (place, sample) in order.enumerated() {
      let weight = weights[Int(sample)]
      if isPositive[place] { equalPositives += weight } else { equalNegatives += weight }
      guard isLastOfEquals[place] else { continue }
      points += equalPositives * (2 * negatives + equalNegatives)
      positives += equalPositives
      negatives += equalNegatives
      (equalPositives, equalNegatives) = (0, 0)
    }
    guard positives > 0, negatives > 0 else { return nil }
    return Double(points) / (2 * Double(positives) * Double(negatives))
  }
}
