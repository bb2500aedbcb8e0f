import Views

/// A task that needs no labels, to judge a representation by: which of a few things was done to a sample is to be told from
/// its features. Linear probes for such tasks order networks much as labels do (Reed et al. 2021, SelfAugment, found so of
/// rotations).
public struct PretextTask: Sendable {
  /// What is to be told, in half a sentence.
  public let question: String
  public let classCount: Int
  /// Every sample once for each class: index · classCount + class.
  public let views: any ViewSource

  init(_ question: String, classCount: Int, views: any ViewSource) {
    self.question = question
    self.classCount = classCount
    self.views = views
  }
}

/// Square pictures turned by 0 to 3 quarters, each picture four times.
struct TurnedViews: ViewSource {
  static let turns = 4

  private let views: any ViewSource

  /// - Parameter views: one, [channels, side, side] float32 with channels last.
  init(_ views: any ViewSource) { self.views = views }

  var sampleCount: Int { views.sampleCount * Self.turns }
  var layouts: [ViewLayout] { views.layouts }

  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    try views.render(sample: sample / Self.turns, epoch: epoch, into: buffers)
    let shape = layouts[0].shape
    let (channels, side) = (shape[0], shape[1])
    turnQuarters(
      sample % Self.turns, pixels: buffers[0], side: side, pixelBytes: channels * layouts[0].element.byteCount)
  }
}

/// Samples as they are and with something replaced, each once as it is and once changed.
struct TamperedViews: ViewSource {
  private let clean: any ViewSource
  private let tampered: any ViewSource

  /// - Parameters:
  ///   - clean: one view.
  ///   - tampered: of the same samples; the first view counts, of the same layout.
  init(clean: any ViewSource, tampered: any ViewSource) {
    self.clean = clean
    self.tampered = tampered
  }

  var sampleCount: Int { clean.sampleCount * 2 }
  var layouts: [ViewLayout] { clean.layouts }

  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    if sample.isMultiple(of: 2) { return try clean.render(sample: sample / 2, epoch: epoch, into: buffers) }
    let unused = tampered.layouts.dropFirst().map {
      UnsafeMutableRawBufferPointer.allocate(byteCount: $0.byteCount, alignment: 16)
    }
    defer { for buffer in unused { buffer.deallocate() } }
    try tampered.render(sample: sample / 2, epoch: epoch, into: buffers + unused)
  }
}
