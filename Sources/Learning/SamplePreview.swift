/// How a person recognises a sample, in a report.
public enum SamplePreview: Sendable, Equatable {
  case picture(PreviewPicture)
  /// What the sample holds, in the order of its source.
  case fields([Field])
  case text(String)

  public struct Field: Sendable, Equatable {
    public let name: String
    public let value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }
}

/// A small picture of 8 bits a channel.
public struct PreviewPicture: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// 1 (grey) or 3 (RGB).
  public let channels: Int
  /// [height, width, channels]
  public let bytes: [UInt8]

  /// Nil where the bytes are not as many as the sizes say.
  public init?(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    guard width > 0, height > 0, channels == 1 || channels == 3, bytes.count == width * height * channels else {
      return nil
    }
    self.width = width
    self.height = height
    self.channels = channels
    self.bytes = bytes
  }
}
