/// The shape, element type and byte order of one tensor of a view.
public struct ViewLayout: Sendable, Equatable, Codable {
  public enum Element: String, Sendable, Codable {
    case float32, int64
    public var byteCount: Int { self == .float32 ? 4 : 8 }
  }
  /// Logical shape of one sample, without the batch dimension: [3, 64, 64] for a picture.
  public let shape: [Int]
  public let element: Element
  /// The bytes are in the order [height, width, channel] although `shape` is [channel, height, width]. This marks a
  /// picture, whose cost grows with its area.
  public let isChannelsLast: Bool
  /// The first dimension of `shape` is only a maximum: a batch is as long as its longest sample, and shorter samples
  /// are followed by zeros.
  public let isVarying: Bool
  /// The tensor belongs to the same view as the one before it, such as a mask that follows the values it masks.
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
  /// Whether its form is one that exists, and that a machine could hold.
  package var isPossible: Bool {
    var count = element.byteCount
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { return false }
      count = product
    }
    return (!isVarying || !shape.isEmpty) && (!isChannelsLast || shape.count == 3)
  }
  /// The greatest length of a sample; 1 if lengths do not vary.
  package var longest: Int { isVarying ? shape.first ?? 1 : 1 }
}

/// What a loader needs of the data. It knows no kind of data, only this protocol.
///
/// `render` is called on several plain threads at once. It has to be a pure function of the configuration, the sample
/// and the epoch.
public protocol ViewSource: Sendable {
  var sampleCount: Int { get }
  /// One layout for each tensor of each view of a sample, view after view.
  var layouts: [ViewLayout] { get }
  /// Writes every view of one sample; `buffers[i]` holds `layouts[i].byteCount` bytes.
  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError)
  /// Like `render`, for samples of different lengths.
  ///
  /// - Parameter lengths: one for each layout. For a layout that varies, set it to the length that was written, at
  ///   least 1; the loader fills the rest with zeros.
  func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
  ) throws(SampleError)
  /// The approximate length of each sample, if batches should hold samples of similar length; nil if all are equally
  /// long.
  var lengths: [Int]? { get }
  /// For each sample those that are too much like it to be told apart from it, such as the frames before and after it: they do
  /// not share a batch with it where that can be avoided; nil if there are none.
  var alike: [[Int]]? { get }
  /// The time that all threads together have spent on reading samples so far, without the drawing of views.
  var decodingTime: Duration { get }
}

extension ViewSource {
  public func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
  ) throws(SampleError) {
    try render(sample: sample, epoch: epoch, into: buffers)
  }

  public var lengths: [Int]? { nil }

  public var alike: [[Int]]? { nil }

  /// Zero, for samples that are in memory from the start.
  public var decodingTime: Duration { .zero }
}

/// Why a sample could not be read. It never stops a run: the sample is recorded, and another takes its place.
public struct SampleError: Error, Sendable, Equatable, Codable {
  public let name: String
  public let reason: String

  public init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }
}
