/// A small picture by which a person recognises a sample: 8 bits a value, grey or RGB.
public struct PreviewPicture: Sendable, Equatable {
  /// In pixels, at least 1.
  public let width: Int
  /// In pixels, at least 1.
  public let height: Int
  /// 1 (grey) or 3 (red, green, blue).
  public let channels: Int
  /// `height` x `width` x `channels` values, row by row from the top left.
  public let bytes: [UInt8]

  /// Nil unless both sides are at least 1, `channels` is 1 or 3, and `bytes` holds just as many values as that needs.
  public init?(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    guard width > 0, height > 0, channels == 1 || channels == 3 else { return nil }
    let (row, isWide) = width.multipliedReportingOverflow(by: channels)
    let (count, isHigh) = row.multipliedReportingOverflow(by: height)
    guard !isWide, !isHigh, bytes.count == count else { return nil }
    self.width = width
    self.height = height
    self.channels = channels
    self.bytes = bytes
  }
}
