/// The area under the curve of precision over recall, as a sum over the thresholds: Σ (Rₙ − Rₙ₋₁) Pₙ, without interpolation.
///
/// Samples of one score pass the threshold together. By chance it is about the share of positives.
///
/// - Parameters:
///   - scores: the higher, the more likely a positive; finite.
///   - isPositive: one for each score.
/// - Returns: from 0 to 1; nil where there is no positive.
/// - Throws: `MeasureError` where the counts differ or a score is not finite.
package func averagePrecision(_ scores: [Double], isPositive: [Bool]) throws(MeasureError) -> Double? {
  guard scores.count == isPositive.count else {
    throw .count("isPositive", found: isPositive.count, expected: scores.count)
  }
  if let row = scores.firstIndex(where: { !$0.isFinite }) {
    throw .notFinite("scores", value: scores[row], row: row, column: 0)
  }
  let positives = isPositive.count { $0 }
  guard positives > 0 else { return nil }
  let order = scores.indices.sorted { scores[$0] > scores[$1] }
  var (found, place, area) = (0, 0, 0.0)
  while place < order.count {
    let score = scores[order[place]]
    let former = found
    while place < order.count, scores[order[place]] == score {
      found += isPositive[order[place]] ? 1 : 0
      place += 1
    }
    area += Double(found - former) / Double(positives) * Double(found) / Double(place)
  }
  return area
}
