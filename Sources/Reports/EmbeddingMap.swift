import Evaluation
import Measures
import Samples
import Torch

/// The samples on a plane, in two projections: principal components, and t-SNE, which keeps neighbours together.
struct EmbeddingMap {
  struct Point: Equatable {
    var x: Double
    var y: Double
  }

  /// The rows of the features that are shown, in rising order.
  let rows: [Int]
  /// Along the two principal components, in −1...1.
  let principal: [Point]
  /// The shares of the variance that the two components explain.
  let explained: [Double]
  /// The points of t-SNE, in −1...1; nil for fewer than four samples.
  let tsne: [Point]?
  /// For each shown sample, the nearest other ones by cosine, as indices into `rows`.
  let neighbours: [[Int]]

  /// - Parameters:
  ///   - features: [rows, features]
  ///   - limit: the most samples that are shown. The time grows with the square; 2,500 are practical.
  init(of features: Tensor, limit: Int) throws {
    rows = Array(0..<features.shape[0]).evenlySpread(limit)
    let shown = try normalized(
      features.indexed(by: Tensor(rows.map(Int64.init))).to(dtype: .float32))
    let components = try PrincipalComponents(of: shown, count: 2)
    principal = Self.fitted(try components.coordinates.values(as: Double.self))
    explained = components.explained
    tsne =
      rows.count < 4 ? nil : Self.fitted(try TSNE().coordinates(of: shown).values(as: Double.self))
    neighbours = try NeighbourLists(of: shown, count: 6).lists.map { $0.map(\.sample) }
  }

  /// Moves the points and scales them alike in both directions, so that the larger extent is −1...1.
  ///
  /// - Parameter values: x, y, x, …
  static func fitted(_ values: [Double]) -> [Point] {
    let points = stride(from: 0, to: values.count, by: 2).map { Point(x: values[$0], y: values[$0 + 1]) }
    guard let first = points.first else { return [] }
    let (left, right) = points.reduce((first.x, first.x)) { (min($0.0, $1.x), max($0.1, $1.x)) }
    let (low, high) = points.reduce((first.y, first.y)) { (min($0.0, $1.y), max($0.1, $1.y)) }
    let half = max(right - left, high - low) / 2
    guard half > 0 else { return points.map { _ in Point(x: 0, y: 0) } }
    return points.map { Point(x: ($0.x - (left + right) / 2) / half, y: ($0.y - (low + high) / 2) / half) }
  }
}
