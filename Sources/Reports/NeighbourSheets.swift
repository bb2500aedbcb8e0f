import Measures
import Torch

/// Chooses the samples that the page shows with their nearest neighbours: typical ones, spread over the data, and, where
/// there are labels, those whose neighbours have other labels.
struct NeighbourSheets {
  /// The neighbours of a sheet.
  static let neighbourCount = 8

  /// Rows of typical samples.
  let typical: [Int]
  /// Rows of samples whose neighbours have other labels, the most extreme first.
  let confused: [Int]

  /// - Parameters:
  ///   - features: [rows, features]
  ///   - neighbours: of each row, `neighbourCount` or more where there are as many samples.
  ///   - sparsity: the mean distance to the neighbours of each row. Typical samples come from the denser half.
  ///   - labels: of each row, nil where there is none.
  ///   - typicalCount: the most typical samples.
  ///   - confusedCount: the most samples whose neighbours have other labels.
  init(
    features: Tensor, neighbours: NeighbourLists, sparsity: [Double], labels: [Int?], typicalCount: Int,
    confusedCount: Int
  ) throws {
    typical = try Self.typical(features, sparsity: sparsity, labels: labels, count: typicalCount)
    confused = Self.confused(neighbours, labels: labels, count: confusedCount)
  }

  /// Chooses one sample after another: from the denser half of a class that was chosen least often, the sample least
  /// similar to those chosen before.
  private static func typical(_ features: Tensor, sparsity: [Double], labels: [Int?], count: Int) throws -> [Int] {
    let members = Dictionary(grouping: labels.indices) { labels[$0] ?? -1 }
    var candidates = members.mapValues { rows in
      Set(rows.sorted { (sparsity[$0], $0) < (sparsity[$1], $1) }.prefix((rows.count + 1) / 2))
    }
    let units = try normalized(features.to(dtype: .float32))
    var similarity = [Double](repeating: -1, count: labels.count)
    var times = members.mapValues { _ in 0 }
    var chosen: [Int] = []
    while chosen.count < count {
      let open = candidates.filter { !$0.value.isEmpty }
      guard let fewest = open.keys.compactMap({ times[$0] }).min() else { break }
      let allowed = open.filter { times[$0.key] == fewest }.values.joined()
      let next =
        chosen.isEmpty
        ? allowed.min { (sparsity[$0], $0) < (sparsity[$1], $1) }
        : allowed.min { (similarity[$0], $0) < (similarity[$1], $1) }
      guard let next else { break }
      chosen.append(next)
      times[labels[next] ?? -1, default: 0] += 1
      candidates[labels[next] ?? -1]?.remove(next)
      let row = try units.rows(next..<next + 1)
      let like = try units.matmul(row.transposed()).values(as: Double.self)
      for place in similarity.indices { similarity[place] = max(similarity[place], like[place]) }
    }
    return chosen
  }

  /// Labelled samples that share their label with at most a quarter of their nearest labelled neighbours. Those that share
  /// it with the fewest come first, then those with the nearest neighbours. Neighbours of a chosen sample are left out.
  private static func confused(_ neighbours: NeighbourLists, labels: [Int?], count: Int) -> [Int] {
    var ranked: [(row: Int, agreement: Double, similarity: Double)] = []
    for (row, list) in neighbours.lists.enumerated() {
      guard let label = labels[row] else { continue }
      let known = list.prefix(neighbourCount).filter { labels[$0.sample] != nil }
      guard known.count >= 3 else { continue }
      let agreement = Double(known.count { labels[$0.sample] == label }) / Double(known.count)
      guard agreement <= 0.25 else { continue }
      ranked.append((row, agreement, known.reduce(0) { $0 + $1.similarity } / Double(known.count)))
    }
    ranked.sort { ($0.agreement, -$0.similarity, $0.row) < ($1.agreement, -$1.similarity, $1.row) }
    var near: Set<Int> = []
    var chosen: [Int] = []
    for (row, _, _) in ranked where !near.contains(row) && chosen.count < count {
      chosen.append(row)
      near.formUnion(neighbours.lists[row].prefix(neighbourCount).map(\.sample))
    }
    return chosen
  }
}
