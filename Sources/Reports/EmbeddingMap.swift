import Evaluation
import Measures
import Samples
import Torch

/// The samples on a plane, twice: along their principal components, and with neighbours kept together.
struct EmbeddingMap {
  struct Point: Equatable {
    var x: Double
    var y: Double
  }

  /// The rows that are shown, rising.
  let rows: [Int]
  /// In −1...1.
  let principal: [Point]
  /// The shares of the variance that the two components explain.
  let explained: [Double]
  /// In −1...1; nil of fewer than four samples.
  let neighbourly: [Point]?
  /// The nearest of the shown samples for each, by cosine, as places in `rows`.
  let neighbours: [[Int]]

  /// - Parameters:
  ///   - features: [rows, features]
  ///   - limit: how many are drawn, at most some 2,500.
  init(of features: Tensor, limit: Int) throws {
    rows = Array(0..<features.shape[0]).evenlySpread(limit)
    let shown = try normalized(
      features.indexed(by: Tensor(rows.map(Int64.init))).to(dtype: .float32))
    let components = try PrincipalComponents(of: shown, count: 2)
    principal = Self.fitted(try components.coordinates.values(as: Double.self))
    explained = components.explained
    neighbourly =
      rows.count < 4 ? nil : Self.fitted(try TSNE().coordinates(of: shown).values(as: Double.self))
    neighbours = try NeighbourLists(of: shown, count: 6).lists.map { $0.map(\.sample) }
  }

  /// Shifted and scaled alike in both directions, so that the larger extent is −1...1.
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
