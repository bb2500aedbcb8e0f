import Foundation
import Torch

/// The most similar samples of each sample of a set, by cosine.
public struct NeighbourLists: Sendable {
  public struct Neighbour: Sendable, Hashable {
    public let sample: Int
    /// Of cosine, −1 to 1.
    public let similarity: Double
  }

  /// One list a sample, the nearest first and of equally near ones the earlier, without the sample itself.
  public let lists: [[Neighbour]]

  /// - Parameters:
  ///   - features: [samples, features], at least two samples.
  ///   - count: the length of each list, at least 1; of few samples, all others.
  public init(of features: Tensor, count: Int) throws(MeasureError) {
    let (rows, _) = try Self.check(features, count)
    guard rows > 1 else { throw .tooFew("features", found: rows, needed: 2) }
    try self.init(features, features, count: min(count, rows - 1), isQueryInBank: true)
  }

  /// The most similar samples of another set.
  ///
  /// - Parameters:
  ///   - queries: [queries, features]; each gets a list.
  ///   - bank: [samples, features], which the lists name.
  ///   - count: the length of each list, at least 1; of a small bank, all of it.
  public init(of queries: Tensor, in bank: Tensor, count: Int) throws(MeasureError) {
    let (rows, width) = try Self.check(bank, count)
    _ = try checkMatrix("queries", queries, width: width)
    try self.init(queries, bank, count: min(count, rows), isQueryInBank: false)
  }

  private init(_ queries: Tensor, _ bank: Tensor, count: Int, isQueryInBank: Bool) throws(MeasureError) {
    var lists: [[Neighbour]] = []
    lists.reserveCapacity(queries.shape[0])
    try forEachQuery(in: queries, bank: bank, count: count, isQueryInBank: isQueryInBank) { lists.append($1) }
    self.lists = lists
  }

  private static func check(_ bank: Tensor, _ count: Int) throws(MeasureError) -> (rows: Int, columns: Int) {
    guard count > 0 else { throw .parameter("count", found: "\(count)", expected: "at least 1") }
    return try checkMatrix("features", bank)
  }
}

/// How much is compared at a time: 16 MB of similarities in float32, in a shape that the product is fast in.
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
/// - Parameter isQueryInBank: query i is row i of the bank, and not its own neighbour.
func forEachQuery(
  in queries: Tensor, bank: Tensor, count: Int, isQueryInBank: Bool, tiles: NeighbourTiles = NeighbourTiles(),
  _ body: (_ query: Int, _ nearest: [NeighbourLists.Neighbour]) -> Void
) throws(MeasureError) {
  if queries.dtype == .float64 || bank.dtype == .float64 {
    try search(Double.self, queries, bank, count, isQueryInBank, tiles, body)
  } else {
    try search(Float.self, queries, bank, count, isQueryInBank, tiles, body)
  }
}

private func search<Scalar: TensorScalar & BinaryFloatingPoint>(
  _: Scalar.Type, _ queries: Tensor, _ bank: Tensor, _ count: Int, _ isQueryInBank: Bool, _ tiles: NeighbourTiles,
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
    // The bank is compared as it is, and its lengths divided out afterwards: it may be too large for a copy.
    var scales: [Scalar] = []
    scales.reserveCapacity(bank.shape[0])
    for range in bankParts {
      scales += try part(bank, range).norm(1).clamped(atLeast: 1e-12).power(-1).values(as: Scalar.self)
    }
    for range in parts(of: queries.shape[0], tiles.queries) {
      let rows = try normalized(part(queries, range))
      var best = RunningNeighbours<Scalar>(queries: range.count, count: count)
      for columns in bankParts {
        let tile = try rows.matmul(part(bank, columns).transposed())
        try best.look(
          at: tile, samplesFrom: columns.lowerBound, scales: scales, firstOwn: isQueryInBank ? range.lowerBound : nil)
      }
      for query in range { body(query, best.nearest(of: query - range.lowerBound)) }
    }
  }
}
