/// A decoded picture: interleaved pixels, row by row from the top left, with the EXIF orientation undone.
package struct Picture: Sendable, Equatable {
  /// The samples at the depth of the file; they are not reduced to 8 bits.
  package enum Samples: Sendable, Equatable {
    /// 0...255
    case uint8([UInt8])
    /// 0...65535
    case uint16([UInt16])
    /// 0...1 after a decode with a `ValueRange`; otherwise as stored, and views clip values outside 0...1.
    case float32([Float])

    package var count: Int {
      switch self {
      case .uint8(let samples): samples.count
      case .uint16(let samples): samples.count
      case .float32(let samples): samples.count
      }
    }

    package var byteCount: Int {
      switch self {
      case .uint8(let samples): samples.count
      case .uint16(let samples): 2 * samples.count
      case .float32(let samples): 4 * samples.count
      }
    }
  }

  package let width: Int
  package let height: Int
  /// 1 (grey), 3 (RGB) or another number, up to `maxChannels`.
  package let channels: Int
  /// `height` x `width` x `channels` samples.
  package let samples: Samples

  package static let maxChannels = 16

  /// Nil unless both sides are at least 1, `channels` is 1 to 16, and the number of samples matches.
  package init?(width: Int, height: Int, channels: Int, samples: Samples) {
    guard width >= 1, height >= 1, (1...Self.maxChannels).contains(channels) else { return nil }
    let (pixels, overflows) = width.multipliedReportingOverflow(by: height)
    guard !overflows, samples.count % channels == 0, samples.count / channels == pixels else { return nil }
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }
}

/// What the header of a file contains, before any pixel is decoded.
package struct PictureHeader: Sendable, Equatable {
  package let format: PictureFormat
  /// In pixels, with the EXIF orientation undone.
  package let width: Int
  package let height: Int
  /// Channels of the decoded picture: 1 (grey), 3 (RGB) or another number.
  package let channels: Int
  /// Depth of the decoded picture: 8, 16, or 32 for floating-point numbers.
  package let bitsPerSample: Int
  /// Whether the file holds several pictures; only the first is read.
  package let hasMorePages: Bool
}

/// Why a file cannot be read as a picture.
package struct DecodeError: Error, Sendable, Equatable, CustomStringConvertible {
  package let path: String
  /// A sentence without its subject: "is a folder, not a file".
  package let reason: String

  package var description: String { "\(path): \(reason)" }
}
