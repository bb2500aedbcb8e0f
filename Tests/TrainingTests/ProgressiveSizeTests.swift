import TestSupport
import Testing
import Torch

@testable import Training

@Suite struct ProgressiveSizeTests {
  @Test func viewsGrowToTheirSize() {
    let size = ProgressiveSize.usual
    let sides = (0...20).map { ProgressiveSize.side(64, share: size.share(at: Double($0) / 20)) }
    #expect(zip(sides, sides.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(sides[0] < 64 && sides[14] == 64 && sides[20] == 64)
  }

  @Test(arguments: [(64, 0.6, 40), (28, 0.6, 16), (28, 0.8, 24), (30, 1, 30), (8, 0.1, 4), (3, 0.5, 3), (1, 0.5, 1)])
  func sidesAreEvenAndNeverLarger(_ full: Int, _ share: Double, _ side: Int) {
    #expect(ProgressiveSize.side(full, share: share) == side)
  }

  /// The time of a step is a mean over these.
  @Test func partsMakeTheWholeRun() {
    let parts = ProgressiveSize.usual.parts
    #expect(abs(parts.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
    #expect(parts.map(\.share) == [0.6, 0.8, 1])
  }

  /// What is flat stays flat, a slope keeps its steepness away from the borders, and what is no picture is left alone.
  @Test func onlyPicturesBecomeSmaller() throws {
    let slope = try Tensor((0..<16).flatMap { _ in (0..<16).map { Float($0) } }).reshaped([1, 1, 16, 16])
    let flat = try Tensor.zeros([2, 3, 16, 16]) + 0.25
    let labels = try Tensor([Int64(4), 7])
    let views = try ProgressiveSize.reduce([slope, flat, labels], to: 0.5)
    #expect(views.map(\.shape) == [[1, 1, 8, 8], [2, 3, 8, 8], [2]])
    #expect(try views[1].values(as: Float.self).allSatisfy { abs($0 - 0.25) < 1e-6 })
    // Output pixel i covers the inputs 2 i and 2 i + 1.
    let row = try views[0].values(as: Float.self)[8..<16]
    expectClose(row.dropFirst().dropLast().map(Double.init), (1..<7).map { 2 * Double($0) + 0.5 }, absolute: 1e-5)
    #expect(try ProgressiveSize.reduce([slope], to: 1)[0].shape == [1, 1, 16, 16])
  }
}
