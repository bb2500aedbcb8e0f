import Measures

/// Sees without labels when a representation has settled: when the similarities among some samples are nearly what they were
/// at two thirds of the steps so far, twice in a row.
///
/// The similarities are those of a fixed set of pairs, and "nearly" is their correlation (representational similarity analysis,
/// Kriegeskorte et al. 2008). It looks back by a part of the steps, and not by a number of them, because what a run still
/// gains falls with the logarithm of its steps. Weights jitter while the learning rate is high: what is compared are means over
/// the measurements of a stretch. See docs/benchmarks.md, "When to stop", for the threshold.
struct SettlingWatch {
  /// One measurement: similarities of pairs, as whole thousandths.
  struct Look: Codable, Equatable {
    /// Counted from 1.
    let step: Int
    let similarities: [Int]
  }

  static let settled = 0.95
  /// A stretch reaches from a step back to the step divided by this, and the one before it as far again.
  static let stretch = 1.4
  /// The steps that the learning rate takes to fall, as a part of those that are done.
  static let coolingShare = 0.5
  /// No run is shortened in the first of so many parts. What few, large classes look like settles long before the rest.
  static let soonest = 2
  /// Nor where that would leave out a smaller part of it.
  static let leastSaved = 0.1
  /// Measurements in a whole run, at most.
  static let mostLooks = 40

  private var looks: [Look] = []
  private var isSettledOnce = false

  /// - Returns: the correlation of the last stretch with the one before it, nil while there is none; and whether it has settled.
  mutating func check(_ look: Look) -> (correlation: Double?, isSettled: Bool) {
    looks.append(look)
    let border = Double(look.step) / Self.stretch
    let start = border / Self.stretch
    let (before, now) = (
      looks.filter { Double($0.step) > start && Double($0.step) <= border }, looks.filter { Double($0.step) > border }
    )
    guard !before.isEmpty else { return (nil, false) }
    let agreement = correlation(Self.mean(now), Self.mean(before)) ?? 0
    defer { isSettledOnce = agreement >= Self.settled }
    return (agreement, isSettledOnce && agreement >= Self.settled)
  }

  /// How many steps a run has in all that settled after `step`; nil if that is too soon, or saves too little.
  static func steps(settledAfter step: Int, of total: Int) -> Int? {
    let all = step + max(1, Int((Double(step) * coolingShare).rounded(.up)))
    return step * soonest >= total && Double(all) <= Double(total) * (1 - leastSaved) ? all : nil
  }

  /// The mean similarity of each pair.
  private static func mean(_ looks: [Look]) -> [Double] {
    looks[0].similarities.indices.map { pair in
      Double(looks.reduce(0) { $0 + ($1.similarities.indices.contains(pair) ? $1.similarities[pair] : 0) })
        / Double(looks.count)
    }
  }
}
