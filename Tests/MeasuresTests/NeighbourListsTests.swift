import Measures
import TestSupport
import Testing
import Torch

@Suite struct NeighbourListsTests {
  @Test func listsAreThoseOfEveryPair() throws {
    var random = TestNumbers(9)
    let rows = random.matrix(30, 6)
    func cosine(_ a: [Double], _ b: [Double]) -> Double {
      func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
      return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }
    let lists = try NeighbourLists(of: tensor(rows), count: 4).lists
    for (row, list) in lists.enumerated() {
      let expected = rows.indices.filter { $0 != row }
        .sorted { cosine(rows[row], rows[$0]) > cosine(rows[row], rows[$1]) }.prefix(4)
      #expect(list.map(\.sample) == Array(expected))
      expectClose(list.map(\.similarity), expected.map { cosine(rows[row], rows[$0]) }, absolute: 1e-6)
    }
  }

  @Test func equalSamplesAreNotTheirOwnNeighbours() throws {
    let lists = try NeighbourLists(of: .ones([5, 3]), count: 9).lists
    #expect(lists.count == 5)
    for (row, list) in lists.enumerated() {
      #expect(list.count == 4 && !list.contains { $0.sample == row })
    }
    #expect(throws: MeasureError.self) { try NeighbourLists(of: .ones([1, 3]), count: 1) }
    #expect(throws: MeasureError.self) { try NeighbourLists(of: .ones([5, 3]), count: 0) }
  }
}
