import Settings

/// The rule that turns a file into the one picture from which all its views are made.
///
/// Large pictures are reduced by a power of two during the decode; for JPEG this is faster than decoding them whole.
/// The rule is fixed, so that views are the same whether a picture comes from its file or from a cache. JPEG is reduced
/// by 1, 2, 4 or 8 in the DCT domain, all other formats by 1, 2, 4 … as the mean of square boxes. Only the first
/// picture of a file is read.
package struct CanonicalDecode: Codable, Sendable, Equatable {
  /// The largest reduction is used that keeps the shorter side at least this long, in pixels.
  package var shortSide: Int
  /// A picture with more pixels in its file is refused before anything is allocated for it.
  ///
  /// The pixels of pictures with more than three channels count twice, with more than six channels three times, and so
  /// on.
  package var maxPixels: Int
  /// How samples of more than 8 bits are scaled; nil leaves them as stored.
  package var values: ValueRange?
  /// How values with a unit are scaled, as medical files have them; nil where a run has learned from none.
  package var measured: MeasuredValues?

  package static let defaultMaxPixels = 250_000_000

  package init(
    shortSide: Int, maxPixels: Int = Self.defaultMaxPixels, values: ValueRange? = nil, measured: MeasuredValues? = nil
  ) {
    self.measured = measured
    self.shortSide = shortSide
    self.maxPixels = maxPixels
    self.values = values
  }

  /// The number of pixels of a picture of this size after reduction by at most 8, as for JPEG.
  package func pixelCount(width: Int, height: Int) -> Int {
    let reduction = reduction(width: width, height: height, most: 8)
    return width.dividedUp(by: reduction) * height.dividedUp(by: reduction)
  }

  /// The largest power of two, at most `most`, that keeps the shorter side (rounded up) at least `shortSide`.
  func reduction(width: Int, height: Int, most: Int) -> Int {
    let side = min(width, height)
    var reduction = 1
    while 2 * reduction <= most, 2 * reduction <= side, side.dividedUp(by: 2 * reduction) >= shortSide {
      reduction *= 2
    }
    return reduction
  }
}

extension CanonicalDecode {
  /// What a user asks for in place of what a run recorded.
  mutating func setNoData(_ text: String) throws(Refusal) {
    guard var values else { throw .unused(Pictures.noData.option.name, by: "pictures of 8 bits") }
    let request: NoDataRequest
    do throws(SettingError) {
      request = try NoDataRequest(text)
    } catch {
      throw Refusal(error.name, "'\(error.value)'", "must be \(error.expected)")
    }
    switch request {
    case .automatic: break
    case .none: values.noData = nil
    case .values(let numbers, let nan):
      values.noData = NoData(values: numbers, includesNaN: nan, fill: values.noData?.fill ?? 0)
    }
    self.values = values
  }
}

extension Int {
  func dividedUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}

extension CanonicalDecode: Validated {
  public func validate() throws(SettingError) {
    try check(shortSide, in: 1...65_536, "shortSide")
    try check(maxPixels, in: 1...1_000_000_000_000, "maxPixels")
    if let values { try Settings.validate(values, under: "values") }
    if let measured { try Settings.validate(measured, under: "measured") }
  }
}
