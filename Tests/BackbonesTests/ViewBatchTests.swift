import Backbones
import Testing
import Torch

@Suite struct ViewBatchTests {
  /// Tokens and their mask, of lengths that vary, and two numbers a sample whose count does not.
  private func view(_ count: Int, length: Int, from start: Int) throws -> ViewBatch {
    let numbers = (start..<start + count * length).map { Int64($0) }
    return ViewBatch(
      [
        try Tensor(numbers, shape: [count, length]), try Tensor.ones([count, length, 1]),
        try Tensor((0..<2 * count).map { Float(start + $0) }, shape: [count, 2]),
      ], areVarying: [true, true, false])
  }

  @Test func shorterViewsAreFilledUpWithZeros() throws {
    let joined = try concatenate([
      view(2, length: 1, from: 1), view(1, length: 3, from: 10), view(1, length: 2, from: 20),
    ])
    #expect(joined.count == 4 && joined.shapes == [[4, 3], [4, 3, 1], [4, 2]])
    #expect(joined.areVarying == [true, true, false])
    #expect(joined.tensors[0].dtype == .int64)
    #expect(try joined.tensors[0].values() as [Int64] == [1, 0, 0, 2, 0, 0, 10, 11, 12, 20, 21, 0])
    #expect(try joined.tensors[1].values() as [Float] == [1, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1, 0])
    #expect(try joined.tensors[2].values() as [Float] == [1, 2, 3, 4, 10, 11, 20, 21])
  }

  @Test func viewsOfFixedSizesThatDifferDoNotPassTogether() throws {
    let (small, large) = (ViewBatch(try .ones([1, 3, 4, 4])), ViewBatch(try .ones([1, 3, 8, 8])))
    #expect(!small.hasSameSize(as: large) && small.hasSameSize(as: small))
    #expect(throws: TorchError.self) { try concatenate([small, large]) }
    #expect(try concatenate([small]).shapes == small.shapes)
  }

  @Test func gradientsReachWhatWasFilledUp() throws {
    let short = try Tensor.ones([1, 1]).requireGrad()
    let long = ViewBatch([try .ones([1, 2])], areVarying: [true])
    try concatenate([ViewBatch([short], areVarying: [true]), long]).tensor.sum().backward()
    #expect(try short.grad()?.values() as [Float]? == [1])
  }

  @Test func samplesAreTakenFromEveryTensor() throws {
    let view = try view(4, length: 2, from: 0)
    let rows = try view.rows(1..<3)
    #expect(rows.areVarying == view.areVarying && rows.shapes == [[2, 2], [2, 2, 1], [2, 2]])
    #expect(try rows.tensors[0].values() as [Int64] == [2, 3, 4, 5])
    let order = try view.indexed(by: Tensor([Int64]([3, 0])))
    #expect(try order.tensors[2].values() as [Float] == [6, 7, 0, 1])
    let parts = try view.chunks(2)
    #expect(try parts.map { try $0.tensors[0].values() as [Int64] } == [[0, 1, 2, 3], [4, 5, 6, 7]])
    #expect(try concatenate(parts).tensors[2].values() as [Float] == view.tensors[2].values())
  }
}
