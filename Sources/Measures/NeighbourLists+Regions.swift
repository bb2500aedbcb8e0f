import Torch

extension NeighbourLists {
  /// Up to this many samples each is compared with each.
  package static let mostCompared = 20_000
  /// Samples of a region, on average, and regions that are looked through for each sample.
  private static let regionSize = 400
  private static let mostRegions = 1000
  private static let regionsSearched = 8

  /// The most similar other samples, looked for near each sample only where there are more than `mostCompared`.
  ///
  /// A large set is divided into regions of about 400 samples (k-means on a part of it), and a sample is compared
  /// with those of its own region and of the 7 regions nearest to this one (an inverted file, as in Jégou et al. 2011).
  /// Time then grows with the number of samples and not with its square; a few of the neighbours at the border of the
  /// regions are missed. Copies of a sample are in its region, so that they are never missed.
  ///
  /// - Parameters:
  ///   - features: [samples, features], at least two samples; finite.
  ///   - count: the length of each list, at least 1.
  ///   - limit: up to how many samples each is compared with each.
  package init(nearby features: Tensor, count: Int, seed: UInt64 = 0, limit: Int = mostCompared) throws(MeasureError) {
    let (rows, _) = try checkMatrix("features", features)
    guard rows > limit, rows >= 2 * Self.regionSize else {
      try self.init(of: features, count: count)
      return
    }
    guard count > 0 else { throw .parameter("count", found: "\(count)", expected: "at least 1") }
    let unit = try computing { () throws(TorchError) in try normalized(features.detach().to(dtype: .float32)) }
    let regions = try KMeans(
      of: unit, count: min(rows / Self.regionSize, Self.mostRegions), seed: seed, mostRounds: 10, starts: 1,
      fittingOn: Self.mostCompared)
    var members = [[Int]](repeating: [], count: regions.centres.shape[0])
    for (row, region) in regions.assignments.enumerated() { members[region].append(row) }
    // Nearest centres by cosine; a region that holds nothing is near to nobody.
    let filled = members.indices.filter { !members[$0].isEmpty }
    let centres = try computing { () throws(TorchError) in
      try regions.centres.indexed(by: Tensor(filled.map(Int64.init)))
    }
    var lists = [[Neighbour]](repeating: [], count: rows)
    // Each centre comes with all others, the nearest first, so that few copies in a region find enough neighbours.
    let order = try Self.order(of: centres)
    for (place, region) in filled.enumerated() {
      let own = members[region]
      var bank = own
      for (number, other) in order[place].enumerated() {
        guard number + 1 < Self.regionsSearched || bank.count <= count else { break }
        bank += members[filled[other]]
      }
      let part = try computing { () throws(TorchError) in try unit.indexed(by: Tensor(bank.map(Int64.init))) }
      let queries = try computing { () throws(TorchError) in try part.rows(0..<own.count) }
      try forEachQuery(
        in: queries, bank: part, count: min(count, bank.count - 1), groups: Array(bank.indices)
      ) { query, nearest in
        lists[own[query]] = nearest.map { Neighbour(sample: bank[$0.sample], similarity: $0.similarity) }
      }
    }
    self.init(lists: lists)
  }

  /// For each centre the others, the nearest first.
  private static func order(of centres: Tensor) throws(MeasureError) -> [[Int]] {
    guard centres.shape[0] > 1 else { return [[]] }
    return try NeighbourLists(of: centres, count: centres.shape[0] - 1).lists.map { $0.map(\.sample) }
  }
}
