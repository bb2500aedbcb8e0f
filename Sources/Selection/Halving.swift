/// Successive halving (Jamieson & Talwalkar 2016): all candidates train a little, the better half goes on, and so on until
/// at most three are left, which train to their end. Each round takes as long as any other.
public struct Halving: Codable, Sendable, Equatable {
  /// How many candidates train in each round, falling.
  public let counts: [Int]

  /// - Parameter count: of candidates, at least 1.
  public init(_ count: Int) {
    var counts = [count]
    while let last = counts.last, last > Self.finalists { counts.append((last + 1) / 2) }
    self.counts = counts
  }

  static let finalists = 3

  /// Part of a whole run that a candidate has trained after each round that it took part in; the last is 1.
  public var shares: [Double] {
    let each = counts.map { 1 / Double($0) }
    let total = each.reduce(0, +)
    var (sum, shares): (Double, [Double]) = (0, [])
    for share in each {
      sum += share
      shares.append(min(1, sum / total))
    }
    shares[shares.count - 1] = 1
    return shares
  }

  /// Minutes of a whole run where all rounds together take `minutes`.
  public func minutesOfOne(in minutes: Double) -> Double {
    counts.reduce(0) { $0 + minutes / Double(counts.count) / Double($1) }
  }
}
