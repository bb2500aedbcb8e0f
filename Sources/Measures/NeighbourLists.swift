import Foundation
import Torch

/// The most similar samples of each sample of a set, by cosine.
public struct NeighbourLists: Sendable {
  public struct Neighbour: Sendable, Hashable {
    public let sample: Int
    /// Of cosine, −1 to 1.
    public let similarity: Double
  }

  /// One list a sample, the nearest first, without the sample itself.
  public let lists: [[Neighbour]]

  /// - Parameters:
  ///   - features: [samples, features], at least two samples.
  ///   - count: the length of each list, at least 1; of few samples, all others.
  public init(of features: Tensor, count: Int) throws(MeasureError) {
    guard count > 0 else { throw .parameter("count", found: "\(count)", expected: "at least 1") }
    let (rows, _) = try checkMatrix("features", features)
    guard rows > 1 else { throw .tooFew("features", found: rows, needed: 2) }
    var lists: [[Neighbour]] = []
    lists.reserveCapacity(rows)
    try forEachQuery(in: features, bank: features, count: min(count, rows - 1), isQueryInBank: true) {
      lists.append($1)
    }
    self.lists = lists
  }
}

/// The similarities held at a time: 64 MB in float32.
private let similaritiesPerTile = 1 << 24

/// Calls `body` with each row of `queries` and the `count` most similar rows of `bank`, the nearest first.
///
/// - Parameter isQueryInBank: query i is row i of the bank, and not its own neighbour.
func forEachQuery(
  in queries: Tensor, bank: Tensor, count: Int, isQueryInBank: Bool,
  _ body: (_ query: Int, _ nearest: [NeighbourLists.Neighbour]) -> Void
) throws(MeasureError) {
  let tile = max(1, similaritiesPerTile / bank.shape[0])
  // Left out, a sample takes one place in the list of its own neighbours, unless others are nearer still (equal
  // samples, or rows of zeros, which are similar to nothing).
  let listed = isQueryInBank ? count + 1 : count
  try computing { () throws(TorchError) in
    let columns = try unitRows(bank).transposed()
    for start in stride(from: 0, to: queries.shape[0], by: tile) {
      let range = start..<min(start + tile, queries.shape[0])
      let nearest = try unitRows(queries.rows(range)).matmul(columns).topK(listed)
      let similarities = try nearest.values.values(as: Double.self)
      let indices = try nearest.indices.values(as: Int64.self)
      for query in range {
        let first = (query - range.lowerBound) * listed
        let others = (first..<first + listed).filter { !isQueryInBank || indices[$0] != query }
        body(query, others.prefix(count).map { .init(sample: Int(indices[$0]), similarity: similarities[$0]) })
      }
    }
  }
}

private func unitRows(_ rows: Tensor) throws(TorchError) -> Tensor {
  try normalized(rows.detach().to(dtype: rows.dtype == .float64 ? .float64 : .float32))
}
