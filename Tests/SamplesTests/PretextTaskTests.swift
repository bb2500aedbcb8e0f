import Foundation
import Testing
import Torch

@testable import Samples

@Suite struct PretextTaskTests {
  /// A square picture of three channels whose values are their indices.
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

  @Test func everyRowStandsOnceAsItIsAndOnceChanged() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<60).map { "\($0),\(100 - $0),\($0 * $0)" }
    let table = try TableFile.single(among: [folder.write("t.csv", "a,b,c\n" + rows.joined(separator: "\n") + "\n")])
    let configuration = try TableConfiguration(
      fitting: table, labelColumn: nil, scaling: .standard, corruption: .exactly(share: 0.5))
    let data = try TableCollection(table, configuration)
    let indices = Array(10..<50)
    let task = try data.pretextTask(of: indices, seed: 1)
    let clean = data.evaluationView(of: indices)
    #expect(task.classCount == 2 && task.views.sampleCount == 80)
    var changed = 0
    for sample in 0..<40 {
      #expect(try rendered(task.views, 2 * sample) == rendered(clean, sample))
      if try rendered(task.views, 2 * sample + 1) != rendered(clean, sample) { changed += 1 }
    }
    #expect(changed > 35)
  }
}
