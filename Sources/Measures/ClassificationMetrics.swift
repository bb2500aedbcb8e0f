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
    /// Over each resample, so that two results on the same samples can be compared resample by resample. It is not
    /// recorded; empty in what was read from a file, and where a resample does not define the metric.
    package private(set) var resamples: [Double] = []

    private enum CodingKeys: String, CodingKey { case value, interval }

    package static func == (first: Estimate, second: Estimate) -> Bool {
      first.value == second.value && first.interval == second.interval
    }

    package func hash(into hasher: inout Hasher) {
      hasher.combine(value)
      hasher.combine(interval)
    }
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
    let once = [Int](repeating: 1, count: count)
    let judged = Ranking.judged(scores, labels)
    var accuracies: [Double] = []
    var balanced: [Double] = []
    var areas = [MeanArea](repeating: MeanArea(), count: resampleCount)
    var area = MeanArea()
    // Some classes at a time, each time with the same resamples: the rankings of many classes would fill the memory.
    var first = 0
    repeat {
      let rankings = Ranking.some(of: judged[first...], scores, labels)
      var random = RandomSource(seed: seed)
      for resample in 0..<resampleCount {
        var weights = [Int](repeating: 0, count: count)
        for _ in 0..<count { weights[random.next(below: count)] += 1 }
        let drawn = recall.drawn(weights)
        if first == 0 {
          let shares = recall.shares(weights, drawn)
          accuracies.append(shares.accuracy)
          balanced.append(shares.balanced)
        }
        areas[resample].add(rankings, weights, drawn)
      }
      area.add(rankings, once, recall.drawn(once))
      first += rankings.count
    } while first < judged.count
    let shares = recall.shares(once, recall.drawn(once))
    accuracy = Estimate(value: shares.accuracy, interval: Self.middle(accuracies), resamples: accuracies)
    balancedAccuracy = Estimate(value: shares.balanced, interval: Self.middle(balanced), resamples: balanced)
    auroc = area.mean.map { Estimate(value: $0, resampled: areas.map(\.mean)) }
  }

  /// From the 2.5th to the 97.5th percentile, interpolated linearly; nil where there are no values.
  package static func middle(_ values: [Double]) -> ClosedRange<Double>? {
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

extension ClassificationMetrics.Estimate {
  /// - Parameter values: over each resample; nil where it does not define the metric.
  init(value: Double, resampled values: [Double?]) {
    let defined = values.compactMap(\.self)
    self.init(
      value: value, interval: ClassificationMetrics.middle(defined),
      resamples: defined.count == values.count ? defined : [])
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

  /// How many samples of each class are drawn.
  func drawn(_ weights: [Int]) -> [Int] {
    var drawn = [Int](repeating: 0, count: classCount)
    for (sample, weight) in weights.enumerated() { drawn[labels[sample]] += weight }
    return drawn
  }

  func shares(_ weights: [Int], _ drawn: [Int]) -> (accuracy: Double, balanced: Double) {
    var found = [Int](repeating: 0, count: classCount)
    for (sample, weight) in weights.enumerated() where isRecognised[sample] { found[labels[sample]] += weight }
    let recalls = zip(found, drawn).filter { $0.1 > 0 }.map { Double($0.0) / Double($0.1) }
    return (
      Double(found.reduce(0, +)) / Double(drawn.reduce(0, +)), recalls.reduce(0, +) / Double(recalls.count)
    )
  }
}

/// The mean of the areas of several classes, added one after another.
private struct MeanArea {
  private var sum = 0.0
  private var count = 0

  mutating func add(_ rankings: [Ranking], _ weights: [Int], _ drawn: [Int]) {
    for ranking in rankings {
      guard let area = ranking.area(weights, drawn) else { continue }
      sum += area
      count += 1
    }
  }

  /// Nil where no class has an area.
  var mean: Double? { count == 0 ? nil : sum / Double(count) }
}

/// The samples in the order of their scores for one class. They are sorted once, because resamples only change how often
/// each counts.
///
/// Samples of the least score are left out: they come before all others, and how many they are follows from the whole.
/// Nearest neighbours give most samples the score 0 for most classes.
private struct Ranking {
  private let label: Int
  /// Samples above the least score, by rising score.
  private let order: [Int32]
  /// By place in that order: whether the sample is of the class, and whether the next one scores higher.
  private let isPositive: [Bool]
  private let isLastOfEquals: [Bool]

  /// How many places the rankings that are in memory together have, but for the last of them.
  private static let mostPlaces = 8 << 20

  private init(_ scores: ClassScores, _ labels: [Int], of label: Int) {
    self.label = label
    func score(_ sample: Int) -> Double { scores.values[sample * scores.classCount + label] }
    let least = labels.indices.reduce(Double.infinity) { min($0, score($1)) }
    let above = labels.indices.filter { score($0) > least }.map { (sample: $0, score: score($0)) }
      .sorted { $0.score < $1.score }
    order = above.map { Int32($0.sample) }
    isPositive = above.map { labels[$0.sample] == label }
    isLastOfEquals = above.indices.map { $0 + 1 == above.count || above[$0].score < above[$0 + 1].score }
  }

  /// The classes whose areas are looked at.
  static func judged(_ scores: ClassScores, _ labels: [Int]) -> [Int] {
    let present = Set(labels)
    guard present.count > 1 else { return [] }
    return scores.classCount == 2 ? [1] : present.sorted()
  }

  /// The first of the classes, as many as fit into the memory, and at least one if there are any.
  static func some(of classes: ArraySlice<Int>, _ scores: ClassScores, _ labels: [Int]) -> [Ranking] {
    var rankings: [Ranking] = []
    var places = 0
    for label in classes where places < mostPlaces {
      let ranking = Ranking(scores, labels, of: label)
      places += ranking.order.count
      rankings.append(ranking)
    }
    return rankings
  }

  /// In whole numbers until the end: pairs in the right order count 2, equal ones 1.
  ///
  /// - Parameter drawn: how many samples of each class count.
  func area(_ weights: [Int], _ drawn: [Int]) -> Double? {
    let positiveTotal = drawn[label]
    let negativeTotal = weights.count - positiveTotal
    guard positiveTotal > 0, negativeTotal > 0 else { return nil }
    var (positives, negatives) = (positiveTotal, negativeTotal)
    for (place, sample) in order.enumerated() {
      let weight = weights[Int(sample)]
      if isPositive[place] { positives -= weight } else { negatives -= weight }
    }
    var points = positives * negatives
    var (equalPositives, equalNegatives) = (0, 0)
    for (place, sample) in order.enumerated() {
      let weight = weights[Int(sample)]
      if isPositive[place] { equalPositives += weight } else { equalNegatives += weight }
      guard isLastOfEquals[place] else { continue }
      points += equalPositives * (2 * negatives + equalNegatives)
      negatives += equalNegatives
      (equalPositives, equalNegatives) = (0, 0)
    }
    return Double(points) / (2 * Double(positiveTotal) * Double(negativeTotal))
  }
}
