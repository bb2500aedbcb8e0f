/// The form in which one view of a sample reaches the model.
public struct ViewLayout: Sendable, Equatable, Codable {
  public enum Element: String, Sendable, Codable {
    case float32, int64
    public var byteCount: Int { self == .float32 ? 4 : 8 }
  }
  /// Logical shape of one sample, without the batch dimension: [3, 64, 64] for a picture.
  public let shape: [Int]
  public let element: Element
  /// The bytes are ordered [height, width, channel] although `shape` says [channel, height, width].
  public let isChannelsLast: Bool

  public init(shape: [Int], element: Element = .float32, isChannelsLast: Bool = false) {
    self.shape = shape
    self.element = element
    self.isChannelsLast = isChannelsLast
  }

  public var byteCount: Int { shape.reduce(1, *) * element.byteCount }
}

/// What the loader asks of data of any kind: the modality stays behind this protocol.
///
/// `render` is called from several plain threads at once. It is a pure function of the configuration, the sample and
/// the epoch.
public protocol ViewSource: Sendable {
  var sampleCount: Int { get }
  /// One layout for each view of a sample.
  var layouts: [ViewLayout] { get }
  /// Writes every view of one sample; `buffers[i]` holds `layouts[i].byteCount` bytes.
  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError)
  /// How long all threads together have read samples so far, rather than drawn views of them.
  var decodingTime: Duration { get }
}

extension ViewSource {
  /// Of what is in memory from the start.
  public var decodingTime: Duration { .zero }
}

/// Why one sample could not be read. It never stops a run: the sample is listed and another takes its place.
public struct SampleError: Error, Sendable, Equatable, Codable {
  public let name: String
  public let reason: String

  public init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }
}
