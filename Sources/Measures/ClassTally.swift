/// How many samples of each class are taken for which class.
///
/// Only pairs of classes that occur are held, so that thousands of classes take no matrix.
package struct ClassTally: Sendable, Hashable {
  private struct Pair: Hashable {
    let truth: Int
    let predicted: Int
  }

  package let classCount: Int
  private var counts: [Pair: Int] = [:]

  /// - Parameters:
  ///   - labels: from 0 to `scores.classCount` − 1, one per row of `scores`.
  /// - Throws: `MeasureError` where they are not.
  package init(_ scores: ClassScores, labels: [Int]) throws(MeasureError) {
    try checkLabels(labels, count: scores.count, classCount: scores.classCount)
    classCount = scores.classCount
    for (truth, predicted) in zip(labels, scores.predictions) {
      counts[Pair(truth: truth, predicted: predicted), default: 0] += 1
    }
  }

  /// What several draws of labels gave, counted together; nil without any.
  package init?(summing tallies: [ClassTally]) {
    guard let first = tallies.first else { return nil }
    self = first
    for tally in tallies.dropFirst() { counts.merge(tally.counts) { $0 + $1 } }
  }

  /// Samples of class `truth` that are taken for class `predicted`.
  package func count(of truth: Int, as predicted: Int) -> Int { counts[Pair(truth: truth, predicted: predicted)] ?? 0 }

  /// Samples of each class.
  package var supports: [Int] { sums(by: \.truth) }

  /// Samples that are taken for each class.
  package var predictedCounts: [Int] { sums(by: \.predicted) }

  private func sums(by place: (Pair) -> Int) -> [Int] {
    var sums = [Int](repeating: 0, count: classCount)
    for (pair, count) in counts { sums[place(pair)] += count }
    return sums
  }

  /// Classes that are taken for another, the most frequent mistake first.
  package var mistakes: [(truth: Int, predicted: Int, count: Int)] {
    counts.filter { $0.key.truth != $0.key.predicted }
      .map { (truth: $0.key.truth, predicted: $0.key.predicted, count: $0.value) }
      .sorted { (-$0.count, $0.truth, $0.predicted) < (-$1.count, $1.truth, $1.predicted) }
  }
}
