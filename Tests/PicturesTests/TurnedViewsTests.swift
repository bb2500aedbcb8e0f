import Samples
import Testing
import Torch

@testable import Pictures

@Suite struct TurnedViewsTests {
  /// One square picture of three channels whose values are their places.
  private struct Numbered: ViewSource {
    let side: Int
    var sampleCount: Int { 2 }
    var layouts: [ViewLayout] { [ViewLayout(shape: [3, side, side], isChannelsLast: true)] }

    func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
      let values = buffers[0].assumingMemoryBound(to: Float.self)
      for place in values.indices { values[place] = Float(1000 * sample + place) }
    }
  }

  private func rendered(_ source: any ViewSource, _ sample: Int) throws -> [Float] {
    var values = [Float](repeating: .nan, count: source.layouts[0].byteCount / 4)
    try values.withUnsafeMutableBytes { try source.render(sample: sample, epoch: 0, into: [$0]) }
    return values
  }

  @Test(arguments: [1, 2, 5]) func turnsAreThoseOfTorch(side: Int) throws {
    let source = TurnedViews(Numbered(side: side))
    #expect(source.sampleCount == 8)
    for sample in 0..<8 {
      let upright = try Tensor(try rendered(Numbered(side: side), sample / 4), shape: [1, side, side, 3])
        .permuted([0, 3, 1, 2])
      let expected = try upright.turned(quarters: sample % 4).permuted([0, 2, 3, 1])
      #expect(try rendered(source, sample) == expected.contiguous().values(as: Float.self))
    }
  }
}
