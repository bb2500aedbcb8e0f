import Foundation
import Torch

/// The most similar samples of each sample of a set, by cosine.
package struct NeighbourLists: Sendable {
  package struct Neighbour: Sendable, Hashable {
    /// Its row.
    package let sample: Int
    /// The cosine, from −1 to 1.
    package let similarity: Double
  }

  /// One list per query, the nearest first and of equally near ones the earlier. Where the queries are the samples
  /// themselves, no list holds its own sample, nor one of its group.
  package let lists: [[Neighbour]]

  /// The most similar other samples of the same set.
  ///
  /// - Parameters:
  ///   - features: [samples, features], at least two samples; finite.
  ///   - count: the length of each list, at least 1; a list is shorter where there are fewer samples that it may hold,
  ///     but never empty.
  ///   - groups: one per sample, any integers, nil for a sample that belongs to none. Samples of one group are never each
  ///     other's neighbours. At least two groups, where a sample that belongs to none is one of its own.
  /// - Throws: `MeasureError` where one of these conditions does not hold.
  package init(of features: Tensor, count: Int, groups: [Int?]? = nil) throws(MeasureError) {
    let (rows, _) = try Self.check(features, count)
    guard rows > 1 else { throw .tooFew("features", found: rows, needed: 2) }
    let groups = try leavingOneOut(groups, sampleCount: rows)
    try self.init(features, features, count: min(count, rows - 1), groups: groups)
  }

  /// The most similar samples of another set.
  ///
  /// - Parameters:
  ///   - queries: [queries, features], at least one; each gets a list.
  ///   - bank: [samples, features], at least one sample; the lists hold their numbers.
  ///   - count: the length of each list, at least 1; at most the whole bank is listed.
  /// - Throws: `MeasureError` where a shape or `count` is another, or a value is not finite.
  package init(of queries: Tensor, in bank: Tensor, count: Int) throws(MeasureError) {
    let (rows, width) = try Self.check(bank, count)
    _ = try checkMatrix("queries", queries, width: width)
    try self.init(queries, bank, count: min(count, rows), groups: nil)
  }

  private init(_ queries: Tensor, _ bank: Tensor, count: Int, groups: [Int]?) throws(MeasureError) {
    var lists: [[Neighbour]] = []
    lists.reserveCapacity(queries.shape[0])
    try forEachQuery(in: queries, bank: bank, count: count, groups: groups) { lists.append($1) }
    self.lists = lists
  }

  init(lists: [[Neighbour]]) { self.lists = lists }

  private static func check(_ bank: Tensor, _ count: Int) throws(MeasureError) -> (rows: Int, columns: Int) {
    guard count > 0 else { throw .parameter("count", found: "\(count)", expected: "at least 1") }
    return try checkMatrix("features", bank)
  }
}

/// The group of each sample of a set that is compared with itself: no sample is a neighbour of its own group, so that each
/// needs another one.
func leavingOneOut(_ groups: [Int?]?, sampleCount: Int) throws(MeasureError) -> [Int] {
  let groups = try SampleGroups(groups, sampleCount: sampleCount)
  guard groups.count > 1 else { throw .tooFew("groups", found: groups.count, needed: 2) }
  return groups.numbers
}

/// How many rows are compared at a time: 16 MB of similarities in float32, in a shape for which the product is fast.
struct NeighbourTiles {
  var queries = 1024
  var bank = 4096
}

/// Calls `body` with each row of `queries` and the `count` most similar rows of `bank`, the nearest first and of equally
/// near ones the earlier.
///
/// The matrix of similarities is made a tile at a time and only the best so far are kept of it, so that memory is that of
/// queries and bank, whatever their number. In float64 for float64 rows, else in float32.
///
/// - Parameter groups: nil where queries and bank are different samples. Else query i is row i of the bank, and this holds
///   the group of each row: rows of the query's own group, such as itself, are left out, and fewer than `count` may remain.
func forEachQuery(
  in queries: Tensor, bank: Tensor, count: Int, groups: [Int]?, tiles: NeighbourTiles = NeighbourTiles(),
  _ body: (_ query: Int, _ nearest: [NeighbourLists.Neighbour]) -> Void
) throws(MeasureError) {
  if queries.dtype == .float64 || bank.dtype == .float64 {
    try search(Double.self, queries, bank, count, groups, tiles, body)
  } else {
    try search(Float.self, queries, bank, count, groups, tiles, body)
  }
}

private func search<Scalar: TensorScalar & BinaryFloatingPoint>(
  _: Scalar.Type, _ queries: Tensor, _ bank: Tensor, _ count: Int, _ groups: [Int]?, _ tiles: NeighbourTiles,
  _ body: (_ query: Int, _ nearest: [NeighbourLists.Neighbour]) -> Void
) throws(MeasureError) {
  func parts(of rows: Int, _ height: Int) -> [Range<Int>] {
    stride(from: 0, to: rows, by: height).map { $0..<min($0 + height, rows) }
  }
  func part(_ tensor: Tensor, _ range: Range<Int>) throws(TorchError) -> Tensor {
    try tensor.rows(range).detach().to(dtype: Scalar.dtype)
  }
  let bankParts = parts(of: bank.shape[0], tiles.bank)
  try computing { () throws(TorchError) in
    // The bank may be too large for a copy, so that its rows are compared as they are and their lengths divided out
    // afterwards.
    var scales: [Scalar] = []
    scales.reserveCapacity(bank.shape[0])
    for range in bankParts {
      scales += try part(bank, range).norm(1).clamped(atLeast: 1e-12).power(-1).values(as: Scalar.self)
    }
    for range in parts(of: queries.shape[0], tiles.queries) {
      let rows = try normalized(part(queries, range))
      let exclusion = groups.map {
        RunningNeighbours<Scalar>.Exclusion(groups: $0, firstQuery: range.lowerBound)
      }
      var best = RunningNeighbours<Scalar>(queries: range.count, count: count)
      for columns in bankParts {
        let tile = try rows.matmul(part(bank, columns).transposed())
        try best.look(at: tile, samplesFrom: columns.lowerBound, scales: scales, excluding: exclusion)
      }
      for query in range { body(query, best.nearest(of: query - range.lowerBound)) }
    }
  }
}
