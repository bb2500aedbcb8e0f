/// How far two orders of the same things agree: Kendall's τ-b (Kendall 1945), from −1 (reversed) to 1 (equal), which takes
/// ties into account.
///
/// - Parameters:
///   - first: one value per thing, by which the first order sorts; infinite ones are allowed.
///   - second: as many, for the second order.
/// - Returns: nil where all values of one order are equal.
/// - Throws: `MeasureError` where the counts differ or a value is not a number.
package func kendallTau(_ first: [Double], _ second: [Double]) throws(MeasureError) -> Double? {
  guard first.count == second.count else {
    throw .count("values of the second order", found: second.count, expected: first.count)
  }
  for value in first + second where value.isNaN {
    throw .parameter("a value to order by", found: "\(value)", expected: "a number")
  }
  var (agreeing, untiedFirst, untiedSecond) = (0, 0, 0)
  for (place, other) in first.indices.flatMap({ i in (0..<i).map { (i, $0) } }) {
    let signs = (sign(first[place] - first[other]), sign(second[place] - second[other]))
    agreeing += signs.0 * signs.1
    untiedFirst += abs(signs.0)
    untiedSecond += abs(signs.1)
  }
  guard untiedFirst > 0, untiedSecond > 0 else { return nil }
  return Double(agreeing) / (Double(untiedFirst) * Double(untiedSecond)).squareRoot()
}

private func sign(_ value: Double) -> Int { value > 0 ? 1 : value < 0 ? -1 : 0 }
