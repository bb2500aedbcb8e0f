import Samples

// Previews of any kind of data are pictures of 8 bits, so the codec of pictures makes them smaller and encodes them.
extension PreviewPicture {
  /// Why a preview cannot be encoded as JPEG.
  package struct EncodingFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The message of the encoder.
    package let reason: String
    package var description: String { "a preview cannot be encoded: \(reason)" }
  }

  /// Nil for pictures of other depths or channels.
  init?(_ picture: Picture) {
    guard case .uint8(let bytes) = picture.samples else { return nil }
    self.init(width: picture.width, height: picture.height, channels: picture.channels, bytes: bytes)
  }

  private var picture: Picture? {
    Picture(width: width, height: height, channels: channels, samples: .uint8(bytes))
  }

  /// The whole picture with a longer side of at most `side` pixels; a smaller picture keeps its size.
  package func reduced(side: Int) -> PreviewPicture {
    picture.flatMap { PreviewPicture($0.thumbnail(side: side)) } ?? self
  }

  /// A baseline JPEG file.
  ///
  /// - Parameter quality: libjpeg's scale, 1 to 100.
  /// - Throws: `EncodingFailure` for a side above 65,500 pixels, or if libjpeg fails.
  package func jpeg(quality: Int) throws(EncodingFailure) -> [UInt8] {
    guard let picture else { throw EncodingFailure(reason: "it holds \(bytes.count) bytes") }
    do {
      return try PictureEncoder.jpeg(picture, quality: quality)
    } catch {
      throw EncodingFailure(reason: error.reason)
    }
  }
}
