/// The form in which one tensor of a view of a sample reaches the model.
public struct ViewLayout: Sendable, Equatable, Codable {
  public enum Element: String, Sendable, Codable {
    case float32, int64
    public var byteCount: Int { self == .float32 ? 4 : 8 }
  }
  /// Logical shape of one sample, without the batch dimension: [3, 64, 64] for a picture.
  public let shape: [Int]
  public let element: Element
  /// The bytes are ordered [height, width, channel] although `shape` says [channel, height, width]: a picture, whose
  /// cost grows with its area.
  public let isChannelsLast: Bool
  /// The first dimension of `shape` is the longest that a sample may have; a batch is as long as its longest sample, and
  /// shorter ones are followed by zeros.
  public let isVarying: Bool
  /// The tensor belongs to the same view as the one before it, as a mask does to what it masks.
  public let joinsPrevious: Bool

  public init(
    shape: [Int], element: Element = .float32, isChannelsLast: Bool = false, isVarying: Bool = false,
    joinsPrevious: Bool = false
  ) {
    self.shape = shape
    self.element = element
    self.isChannelsLast = isChannelsLast
    self.isVarying = isVarying
    self.joinsPrevious = joinsPrevious
  }

  public var byteCount: Int { shape.reduce(1, *) * element.byteCount }
  /// The longest that a sample may be; 1 where lengths do not vary.
  var longest: Int { isVarying ? shape.first ?? 1 : 1 }
}

/// What the loader asks of data of any kind: the modality stays behind this protocol.
///
/// `render` is called from several plain threads at once. It is a pure function of the configuration, the sample and
/// the epoch.
public protocol ViewSource: Sendable {
  var sampleCount: Int { get }
  /// One layout for each tensor of each view of a sample, view after view.
  var layouts: [ViewLayout] { get }
  /// Writes every view of one sample; `buffers[i]` holds `layouts[i].byteCount` bytes.
  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError)
  /// As `render`, for samples of different lengths.
  ///
  /// - Parameter lengths: one for each layout; of those that vary, how much of the buffer was written, at least 1. What
  ///   is behind it is filled with zeros by the loader.
  func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
  ) throws(SampleError)
  /// About how long each sample is, where a batch should hold samples of like length; nil where all are the same.
  var lengths: [Int]? { get }
  /// How long all threads together have read samples so far, rather than drawn views of them.
  var decodingTime: Duration { get }
}

extension ViewSource {
  public func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
  ) throws(SampleError) {
    try render(sample: sample, epoch: epoch, into: buffers)
  }

  public var lengths: [Int]? { nil }

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
