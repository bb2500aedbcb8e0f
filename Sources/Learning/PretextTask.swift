import Samples

/// A task without labels for judging a representation: which of a few changes was made to a sample has to be recognised
/// from its features. Linear probes for such tasks rank networks much as labels do (Reed et al. 2021, SelfAugment, for
/// rotations).
public struct PretextTask: Sendable {
  /// What has to be recognised, as half a sentence.
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

/// Each sample twice: unchanged, and with a part replaced.
package struct TamperedViews: ViewSource {
  private let clean: any ViewSource
  private let tampered: any ViewSource

  /// - Parameters:
  ///   - clean: one view.
  ///   - tampered: changed views of the same samples; the first view is used and has the same layout.
  package init(clean: any ViewSource, tampered: any ViewSource) {
    self.clean = clean
    self.tampered = tampered
  }

  package var sampleCount: Int { clean.sampleCount * 2 }
  package var layouts: [ViewLayout] { clean.layouts }
  package var decodingTime: Duration { clean.decodingTime + tampered.decodingTime }

  package func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]
  ) throws(SampleError) {
    var lengths = layouts.map(\.longest)
    try render(sample: sample, epoch: epoch, into: buffers, lengths: &lengths)
  }

  package func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
  ) throws(SampleError) {
    if sample.isMultiple(of: 2) {
      return try clean.render(sample: sample / 2, epoch: epoch, into: buffers, lengths: &lengths)
    }
    let unused = tampered.layouts.dropFirst(layouts.count).map {
      UnsafeMutableRawBufferPointer.allocate(byteCount: $0.byteCount, alignment: 16)
    }
    defer { for buffer in unused { buffer.deallocate() } }
    var all = tampered.layouts.map(\.longest)
    try tampered.render(sample: sample / 2, epoch: epoch, into: buffers + unused, lengths: &all)
    lengths = Array(all.prefix(layouts.count))
  }
}
