import Foundation
import Samples
import TestSupport
import Testing

@testable import Pictures

/// Of which picture the second view is.
@Suite struct PositivesTests {
  private static func files(_ names: [String]) -> FileList {
    FileList(
      roots: [FileList.Root(path: "/data", prefix: "")],
      samples: names.map { FileList.Sample(root: 0, relativePath: $0) })
  }

  private func chosen(_ partners: Partners, _ sample: Int) -> Set<Int> {
    Set((0..<200).map { partners.partner(of: sample, epoch: $0, seed: 7) })
  }

  @Test(arguments: [
    ("drive3-000017.png", 17.0), ("9.png", 9), ("10.png", 10), ("frame.png", 0), ("a12b.jpg", 12), ("0.5.png", 5),
    ("123456789012345678901234567890.png", 1.2345678901234568e29),
  ])
  func framesAreInTheOrderOfTheLastNumber(_ name: String, _ number: Double) {
    #expect(PictureOrder.number(in: name) == number)
  }

  @Test func neighboursAreTheNextOfTheSameFolder() {
    // In the order of their names 10 comes before 9.
    let order = PictureOrder(of: Self.files(["a/10.png", "a/8.png", "a/9.png", "b/11.png"]))
    let partners = Partners(neighboursIn: order, gap: nil)
    #expect(chosen(partners, 0) == [2])
    #expect(chosen(partners, 1) == [2])
    #expect(chosen(partners, 2) == [0, 1])
    // A recording of one frame has no other.
    #expect(chosen(partners, 3) == [3] && partners.count == 3)
  }

  @Test func aGapReachesFurtherAndNotOverMissingFrames() {
    let order = PictureOrder(of: Self.files(["1.png", "2.png", "3.png", "7.png"]))
    let partners = Partners(neighboursIn: order, gap: 2)
    #expect(chosen(partners, 0) == [1, 2] && chosen(partners, 1) == [0, 2])
    #expect(chosen(partners, 3) == [3])
    #expect(chosen(Partners(neighboursIn: order, gap: 4), 3) == [2])
  }

  @Test func groupsGiveAnyOtherOfTheirs() {
    let partners = Partners(inGroups: [0, 1, 0, nil, 0])
    #expect(chosen(partners, 0) == [2, 4] && chosen(partners, 2) == [0, 4])
    #expect(chosen(partners, 1) == [1] && chosen(partners, 3) == [3])
  }

  @Test func theChoiceIsAPureFunction() {
    let partners = Partners(inGroups: Array(repeating: 0, count: 50))
    let first = (0..<50).map { partners.partner(of: $0, epoch: 3, seed: 5) }
    #expect(first == (0..<50).map { partners.partner(of: $0, epoch: 3, seed: 5) })
    #expect(first != (0..<50).map { partners.partner(of: $0, epoch: 4, seed: 5) })
    #expect(first.enumerated().allSatisfy { $0.offset != $0.element })
  }

  /// Pictures of one grey each: a view shows which picture it is of.
  @Test func theSecondViewIsOfThePartnerAndTheFirstIsNot() throws {
    let folder = try TemporaryFolder()
    for frame in 0..<4 {
      try folder.write("\(frame).png", drawnPNG(width: 20, height: 20) { _, _ in [UInt8(60 * frame), 0, 0] })
    }
    var configuration = ImageConfiguration(imageSize: 8, views: .mae)
    configuration.recipe.normalisation = .none
    configuration.positives = .neighbour
    let collection = try ImageCollection(scanning: [folder.path], Annotations(), configuration)
    let pair = try collection.trainingViews(.pair, of: [0, 1, 2, 3], seed: 1)
    func reds(_ source: any ViewSource, _ sample: Int, _ epoch: Int) throws -> [Float] {
      let buffers = source.layouts.map {
        UnsafeMutableRawBufferPointer.allocate(byteCount: $0.byteCount, alignment: 64)
      }
      defer { for buffer in buffers { buffer.deallocate() } }
      try source.render(sample: sample, epoch: epoch, into: buffers)
      return buffers.map { ($0.load(as: Float.self) * 255 / 60).rounded() }
    }
    var seconds: [Set<Float>] = [[], [], [], []]
    for epoch in 0..<40 {
      for sample in 0..<4 {
        let found = try reds(pair, sample, epoch)
        #expect(found[0] == Float(sample))
        seconds[sample].insert(found[1])
      }
    }
    #expect(seconds == [[1], [0, 2], [1, 3], [2]])
    // What judges a representation is of the sample alone.
    #expect(try reds(collection.evaluationView(of: [0, 1, 2, 3]), 2, 0) == [2])
  }

  /// Windows are within the range and as wide as asked.
  @Test func windowsAreDrawnWithinTheRange() {
    let window = ImageRecipe.Window(probability: 1, width: 0.1...1)
    var widths: [Float] = []
    for seed in 0..<500 {
      var generator = ViewGenerator(seed: UInt64(seed), epoch: 0, sample: 0, view: 0)
      let drawn = window.draw(from: &generator)
      #expect(drawn.lowerBound >= 0 && drawn.upperBound <= 1.00001)
      widths.append(drawn.upperBound - drawn.lowerBound)
    }
    #expect(widths.allSatisfy { $0 > 0.0999 && $0 < 1.0001 })
    // The median of a uniform logarithm is the geometric mean.
    #expect(abs(widths.sorted()[250] - 0.316) < 0.06)
  }

  @Test func aWindowClipsAndStretches() throws {
    let canvas = ViewCanvas()
    let picture = try #require(Picture(width: 3, height: 1, channels: 1, samples: .float32([0.2, 0.5, 0.9])))
    canvas.load(picture, crop: .whole(of: 3, 1), width: 3, height: 1)
    canvas.stretch(0.4...0.6)
    let values = canvas.values
    #expect(values[0] == 0 && abs(values[1] - 0.5) < 1e-6 && values[2] == 1)
  }
}
