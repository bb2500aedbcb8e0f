import Settings

/// The rule by which a file becomes the one picture that all its views are made of.
///
/// Large pictures are reduced by a power of two while they are decoded, which for JPEG costs less than decoding them
/// whole, and always by this rule: views are then the same whether a picture comes from its file or from a cache.
/// JPEG is reduced by 1, 2, 4 or 8 in the DCT domain, all others by 1, 2, 4 … as the mean of square boxes. Of a file
/// with several pictures the first is taken.
public struct CanonicalDecode: Codable, Sendable, Equatable {
  /// A picture is reduced as far as its shorter side stays at least this long, in pixels.
  public var shortSide: Int
  /// A picture of more pixels in its file is refused before anything is allocated for it.
  ///
  /// Pictures of more than three channels count their pixels twice, of more than six three times, and so on.
  public var maxPixels: Int
  /// What becomes of samples of more than 8 bits; nil leaves them as stored.
  public var values: ValueRange?

  public static let defaultMaxPixels = 250_000_000

  public init(shortSide: Int, maxPixels: Int = Self.defaultMaxPixels, values: ValueRange? = nil) {
    self.shortSide = shortSide
    self.maxPixels = maxPixels
    self.values = values
  }

  /// The pixels that are left of a picture of this size where reductions reach up to 8, as JPEG's do.
  public func pixelCount(width: Int, height: Int) -> Int {
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

extension Int {
  func dividedUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}

extension CanonicalDecode: Validated {
  public func validate() throws(SettingError) {
    try check(shortSide, in: 1...65_536, "shortSide")
    try check(maxPixels, in: 1...1_000_000_000_000, "maxPixels")
    if let values { try Settings.validate(values, under: "values") }
  }
}
