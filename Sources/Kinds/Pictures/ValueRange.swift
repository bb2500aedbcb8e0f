import Settings

/// The stored values that mean black and white in pictures of more than 8 bits. Files do not record them: cameras store
/// 12 bits in 16, and floating-point numbers can have any unit. 8-bit samples always mean 0...255.
package struct ValueRange: Codable, Sendable, Equatable {
  /// 16-bit samples from 0 to this are scaled to 0...65535; at least 1.
  package var uint16Highest: UInt16
  /// Floating-point samples in this range are scaled to 0...1.
  package var float: ClosedRange<Float>
  /// What stands for no data in both; nil if all values are data.
  package var noData: NoData?

  package init(uint16Highest: UInt16 = .max, float: ClosedRange<Float> = 0...1, noData: NoData? = nil) {
    self.uint16Highest = uint16Highest
    self.float = float
    self.noData = noData
  }

  /// Samples scaled to the range of their type; values outside are clipped, and those without data replaced.
  func spread(_ samples: Picture.Samples) -> Picture.Samples {
    guard let noData else { return scaled(samples) }
    switch (samples, scaled(samples)) {
    case (.uint16(let stored), .uint16(let values)):
      let fill = UInt16(noData.fill * 65535)
      return .uint16(zip(stored, values).map { noData.contains(Float($0)) ? fill : $1 })
    case (.float32(let stored), .float32(let values)):
      return .float32(zip(stored, values).map { noData.contains($0) ? noData.fill : $1 })
    case (_, let values): return values
    }
  }

  private func scaled(_ samples: Picture.Samples) -> Picture.Samples {
    switch samples {
    case .uint8: return samples
    case .uint16(let values):
      guard uint16Highest < .max else { return samples }
      let highest = UInt32(max(uint16Highest, 1))
      return .uint16(values.map { UInt16((min(UInt32($0), highest) * 65535 + highest / 2) / highest) })
    case .float32(let values):
      let (lowest, extent) = (float.lowerBound, float.upperBound - float.lowerBound)
      guard extent > 0 else { return .float32(values.map { $0 < lowest ? 0 : 1 }) }
      return .float32(values.map { min(max(($0 - lowest) / extent, 0), 1) })
    }
  }
}

extension ValueRange: Validated {
  public func validate() throws(SettingError) {
    try check(uint16Highest, in: 1...UInt16.max, "uint16Highest")
    let most = Float.greatestFiniteMagnitude / 2
    try check(float, within: -most...most, "float")
    if let noData { try Settings.validate(noData, under: "noData") }
  }
}
