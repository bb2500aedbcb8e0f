import Views

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

  /// Why a picture cannot become a JPEG file.
  public struct EncodingFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the encoder said.
    public let reason: String
    public var description: String { "a preview cannot be encoded: \(reason)" }
  }

  /// Nil unless both sides are at least 1, `channels` is 1 or 3, and `bytes` holds just as many values as that needs.
  public init?(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    guard channels == 1 || channels == 3,
      let picture = Picture(
        width: width, height: height, channels: channels, samples: .uint8(bytes))
    else { return nil }
    self.init(picture)
  }

  /// Nil for pictures of other depths or channels.
  init?(_ picture: Picture) {
    guard picture.channels == 1 || picture.channels == 3, case .uint8(let bytes) = picture.samples else { return nil }
    width = picture.width
    height = picture.height
    channels = picture.channels
    self.bytes = bytes
  }

  private var picture: Picture? {
    Picture(width: width, height: height, channels: channels, samples: .uint8(bytes))
  }

  /// The whole picture, its longer side at most `side` pixels; a smaller one keeps its size.
  public func reduced(side: Int) -> PreviewPicture {
    picture.flatMap { PreviewPicture($0.thumbnail(side: side)) } ?? self
  }

  /// A baseline JPEG file.
  ///
  /// - Parameter quality: libjpeg's scale, 1 to 100.
  /// - Throws: `EncodingFailure` for a side above 65,500 pixels, and where libjpeg fails.
  public func jpeg(quality: Int) throws(EncodingFailure) -> [UInt8] {
    guard let picture else { throw EncodingFailure(reason: "it holds \(bytes.count) bytes") }
    do {
      return try PictureEncoder.jpeg(picture, quality: quality)
    } catch {
      throw EncodingFailure(reason: error.reason)
    }
  }
}
