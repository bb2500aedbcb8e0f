/// Some samples of a source, numbered anew from 0. Their views are those of the source.
public struct SubsetViews: ViewSource {
  private let source: any ViewSource
  public let samples: [Int]

  /// - Parameter samples: indices of samples of `source`.
  public init(_ source: any ViewSource, samples: [Int]) {
    self.source = source
    self.samples = samples
  }

  public var sampleCount: Int { samples.count }
  public var layouts: [ViewLayout] { source.layouts }

  public func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    try source.render(sample: samples[sample], epoch: epoch, into: buffers)
  }

  public func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
  ) throws(SampleError) {
    try source.render(sample: samples[sample], epoch: epoch, into: buffers, lengths: &lengths)
  }

  public var lengths: [Int]? { source.lengths.map { all in samples.map { all[$0] } } }
  public var decodingTime: Duration { source.decodingTime }
}
