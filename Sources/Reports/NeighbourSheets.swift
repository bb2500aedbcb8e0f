import Measures
import Torch

/// Which samples to show with their nearest neighbours: typical ones, spread over the data, and where labels exist, those
/// whose neighbours all say otherwise.
struct NeighbourSheets {
  /// In each sheet.
  static let neighbourCount = 8

  /// Rows.
  let typical: [Int]
  /// Rows, the most confused first.
  let confused: [Int]

  /// - Parameters:
  ///   - features: [rows, features]
  ///   - neighbours: at least `neighbourCount` a sample, of enough samples.
  ///   - sparsity: one number a row; the denser half is typical.
  ///   - labels: one a row, nil where there is none.
  init(
    features: Tensor, neighbours: NeighbourLists, sparsity: [Double], labels: [Int?], typicalCount: Int,
    confusedCount: Int
  ) throws {
    typical = try Self.typical(features, sparsity: sparsity, labels: labels, count: typicalCount)
    confused = Self.confused(neighbours, labels: labels, count: confusedCount)
  }

  /// One after another the sample that is least like those chosen before, from the denser half of a class that was
  /// chosen least often.
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

  /// Labelled samples of whose nearest labelled neighbours at most a quarter agree, the least agreed and the nearest
  /// first; none that is a neighbour of one already chosen.
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
