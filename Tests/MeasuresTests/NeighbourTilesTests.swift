import Foundation
import TestSupport
import Testing
import Torch

@testable import Measures

@Suite struct NeighbourTilesTests {
  /// Every pair, one after the other, in float64; of equally near ones the earlier first.
  private func bruteForce(_ queries: [[Double]], _ bank: [[Double]], count: Int, leavingOneOut: Bool) -> [[Int]] {
    func unit(_ x: [Double]) -> [Double] {
      let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return x.map { $0 / max(length, 1e-12) }
    }
    let units = bank.map(unit)
    return queries.map(unit).enumerated().map { query, row in
      let similarities = units.map { zip($0, row).reduce(0) { $0 + $1.0 * $1.1 } }
      let others = bank.indices.filter { !leavingOneOut || $0 != query }
      // The sort is stable.
      return Array(others.sorted { similarities[$0] > similarities[$1] }.prefix(count))
    }
  }

  private func found(
    _ queries: Tensor, _ bank: Tensor, count: Int, leavingOneOut: Bool, _ tiles: NeighbourTiles
  ) throws -> [[NeighbourLists.Neighbour]] {
    var lists: [[NeighbourLists.Neighbour]] = []
    let groups = leavingOneOut ? Array(0..<bank.shape[0]) : nil
    try forEachQuery(in: queries, bank: bank, count: count, groups: groups, tiles: tiles) { query, nearest in
      #expect(query == lists.count)
      lists.append(nearest)
    }
    return lists
  }

  /// Tiles of one, of a few that leave a rest, wider than a block of the scan, and of everything.
  @Test(arguments: [(1, 1), (7, 13), (64, 45), (5, 100), (1024, 4096)])
  func tilesFindWhatBruteForceFinds(_ queryTile: Int, _ bankTile: Int) throws {
    var random = TestNumbers(3)
    let bank = random.matrix(211, 9)
    let queries = random.matrix(37, 9)
    let tiles = NeighbourTiles(queries: queryTile, bank: bankTile)
    let apart = try found(tensor(queries), tensor(bank), count: 12, leavingOneOut: false, tiles)
    #expect(apart.map { $0.map(\.sample) } == bruteForce(queries, bank, count: 12, leavingOneOut: false))
    let within = try found(tensor(bank), tensor(bank), count: 12, leavingOneOut: true, tiles)
    #expect(within.map { $0.map(\.sample) } == bruteForce(bank, bank, count: 12, leavingOneOut: true))
    // All of a bank, in order.
    let all = try found(tensor(queries), tensor(bank), count: 211, leavingOneOut: false, tiles)
    #expect(all.map { $0.map(\.sample) } == bruteForce(queries, bank, count: 211, leavingOneOut: false))
  }

  /// Small whole numbers, so that products are exact: many are equally near, and the earlier comes first.
  @Test(arguments: [(1, 1), (3, 7), (64, 50), (1024, 4096)])
  func ofEquallyNearOnesTheEarlierComesFirst(_ queryTile: Int, _ bankTile: Int) throws {
    let directions: [[Double]] = [[2, 0], [0, 2], [-2, 0], [0, -2], [0, 0]]
    let bank = (0..<150).map { directions[($0 * 7) % 5] }
    let tiles = NeighbourTiles(queries: queryTile, bank: bankTile)
    let expected = bruteForce(bank, bank, count: 40, leavingOneOut: true)
    for precision in [DType.float32, .float64] {
      let rows = try tensor(bank).to(dtype: precision)
      let lists = try found(rows, rows, count: 40, leavingOneOut: true, tiles)
      #expect(lists.map { $0.map(\.sample) } == expected)
    }
  }

  @Test func similaritiesAreCosinesWhateverTheLengths() throws {
    var random = TestNumbers(5)
    let bank = random.matrix(90, 6)
    let rows = try tensor(bank)
    let lengths = try tensor(bank.indices.map { [pow(10, Double($0 % 13) - 6)] })
    let plain = try NeighbourLists(of: rows, count: 5).lists
    let scaled = try NeighbourLists(of: (rows * lengths).to(dtype: .float32), count: 5).lists
    for (one, other) in zip(plain, scaled) {
      #expect(one.map(\.sample) == other.map(\.sample))
      expectClose(other.map(\.similarity), one.map(\.similarity), absolute: 1e-6)
    }
    let apart = try NeighbourLists(of: rows.rows(0..<4), in: rows, count: 3).lists
    #expect(apart.map { $0[0].sample } == [0, 1, 2, 3])
  }

  /// Twice as many queries and twice as large a bank, and no more than twice the memory beside them.
  @Test func memoryDoesNotGrowWithPairs() throws {
    func peak(_ count: Int) throws -> Int {
      let rows = try Tensor.randn([count, 8])
      let watch = try MemoryWatch()
      _ = try NeighbourLists(of: rows, count: 3)
      return watch.takePeak()
    }
    let (small, large) = (try peak(8192), try peak(16384))
    #expect(large < small * 11 / 10, "\(small) and \(large) bytes")
    #expect(large < 16384 * 16384 * 4 / 20)
  }
}
