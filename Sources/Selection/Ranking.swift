import Learning
import Measures

/// The contenders from best to worst, as far as this can be judged without labels.
///
/// Rank and spread of features say little across families of methods, which shape features differently. So within a
/// family, contenders are ordered by the mean of four places (the probe for the pretext task, alignment, uniformity,
/// RankMe). Then the best of each family are compared by the probe alone, the winner is removed, and so on.
///
/// On 17 runs on the digits, these four together agreed best with nearest neighbours. A single measure can even give
/// the reverse order: LiDAR and RankMe are highest for networks that are hardly trained. See docs/benchmarks.md.
package struct Ranking: Sendable {
  /// Indices of the given contenders, best first.
  package let order: [Int]

  package init(_ contenders: [Contender]) {
    var families = Dictionary(grouping: contenders.indices) { contenders[$0].family }
      .mapValues { Self.orderedWithin($0, contenders) }
    var order: [Int] = []
    while order.count < contenders.count {
      let best = families.filter { !$0.value.isEmpty }.min { a, b in
        Self.isBetter(contenders[a.value[0]], contenders[b.value[0]], a.value[0] < b.value[0])
      }
      guard let best else { break }
      order.append(best.value[0])
      families[best.key]?.removeFirst()
    }
    self.order = order
  }

  /// Compares by the probe; of equal contenders the smaller network wins, then the one named first.
  private static func isBetter(_ a: Contender, _ b: Contender, _ isFirst: Bool) -> Bool {
    let (left, right) = (a.judgement.pretext.value, b.judgement.pretext.value)
    if left != right { return left > right }
    return a.parameterCount == b.parameterCount ? isFirst : a.parameterCount < b.parameterCount
  }

  static func orderedWithin(_ family: [Int], _ contenders: [Contender]) -> [Int] {
    let measures: [(Contender) -> Double] = [
      \.judgement.pretext.value, { -$0.judgement.alignment }, { -$0.judgement.uniformity }, \.judgement.effectiveRank,
    ]
    var places = [Int: Double](uniqueKeysWithValues: family.map { ($0, 0) })
    for measure in measures {
      for member in family {
        // Equal contenders share the mean of their places.
        let own = measure(contenders[member])
        let above = family.count { measure(contenders[$0]) > own }
        let equal = family.count { measure(contenders[$0]) == own }
        places[member, default: 0] += Double(above) + Double(equal - 1) / 2
      }
    }
    return family.sorted { a, b in
      let (left, right) = (places[a, default: 0], places[b, default: 0])
      return left == right ? isBetter(contenders[a], contenders[b], a < b) : left < right
    }
  }
}

/// The agreement of an order without labels with that of nearest neighbours, if labels are known: Kendall's τ, 1 for
/// the same order, 0 for unrelated ones.
package struct Agreement: Codable, Sendable, Equatable {
  /// Over all contenders.
  package let across: Double?
  /// The mean over families of at least three.
  package let within: Double?

  init?(_ ordered: [Contender]) throws(MeasureError) {
    var (places, truths): ([Double], [Double]) = ([], [])
    for (place, contender) in ordered.enumerated() {
      guard let truth = contender.judgement.neighbours?.value else { return nil }
      places.append(-Double(place))
      truths.append(truth)
    }
    guard ordered.count >= 3 else { return nil }
    across = try kendallTau(places, truths)
    var taus: [Double] = []
    for members in Dictionary(grouping: ordered.indices, by: { ordered[$0].family }).values where members.count >= 3 {
      if let tau = try kendallTau(members.map { places[$0] }, members.map { truths[$0] }) { taus.append(tau) }
    }
    within = taus.isEmpty ? nil : taus.reduce(0, +) / Double(taus.count)
  }
}
