// What the checks of several modules have in common.

/// Heads, predictors and tables of vectors with more weights than this are a slip of the pen, and would not fit into the
/// memory beside their gradients.
package let mostHeadWeights = 268_435_456.0

/// Refuses a list whose length makes no sense; its elements are checked by whoever knows them.
package func checkCount(of list: [some Any], in range: ClosedRange<Int>, _ name: String) throws(SettingError) {
  guard range.contains(list.count) else {
    throw SettingError(
      name, "a list of \(list.count)", expected: "a list of \(range.lowerBound) to \(range.upperBound)")
  }
}

/// Refuses what is not from 0 to below 1: what a step keeps of a moving average, what is dropped.
package func checkPart(_ value: Double, _ name: String) throws(SettingError) {
  guard value >= 0, value < 1 else { throw SettingError(name, value, expected: "from 0 to below 1") }
}

/// Refuses linear layers, one behind another, that together have more weights than a machine can train.
///
/// - Parameter widths: of what comes in, and of each layer; all at least 1.
package func checkWeights(ofLayers widths: [Int], _ name: String) throws(SettingError) {
  let count = zip(widths, widths.dropFirst()).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  guard count <= mostHeadWeights else {
    throw SettingError(
      name, widths.map(String.init).joined(separator: " × "),
      expected: "the widths of layers with at most \(Int(mostHeadWeights)) weights together")
  }
}

/// Refuses a range that is not inside of another.
package func check<Value: Comparable & CustomStringConvertible>(
  _ inner: ClosedRange<Value>, within outer: ClosedRange<Value>, _ name: String
) throws(SettingError) {
  guard outer.lowerBound <= inner.lowerBound, inner.upperBound <= outer.upperBound else {
    throw SettingError(
      name, "\(plain(inner.lowerBound)) to \(plain(inner.upperBound))",
      expected: "a range within \(plain(outer.lowerBound)) to \(plain(outer.upperBound))")
  }
}

/// The nearest integer within a range (ties to even, as in Python); the lower bound for NaN.
package func wholeNumber(_ value: Double, in range: ClosedRange<Int>) -> Int {
  guard value > Double(range.lowerBound) else { return range.lowerBound }
  guard value < Double(range.upperBound) else { return range.upperBound }
  return Int(value.rounded(.toNearestOrEven))
}
