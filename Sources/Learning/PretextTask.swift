import Samples

/// A task that needs no labels, to judge a representation by: which of a few things was done to a sample is to be told from
/// its features. Linear probes for such tasks order networks much as labels do (Reed et al. 2021, SelfAugment, found so of
/// rotations).
public struct PretextTask: Sendable {
  /// What is to be told, in half a sentence.
  public let question: String
  public let classCount: Int
  /// Every sample once for each class: index · classCount + class.
  public let views: any ViewSource

  public init(_ question: String, classCount: Int, views: any ViewSource) {
    self.question = question
    self.classCount = classCount
    self.views = views
  }
}

/// Samples as they are and with something replaced, each once as it is and once changed.
public struct TamperedViews: ViewSource {
  private let clean: any ViewSource
  private let tampered: any ViewSource

  /// - Parameters:
  ///   - clean: one view.
  ///   - tampered: of the same samples; the first view counts, of the same layout.
  public init(clean: any ViewSource, tampered: any ViewSource) {
    self.clean = clean
    self.tampered = tampered
  }

  public var sampleCount: Int { clean.sampleCount * 2 }
  public var layouts: [ViewLayout] { clean.layouts }
  public var decodingTime: Duration { clean.decodingTime + tampered.decodingTime }

  public func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]
  ) throws(SampleError) {
    var lengths = layouts.map { $0.isVarying ? $0.shape.first ?? 1 : 1 }
    try render(sample: sample, epoch: epoch, into: buffers, lengths: &lengths)
  }

  public func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
  ) throws(SampleError) {
    if sample.isMultiple(of: 2) {
      return try clean.render(sample: sample / 2, epoch: epoch, into: buffers, lengths: &lengths)
    }
    let unused = tampered.layouts.dropFirst(layouts.count).map {
      UnsafeMutableRawBufferPointer.allocate(byteCount: $0.byteCount, alignment: 16)
    }
    defer { for buffer in unused { buffer.deallocate() } }
    var all = tampered.layouts.map { $0.isVarying ? $0.shape.first ?? 1 : 1 }
    try tampered.render(sample: sample / 2, epoch: epoch, into: buffers + unused, lengths: &all)
    lengths = Array(all.prefix(layouts.count))
  }
}
