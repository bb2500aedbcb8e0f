import Samples

/// A view cut into 3 × 3 cells. From each cell a tile with three quarters of its side is taken at a random place, so
/// that edges do not continue from one tile to the next.
///
/// A sample is [9, channels, tile, tile] float32, the tiles row by row.
struct TileViews: ViewSource {
  static let perSide = 3

  private let views: any ViewSource
  private let seed: UInt64
  private let channels: Int
  private let side: Int
  private let cell: Int
  private let tile: Int

  /// - Parameter views: one view, [channels, side, side] with channels last.
  init(_ views: any ViewSource, seed: UInt64) {
    let shape = views.layouts[0].shape
    self.views = views
    self.seed = seed
    (channels, side) = (shape[0], shape[1])
    cell = max(1, side / Self.perSide)
    tile = max(1, cell * 3 / 4)
  }

  var sampleCount: Int { views.sampleCount }
  var decodingTime: Duration { views.decodingTime }
  var layouts: [ViewLayout] { [ViewLayout(shape: [Self.perSide * Self.perSide, channels, tile, tile])] }

  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    let whole = UnsafeMutableBufferPointer<Float>.allocate(capacity: side * side * channels)
    defer { whole.deallocate() }
    try views.render(sample: sample, epoch: epoch, into: [UnsafeMutableRawBufferPointer(whole)])
    var generator = ViewGenerator(seed: seed, epoch: epoch, sample: sample, view: 1)
    let target = buffers[0].assumingMemoryBound(to: Float.self)
    var place = 0
    for index in 0..<Self.perSide * Self.perSide {
      let left = origin(of: index % Self.perSide, &generator)
      let top = origin(of: index / Self.perSide, &generator)
      for channel in 0..<channels {
        for y in top..<top + tile {
          for x in left..<left + tile {
            target[place] = whole[(y * side + x) * channels + channel]
            place += 1
          }
        }
      }
    }
  }

  private func origin(of cellIndex: Int, _ generator: inout ViewGenerator) -> Int {
    min(cellIndex * cell, side - tile) + (side < Self.perSide ? 0 : generator.integer(below: cell - tile + 1))
  }
}
