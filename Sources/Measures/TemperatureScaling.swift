import Foundation

/// One number that logits are divided by, so that probabilities say how often a prediction is right (Guo et al. 2017). No
/// prediction changes.
///
/// This adds a prior to the paper's method: the logarithm of the temperature is taken to be normal around 0 with deviation
/// 1, which a hundred samples outweigh. Without it, a dozen samples that are all predicted rightly would make every other
/// prediction certain.
package enum TemperatureScaling {
  /// The temperatures to choose from. One outside would mean that all samples, or none, are predicted rightly.
  package static let range = 0.05...20.0

  /// How logits become probabilities.
  package enum Reading: Sendable {
    /// Softmax over the classes.
    case oneOf
    /// A sigmoid for each class.
    case anyOf
  }

  /// The most likely temperature, given what validation samples turned out to be.
  ///
  /// - Parameters:
  ///   - logits: [samples, classes], row by row, at least one sample; finite.
  ///   - targets: of the same form; 1 for a class of the sample, else 0.
  ///   - classCount: at least 1.
  ///   - reading: how logits become probabilities.
  /// - Returns: a number in `range`.
  /// - Throws: `MeasureError` where there are no samples, or the counts differ.
  package static func fit(
    logits: [Double], targets: [Double], classCount: Int, as reading: Reading
  ) throws(MeasureError) -> Double {
    guard logits.count == targets.count else {
      throw .count("targets", found: targets.count, expected: logits.count)
    }
    guard classCount > 0, !logits.isEmpty, logits.count.isMultiple(of: classCount) else {
      throw .tooFew("validation samples", found: logits.count / max(1, classCount), needed: 1)
    }
    func loss(_ position: Double) -> Double {
      self.loss(logits, targets, classCount, reading, 1 / exp(position)) + position * position / 2
    }
    // The loss of the samples has one minimum in the logarithm, but with the prior there may be two. So some points are
    // tried first, and the golden section searches between the neighbours of the lowest.
    let (least, most) = (log(range.lowerBound), log(range.upperBound))
    let points = (0...24).map { least + (most - least) * Double($0) / 24 }
    let losses = points.map(loss)
    let lowest = losses.indices.min { losses[$0] < losses[$1] } ?? 0
    var (low, high) = (points[max(lowest - 1, 0)], points[min(lowest + 1, points.count - 1)])
    let ratio = (5.0.squareRoot() - 1) / 2
    var first = high - ratio * (high - low)
    var second = low + ratio * (high - low)
    var (firstLoss, secondLoss) = (loss(first), loss(second))
    while high - low > 1e-5 {
      if firstLoss <= secondLoss {
        (high, second, secondLoss) = (second, first, firstLoss)
        first = high - ratio * (high - low)
        firstLoss = loss(first)
      } else {
        (low, first, firstLoss) = (first, second, secondLoss)
        second = low + ratio * (high - low)
        secondLoss = loss(second)
      }
    }
    return exp((low + high) / 2)
  }

  /// −log probability of the targets, summed.
  private static func loss(
    _ logits: [Double], _ targets: [Double], _ classCount: Int, _ reading: Reading, _ factor: Double
  ) -> Double {
    var total = 0.0
    switch reading {
    case .anyOf:
      for (logit, target) in zip(logits, targets) { total += softplus(logit * factor) - target * logit * factor }
    case .oneOf:
      for start in stride(from: 0, to: logits.count, by: classCount) {
        let row = logits[start..<start + classCount].map { $0 * factor }
        let greatest = row.max() ?? 0
        let normalizer = greatest + log(row.reduce(0) { $0 + exp($1 - greatest) })
        for (place, logit) in row.enumerated() { total += targets[start + place] * (normalizer - logit) }
      }
    }
    return total
  }

  private static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
}
