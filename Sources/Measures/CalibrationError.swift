/// How far predicted probabilities are from how often the predictions are right: the expected calibration error (Naeini
/// et al. 2015; Guo et al. 2017).
///
/// Samples are sorted by the probability of their predicted class into bins of equal width; the result is the mean, over
/// the samples, of the distance between the mean probability and the accuracy of their bin: 0 to 1.
///
/// - Parameters:
///   - scores: probabilities, each row summing to 1.
///   - labels: one a row, from 0 to `scores.classCount` − 1.
///   - binCount: at least 1; 15, as in most papers.
/// - Throws: `MeasureError` where there are no scores, labels do not match them, or `binCount` is out of its range.
package func expectedCalibrationError(
  of scores: ClassScores, labels: [Int], binCount: Int = 15
) throws(MeasureError) -> Double {
  guard scores.count > 0 else { throw .tooFew("test samples", found: 0, needed: 1) }
  try checkLabels(labels, count: scores.count, classCount: scores.classCount)
  guard binCount > 0 else { throw .parameter("binCount", found: "\(binCount)", expected: "at least 1") }
  let outcomes = zip(scores.predictions, labels).enumerated().map { row, pair in
    (probability: scores[row].max() ?? 0, isRight: pair.0 == pair.1)
  }
  return calibrationError(of: outcomes, binCount: binCount)
}

/// The same error for events: how far their probabilities are from how often they happened.
func calibrationError(of outcomes: [(probability: Double, isRight: Bool)], binCount: Int) -> Double {
  var confidence = [Double](repeating: 0, count: binCount)
  var right = confidence
  for outcome in outcomes {
    // Bins are open below and closed above, as in the paper's code.
    let bin = min(max(Int((outcome.probability * Double(binCount)).rounded(.up)) - 1, 0), binCount - 1)
    confidence[bin] += outcome.probability
    if outcome.isRight { right[bin] += 1 }
  }
  return zip(confidence, right).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(max(1, outcomes.count))
}
