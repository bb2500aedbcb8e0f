import Learning
import Measures

/// Contenders from best to worst, as far as that can be told without labels.
///
/// Rank and spread of features say little across families of methods, whose features are made to look different: they only
/// order those of one family, by the mean of four places (the probe for the pretext task, alignment, uniformity, RankMe).
/// The families' best are then compared by the probe alone, the winner is taken out, and so on.
///
/// That these four agree best with nearest neighbours, where each by itself may even be reversed (LiDAR and RankMe are
/// highest of networks that have hardly been trained), was found on 17 runs on the digits; see docs/benchmarks.md.
public struct Ranking: Sendable {
  /// Places in the list that was given, the best first.
  public let order: [Int]

  public init(_ contenders: [Contender]) {
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

  /// By the probe; of equals the smaller network, then the one named first.
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
        // Equals share the mean of their places.
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

/// How far an order without labels agrees with that of nearest neighbours, where labels are known: Kendall's τ, 1 for the
/// same order, 0 for none in common.
public struct Agreement: Codable, Sendable, Equatable {
  /// Over all contenders.
  public let across: Double?
  /// The mean over families of at least three.
  public let within: Double?

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
