/// Successive halving (Jamieson & Talwalkar 2016): all candidates are trained for a short time and the better half
/// continues, until at most three are left, which are trained to the end. All rounds take equally long.
package struct Halving: Codable, Sendable, Equatable {
  /// The falling number of candidates in each round.
  package let counts: [Int]
  /// How many candidates are trained beside each other.
  package let processes: Int

  /// - Parameters:
  ///   - count: the number of candidates, at least 1.
  ///   - processes: at least 1.
  package init(_ count: Int, processes: Int = 1) {
    self.processes = processes
    var counts = [count]
    while let last = counts.last, last > Self.finalists { counts.append((last + 1) / 2) }
    self.counts = counts
  }

  static let finalists = 3

  /// How many candidates each round trains one after the other.
  private var turns: [Int] { counts.map { ($0 + processes - 1) / processes } }

  /// The part of a whole run that a candidate has completed after each round; the last is 1.
  package var shares: [Double] {
    let each = turns.map { 1 / Double($0) }
    let total = each.reduce(0, +)
    var (sum, shares): (Double, [Double]) = (0, [])
    for share in each {
      sum += share
      shares.append(min(1, sum / total))
    }
    shares[shares.count - 1] = 1
    return shares
  }

  /// The minutes of a whole run if all rounds together take `minutes`.
  package func minutesOfOne(in minutes: Double) -> Double {
    turns.reduce(0) { $0 + minutes / Double(counts.count) / Double($1) }
  }
}
