/// A decoded picture: interleaved pixels, row by row from the top left, with any EXIF orientation already undone.
public struct Picture: Sendable, Equatable {
  /// The samples at the depth that the file has: nothing is cut to 8 bits.
  public enum Samples: Sendable, Equatable {
    /// 0...255
    case uint8([UInt8])
    /// 0...65535
    case uint16([UInt16])
    /// 0...1 after a decode by a rule that has a `ValueRange`; else as stored, with what lies outside clipped in views.
    case float32([Float])

    public var count: Int {
      switch self {
      case .uint8(let samples): samples.count
      case .uint16(let samples): samples.count
      case .float32(let samples): samples.count
      }
    }

    public var byteCount: Int {
      switch self {
      case .uint8(let samples): samples.count
      case .uint16(let samples): 2 * samples.count
      case .float32(let samples): 4 * samples.count
      }
    }
  }

  public let width: Int
  public let height: Int
  /// 1 (grey), 3 (RGB) or what else there was, up to `maxChannels`.
  public let channels: Int
  /// `height` x `width` x `channels` samples.
  public let samples: Samples

  public static let maxChannels = 16

  /// Nil unless both sides are at least 1, `channels` is 1 to 16, and there are just as many samples as that needs.
  public init?(width: Int, height: Int, channels: Int, samples: Samples) {
    guard width >= 1, height >= 1, (1...Self.maxChannels).contains(channels) else { return nil }
    let (pixels, overflows) = width.multipliedReportingOverflow(by: height)
    guard !overflows, samples.count % channels == 0, samples.count / channels == pixels else { return nil }
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }
}

/// What a file says of its picture before any pixel is decoded.
public struct PictureHeader: Sendable, Equatable {
  public let format: PictureFormat
  /// In pixels, any EXIF orientation undone.
  public let width: Int
  public let height: Int
  /// Of the decoded picture: 1 (grey), 3 (RGB) or what else there is.
  public let channels: Int
  /// Of the decoded picture: 8, 16, or 32 for floating-point numbers.
  public let bitsPerSample: Int
  /// The file holds several pictures, of which the first is read.
  public let hasMorePages: Bool
}

/// Why a file gave no picture.
public struct DecodeError: Error, Sendable, Equatable, CustomStringConvertible {
  public let path: String
  /// Half a sentence: "is a folder, not a file".
  public let reason: String

  public var description: String { "\(path): \(reason)" }
}
