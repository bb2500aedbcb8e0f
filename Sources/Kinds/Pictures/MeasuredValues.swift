import Settings

/// How values with a unit, as medical files have them, become 0 to 1.
///
/// Hounsfield units have a fixed range, so that a value means the same in every file; what a file says of its own window does
/// not count. All other values reach from one percentile to another, of a volume or else of the picture. Values that a file
/// calls padding are no part of this, and become 0. Where low values are white, the result is turned over last.
package struct MeasuredValues: Codable, Sendable, Equatable {
  package var hounsfield: ClosedRange<Float>
  /// On each side the part of the values that is clipped.
  package var tail: Float

  package init(hounsfield: ClosedRange<Float> = -1024...1024, tail: Float = 0.005) {
    self.hounsfield = hounsfield
    self.tail = tail
  }

  /// How many values are looked at to find percentiles.
  static let valueLimit = 262_144

  /// The range of some values; nil if none is a number.
  ///
  /// - Parameter values: padding is NaN.
  func range(of values: [Float]) -> ClosedRange<Float>? {
    // An odd step does not stay in the same columns.
    let step = max(1, values.count / Self.valueLimit) | 1
    var kept = stride(from: 0, to: values.count, by: step).map { values[$0] }.filter(\.isFinite)
    if kept.isEmpty { kept = values.filter(\.isFinite) }
    guard !kept.isEmpty else { return nil }
    kept.sort()
    let place = Double(tail) * Double(kept.count - 1)
    func value(at place: Double) -> Float {
      let (low, part) = (Int(place), Float(place - place.rounded(.down)))
      return kept[low] + (kept[min(low + 1, kept.count - 1)] - kept[low]) * part
    }
    let (lowest, highest) = (value(at: place), value(at: Double(kept.count - 1) - place))
    return lowest...max(lowest, highest)
  }

  /// Values as 16 bits, 0 to 65535.
  static func spread(_ values: [Float], over range: ClosedRange<Float>, isInverted: Bool) -> [UInt16] {
    let (lowest, extent) = (Double(range.lowerBound), Double(range.upperBound) - Double(range.lowerBound))
    let scale = extent > 0 ? 65535 / extent : 0
    return values.map { value in
      // Padding is NaN.
      guard value.isFinite else { return 0 }
      let level = min(max((Double(value) - lowest) * scale, 0), 65535)
      let word = UInt16(level.rounded())
      return isInverted ? .max - word : word
    }
  }
}

extension MeasuredValues: Validated {
  package func validate() throws(SettingError) {
    try check(hounsfield, within: -100_000...100_000, "hounsfield")
    try check(tail, in: 0...0.49, "tail")
  }
}
