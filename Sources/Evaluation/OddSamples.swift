import Foundation
import Measures

/// Samples that a user should look at: near-duplicates and outliers, found by how distances are distributed.
///
/// Cosine distances to neighbours spread about evenly on a logarithmic scale. What lies more than three robust standard
/// deviations (1.4826 times the median absolute deviation) below the median is unusually near, above it unusually far.
package struct OddSamples {
  /// One kind of distance over all samples, and what is usual.
  package struct Distribution: Equatable {
    /// The cosine distance of each sample, 0 to 2, never below `floor`.
    package let distances: [Double]
    package let median: Double
    /// What is below is unusually near.
    package let low: Double
    /// What is above is unusually far.
    package let high: Double
  }

  /// Below this, two float32 vectors are the same.
  package static let floor = 1e-6
  /// Three deviations are at least this much on the logarithmic scale: a factor of 1.8.
  static let leastReach = 0.6

  /// Distances to the nearest sample.
  package let nearest: Distribution
  /// Mean distances to the neighbours in the lists: the greater, the sparser the samples lie.
  package let sparsity: Distribution
  /// Rows that belong together, the nearest first.
  package let duplicates: [[Int]]
  /// Rows, the sparsest first.
  package let outliers: [Int]
  /// All samples look alike to the encoder: nothing can be called near or far.
  package let isIndistinct: Bool

  package init(_ neighbours: NeighbourLists) {
    let lists = neighbours.lists
    nearest = Self.distribution(lists.map { Self.distance($0[0]) })
    sparsity = Self.distribution(lists.map { $0.reduce(0) { $0 + Self.distance($1) } / Double($0.count) })
    isIndistinct = nearest.median <= 10 * Self.floor
    duplicates = isIndistinct ? [] : Self.groups(lists, within: nearest.low)
    let (distances, limit) = (sparsity.distances, sparsity.high)
    outliers =
      isIndistinct
      ? [] : distances.indices.filter { distances[$0] > limit }.sorted { distances[$0] > distances[$1] }
  }

  package static func distance(_ neighbour: NeighbourLists.Neighbour) -> Double { max(floor, 1 - neighbour.similarity) }

  static func distribution(_ distances: [Double]) -> Distribution {
    let logarithms = distances.map { log($0) }
    let middle = median(logarithms)
    let reach = max(3 * 1.4826 * median(logarithms.map { abs($0 - middle) }), leastReach)
    return Distribution(
      distances: distances, median: exp(middle), low: exp(middle - reach), high: exp(middle + reach))
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let half = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[half]
  }

  /// Samples linked by distances of at most `limit`, by union-find.
  private static func groups(_ lists: [[NeighbourLists.Neighbour]], within limit: Double) -> [[Int]] {
    var parents = Array(lists.indices)
    func root(_ row: Int) -> Int {
      var row = row
      while parents[row] != row {
        parents[row] = parents[parents[row]]
        row = parents[row]
      }
      return row
    }
    var shortest: [Int: Double] = [:]
    for (row, list) in lists.enumerated() {
      for neighbour in list where distance(neighbour) <= limit {
        let (a, b) = (root(row), root(neighbour.sample))
        let least = min(shortest[a] ?? .infinity, shortest[b] ?? .infinity, distance(neighbour))
        parents[max(a, b)] = min(a, b)
        shortest[min(a, b)] = least
      }
    }
    let members = Dictionary(grouping: lists.indices) { root($0) }
    return members.filter { $0.value.count > 1 }
      .sorted { (shortest[$0.key] ?? 0, $0.key) < (shortest[$1.key] ?? 0, $1.key) }.map(\.value)
  }
}
