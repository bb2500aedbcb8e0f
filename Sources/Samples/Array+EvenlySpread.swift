extension Array {
  /// At most so many of the elements, evenly spread over them, in their order.
  public func evenlySpread(_ limit: Int) -> [Element] {
    let kept = Swift.min(count, limit)
    return (0..<kept).map { self[$0 * count / kept] }
  }
}
