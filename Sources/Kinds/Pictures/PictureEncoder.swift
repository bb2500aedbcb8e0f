import CJPEG

/// Encodes pictures as JPEG files in memory.
package enum PictureEncoder {
  /// The message of libjpeg.
  package struct Failure: Error, Sendable, CustomStringConvertible {
    package let reason: String
    package var description: String { "a picture cannot be encoded: \(reason)" }
  }

  /// A baseline JPEG with 8 bits per sample: the upper 8 bits of 16-bit samples; floating-point samples, clipped to
  /// 0...1.
  ///
  /// - Parameter quality: libjpeg's scale, 1 to 100.
  package static func jpeg(_ picture: Picture, quality: Int) throws(Failure) -> [UInt8] {
    let samples: [UInt8] =
      switch picture.samples {
      case .uint8(let samples): samples
      case .uint16(let samples): samples.map { UInt8($0 >> 8) }
      case .float32(let samples): samples.map { $0 > 0 ? UInt8(min($0, 1) * 255 + 0.5) : 0 }
      }
    guard picture.channels == 1 || picture.channels == 3 else {
      throw Failure(reason: "it has \(picture.channels) channels, and a JPEG file holds 1 or 3")
    }
    guard picture.width <= 65_500, picture.height <= 65_500 else {
      throw Failure(reason: "\(picture.width) x \(picture.height) pixels are more than a JPEG file holds")
    }
    var message = [CChar](repeating: 0, count: 256)
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = cjpeg_encode(
      samples, UInt32(picture.width), UInt32(picture.height), Int32(picture.channels), Int32(quality), &bytes, &count,
      &message, message.count)
    guard status == 0, let bytes else {
      throw Failure(reason: String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    defer { cjpeg_free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }
}
