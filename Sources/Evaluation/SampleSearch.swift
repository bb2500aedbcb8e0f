import Foundation
import Learning
import Measures
import Samples
import Settings
import Torch
import Training

/// Finds the samples of a collection that are most similar to a query, by the cosine of a run's features.
///
/// Exact: every sample is compared with every query. Samples are encoded batch by batch and forgotten, so that a collection
/// of any size can be searched.
package struct SampleSearch: Codable, Sendable {
  package struct Match: Codable, Sendable, Equatable {
    package let name: String
    /// The cosine, from −1 to 1.
    package let score: Double
  }

  package struct Answer: Codable, Sendable {
    package let query: String
    /// The most similar first; of equally similar samples the earlier.
    package let matches: [Match]
  }

  package let answers: [Answer]
  /// How many samples were compared.
  package let searched: Int
  package let skipped: [SampleError]
  /// Queries that cannot be read.
  package let skippedQueries: [SampleError]

  /// - Parameters:
  ///   - queries: samples of the same kind; each is a query.
  ///   - count: the most matches of a query, at least 1.
  ///   - progress: called with how many samples are done.
  /// - Throws: `DatasetError.noneReadable` if no query can be read.
  package init(
    for queries: any SampleCollection, in data: any SampleCollection, by encoder: Encoder, count: Int,
    progress: (Int) throws -> Void = { _ in }
  ) throws {
    let (asked, readable, unreadable) = try encoder.features(
      of: encoder.views(of: Array(queries.names.indices), in: queries))
    guard !readable.isEmpty else {
      throw DatasetError.noneReadable(lookedFor: "queries", queries.skipped + unreadable)
    }
    var best: [[(sample: Int, similarity: Double)]] = readable.map { _ in [] }
    var searched = 0
    let skipped = try encoder.forEachBatch(of: encoder.views(of: Array(data.names.indices), in: data)) {
      features, samples in
      let found = try NeighbourLists(of: asked, in: features, count: count)
      for (query, list) in found.lists.enumerated() {
        let added = list.map { (sample: samples[$0.sample], similarity: $0.similarity) }
        let all = (best[query] + added).sorted {
          $0.similarity != $1.similarity ? $0.similarity > $1.similarity : $0.sample < $1.sample
        }
        best[query] = Array(all.prefix(count))
      }
      searched += samples.count
      try progress(searched)
    }
    let (names, asking) = (data.names, queries.names)
    answers = zip(readable, best).map { query, list in
      Answer(query: asking[query], matches: list.map { Match(name: names[$0.sample], score: $0.similarity) })
    }
    self.searched = searched
    self.skipped = data.skipped + skipped
    skippedQueries = queries.skipped + unreadable
  }
}

/// How well one part of each sample finds the other part of the same sample among those of all samples: a title its body.
package struct PairRetrieval: Codable, Sendable, Equatable {
  package let count: Int
  /// The share of queries whose own part is the first found, among the first 5, among the first 10.
  package let recallAt1: Double
  package let recallAt5: Double
  package let recallAt10: Double
  /// The place of the own part, from 1; half of the queries have a better one.
  package let medianRank: Double
  /// The normalised discounted cumulative gain of the first ten: 1 / log₂(1 + place), 0 beyond (Järvelin & Kekäläinen 2002).
  package let nDCGAt10: Double

  /// - Parameter ranks: the place of each query's own part, from 1; at least one.
  package init(ranks: [Int]) {
    count = ranks.count
    func share(_ limit: Int) -> Double { Double(ranks.count { $0 <= limit }) / Double(max(1, ranks.count)) }
    recallAt1 = share(1)
    recallAt5 = share(5)
    recallAt10 = share(10)
    let sorted = ranks.sorted()
    let middle = sorted.count / 2
    medianRank =
      sorted.isEmpty
      ? 0 : sorted.count % 2 == 1 ? Double(sorted[middle]) : Double(sorted[middle - 1] + sorted[middle]) / 2
    nDCGAt10 = ranks.reduce(0) { $0 + ($1 <= 10 ? 1 / log2(1 + Double($1)) : 0) } / Double(max(1, ranks.count))
  }

  /// - Parameters:
  ///   - queries: [count, features]
  ///   - documents: row for row what each query has to find; equally similar ones count as found before it.
  package init(of queries: Tensor, in documents: Tensor) throws {
    let (first, second) = try (normalized(queries.to(dtype: .float32)), normalized(documents.to(dtype: .float32)))
    let count = first.shape[0]
    var ranks: [Int] = []
    let size = 256
    for start in stride(from: 0, to: count, by: size) {
      let end = min(start + size, count)
      let scores = try first.rows(start..<end).matmul(second.transposed())
      let values = try scores.values(as: Float.self)
      for row in start..<end {
        let line = values[(row - start) * count..<(row - start + 1) * count]
        let own = line[line.startIndex + row]
        ranks.append(line.count { $0 >= own })
      }
    }
    self.init(ranks: ranks)
  }

  /// - Throws: `DatasetError.unusable` if the samples are not in two parts.
  package init(in data: any SampleCollection, by encoder: Encoder) throws {
    guard let (first, second) = data.relatedParts(of: Array(data.names.indices)) else {
      throw DatasetError.unusable(
        "These \(data.configuration.plural) have no two parts of which one could find the other.")
    }
    try self.init(of: encoder.features(of: first).features, in: encoder.features(of: second).features)
  }

}
