import Samples

/// Square pictures rotated by 0 to 3 quarter turns, each picture four times.
struct TurnedViews: ViewSource {
  static let turns = 4

  private let views: any ViewSource

  /// - Parameter views: one view, [channels, side, side] float32 with channels last.
  init(_ views: any ViewSource) { self.views = views }

  var sampleCount: Int { views.sampleCount * Self.turns }
  var decodingTime: Duration { views.decodingTime }
  var layouts: [ViewLayout] { views.layouts }

  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    try views.render(sample: sample / Self.turns, epoch: epoch, into: buffers)
    let shape = layouts[0].shape
    let (channels, side) = (shape[0], shape[1])
    turnQuarters(
      sample % Self.turns, pixels: buffers[0], side: side, pixelBytes: channels * layouts[0].element.byteCount)
  }
}
