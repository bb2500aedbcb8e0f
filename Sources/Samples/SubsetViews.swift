/// Some samples of a source, numbered anew from 0. Their views are those of the source.
package struct SubsetViews: ViewSource {
  private let source: any ViewSource
  package let samples: [Int]

  /// - Parameter samples: indices of samples of `source`.
  package init(_ source: any ViewSource, samples: [Int]) {
    self.source = source
    self.samples = samples
  }

  package var sampleCount: Int { samples.count }
  package var layouts: [ViewLayout] { source.layouts }

  package func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    try source.render(sample: samples[sample], epoch: epoch, into: buffers)
  }

  package func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
  ) throws(SampleError) {
    try source.render(sample: samples[sample], epoch: epoch, into: buffers, lengths: &lengths)
  }

  package var lengths: [Int]? { source.lengths.map { all in samples.map { all[$0] } } }
  package var decodingTime: Duration { source.decodingTime }
}
