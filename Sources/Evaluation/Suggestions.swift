import Foundation
import Learning
import Measures
import Samples
import Settings
import Torch
import Training

/// Which samples to label next: typical ones, each of another region (TypiClust, Hacohen et al. 2022).
///
/// Features of unit length are divided into as many clusters as there will be labels, those that are there and those that
/// are asked for, but no more than `mostClusters`. The largest clusters that hold the fewest labels are asked for first,
/// each by its most typical sample: the one whose mean distance to its nearest 20 neighbours in the cluster is least.
/// Of more than 20,000 samples, clusters are fitted on a part, and neighbours are looked for nearby
/// (`NeighbourLists.init(nearby:)`), so that time does not grow with the square of their number.
package struct Suggestions: Codable, Sendable {
  package struct Sample: Codable, Sendable {
    package let name: String
    /// Samples of the region that it stands for.
    package let regionSize: Int
    /// 1 / mean distance to its nearest neighbours there.
    package let typicality: Double
  }

  package struct Group: Codable, Sendable {
    package let names: [String]
    /// What labels say of them, where they do not agree; empty otherwise.
    package let labels: [String]
  }

  package let run: String
  /// The suggested samples, in the order in which to label them.
  package let suggested: [Sample]
  /// Labelled already, and not asked for.
  package let labelledCount: Int
  /// Samples that lie nearly on each other, the nearest first: to label one is to label all.
  package let duplicates: [Group]
  /// Samples that are near to no other, the farthest first: check whether they belong to the data.
  package let outliers: [String]
  /// All samples look alike to the network, so that nothing is near or far.
  package let isIndistinct: Bool
  package let skipped: [SampleError]

  /// As in the paper.
  static let mostClusters = 500
  static let neighbourCount = 20

  /// - Parameters:
  ///   - count: how many to suggest, at least 1.
  ///   - labels: of samples that need none any more.
  package init(
    of run: RunFolder, on data: any SampleCollection, count: Int, labels: Labels? = nil, seed: UInt64 = 0,
    progress: (String) -> Void = { _ in }
  ) throws {
    progress("Encoding \(data.names.count) \(data.configuration.plural)")
    let encoder = try Encoder(of: run)
    for damage in encoder.damaged { progress("\(damage); using the one before it") }
    let (features, places, skipped) = try encoder.features(of: data.evaluationView(of: Array(data.names.indices)))
    guard places.count > 1 else { throw MeasureError.tooFew("samples", found: places.count, needed: 2) }
    let names = data.names
    let isLabelled = places.map { labels?.classIndices[$0] != nil }
    progress(
      places.count > NeighbourLists.mostCompared
        ? "Looking for regions; near-duplicates and outliers are found within neighbouring regions, because there are more "
          + "than \(Figure.count(NeighbourLists.mostCompared)) samples"
        : "Looking for regions")
    let chosen = try Self.choose(count, of: features, isLabelled: isLabelled, seed: seed)
    let odd = OddSamples(try NeighbourLists(nearby: features, count: 10, seed: seed))
    self.run = run.path
    suggested = chosen.map { Sample(name: names[places[$0.row]], regionSize: $0.size, typicality: $0.typicality) }
    labelledCount = isLabelled.count(where: \.self)
    duplicates = odd.duplicates.map { rows in
      let found = Set(rows.compactMap { row in labels?.classIndices[places[row]].flatMap { labels?.classes[$0] } })
      return Group(names: rows.map { names[places[$0]] }, labels: found.count > 1 ? found.sorted() : [])
    }
    outliers = odd.outliers.map { names[places[$0]] }
    isIndistinct = odd.isIndistinct
    self.skipped = data.skipped + skipped
  }

  /// Rows to label, in order; fewer than `count` where fewer have no label.
  static func choose(
    _ count: Int, of features: Tensor, isLabelled: [Bool], seed: UInt64
  ) throws -> [(row: Int, size: Int, typicality: Double)] {
    let total = isLabelled.count
    let known = isLabelled.count(where: \.self)
    let wanted = min(count, total - known)
    guard wanted > 0 else { return [] }
    let unit = try noGrad { () throws(TorchError) in try normalized(features.to(dtype: .float32)) }
    let clusters = min(known + wanted, mostClusters, total)
    let assignments = try KMeans(of: unit, count: clusters, seed: seed, fittingOn: NeighbourLists.mostCompared)
      .assignments
    var regions = Dictionary(grouping: 0..<total) { assignments[$0] }.sorted { $0.key < $1.key }.map { entry in
      let asked = entry.value.count { isLabelled[$0] }
      return (rows: entry.value, asked: asked, left: entry.value.count - asked)
    }
    // The rows without a label of a region that was asked for, the most typical last.
    var waiting: [Int: [(row: Int, typicality: Double)]] = [:]
    var result: [(row: Int, size: Int, typicality: Double)] = []
    while result.count < wanted {
      // Fewest labels first, then the largest; those that are used up are left out.
      let open = regions.indices.filter { regions[$0].left > 0 }
      guard
        let place = open.min(by: {
          (regions[$0].asked, -regions[$0].rows.count, $0) < (regions[$1].asked, -regions[$1].rows.count, $1)
        })
      else { break }
      if waiting[place] == nil {
        let known = try typicality(of: regions[place].rows, unit)
        waiting[place] = regions[place].rows.filter { !isLabelled[$0] }.map { ($0, known[$0] ?? 0) }
          .sorted { ($0.typicality, -$0.row) < ($1.typicality, -$1.row) }
      }
      guard let best = waiting[place]?.popLast() else { break }
      regions[place].left -= 1
      regions[place].asked += 1
      result.append((best.row, regions[place].rows.count, best.typicality))
    }
    return result
  }

  /// 1 / the mean distance of each row to its nearest neighbours among `rows`.
  private static func typicality(of rows: [Int], _ unit: Tensor) throws -> [Int: Double] {
    guard rows.count > 1 else { return Dictionary(uniqueKeysWithValues: rows.map { ($0, 0) }) }
    let part = try unit.indexed(by: Tensor(rows.map(Int64.init)))
    let lists = try NeighbourLists(nearby: part, count: min(neighbourCount, rows.count - 1)).lists
    return Dictionary(
      uniqueKeysWithValues: zip(rows, lists).map { row, list in
        // Between unit vectors the squared distance is 2 − 2 cosine.
        let mean = list.reduce(0) { $0 + max(0, 2 - 2 * $1.similarity).squareRoot() } / Double(list.count)
        return (row, 1 / max(mean, 1e-6))
      })
  }
}
