extension Array {
  /// At most `limit` of the elements, evenly spread over the array and in its order.
  package func evenlySpread(_ limit: Int) -> [Element] {
    let kept = Swift.min(count, limit)
    return (0..<kept).map { self[$0 * count / kept] }
  }
}
