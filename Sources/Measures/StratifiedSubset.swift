/// The samples to keep when only a fraction of the labels may be used: that fraction of all, with about as much of every
/// class and at least one sample of each.
///
/// Depends on nothing but the arguments. With the same seed, the subset of a smaller fraction is part of that of a larger.
///
/// With groups, each group is taken as a whole or left as a whole, so that shares can only be near the fraction: a draw in
/// random order, improved until neither taking or leaving one group, nor, of up to 1,000 groups, exchanging two, brings
/// Σ (taken − wanted)² / samples over the classes nearer to 0. A fraction below 1 takes at least one group and leaves at
/// least one, however large a group is. A class may then have no sample in the subset, and subsets of two fractions need
/// not be parts of each other. Where each sample is a group of its own, the draw is that without groups, unless that one
/// takes everything.
///
/// - Parameters:
///   - labels: one per sample, at least one; any integers.
///   - fraction: above 0, at most 1; 1 takes everything.
///   - seed: another one gives another draw.
///   - groups: one per sample, any integers, nil for a sample that belongs to none and is a group of its own.
/// - Returns: indices into `labels`, rising.
/// - Throws: `MeasureError.parameter` for another fraction, `.tooFew` without labels or where a fraction below 1 is wanted
///   of a single group, `.count` where there are not as many groups as labels.
package func stratifiedSubset(
  of labels: [Int], fraction: Double, seed: UInt64, groups: [Int?]? = nil
) throws(MeasureError) -> [Int] {
  guard fraction > 0, fraction <= 1 else {
    throw .parameter("fraction", found: "\(fraction)", expected: "above 0, at most 1")
  }
  guard !labels.isEmpty else { throw .tooFew("labels", found: 0, needed: 1) }
  let classes = Dictionary(grouping: labels.indices) { labels[$0] }
  let ordered = classes.keys.sorted()
  let sizes = ordered.map { classes[$0]?.count ?? 0 }
  let wanted = apportioned(sizes, fraction: fraction)
  guard let groups else {
    return zip(ordered, wanted).flatMap { label, count in
      shuffled(classes[label] ?? [], of: label, seed: seed).prefix(count)
    }.sorted()
  }
  let known = try SampleGroups(groups, sampleCount: labels.count)
  guard fraction < 1 else { return Array(labels.indices) }
  guard known.count > 1 else { throw .tooFew("groups", found: known.count, needed: 2) }
  let ranks = Dictionary(uniqueKeysWithValues: zip(ordered, 0...))
  let members = known.members
  var draw = GroupDraw(
    of: members.map { group in
      Dictionary(grouping: group) { ranks[labels[$0]] ?? 0 }
        .map { GroupDraw.Share(stratum: $0.key, count: $0.value.count) }.sorted { $0.stratum < $1.stratum }
    }, sizes: sizes, wanted: wanted)
  draw.run(in: order(of: members, labels, seed: seed))
  return draw.taken.flatMap { members[$0] }.sorted()
}

/// A stream of its own for each class: what one class draws does not depend on the others.
private func shuffled(_ members: [Int], of label: Int, seed: UInt64) -> [Int] {
  var seeds = RandomSource(seed: seed ^ UInt64(bitPattern: Int64(label)))
  var random = RandomSource(seed: seeds.next())
  return random.shuffled(members)
}

/// The order in which groups are asked: each class, by the most frequent label of a group, shuffles its own, and the classes
/// take turns by their numbers of groups.
private func order(of members: [[Int]], _ labels: [Int], seed: UInt64) -> [Int] {
  let home = members.map { group in
    let counts = Dictionary(grouping: group) { labels[$0] }.mapValues(\.count)
    return counts.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key ?? 0
  }
  let places = Dictionary(grouping: members.indices) { home[$0] }.flatMap { label, groups in
    shuffled(groups, of: label, seed: seed).enumerated().map { place, group in
      (turn: (Double(place) + 0.5) / Double(groups.count), label: label, group: group)
    }
  }
  return places.sorted { ($0.turn, $0.label) < ($1.turn, $1.label) }.map(\.group)
}

/// Which of some groups to take so that each stratum gives about as many samples as are wanted of it.
private struct GroupDraw {
  /// How many samples of a stratum a group has.
  struct Share {
    let stratum: Int
    let count: Int
  }

  private let groups: [[Share]]
  /// 1 / samples of each stratum.
  private let weights: [Double]
  /// Samples taken of each stratum less those wanted.
  private var excess: [Double]
  private var isTaken: [Bool]
  private var takenCount = 0

  /// A gain that is not rounding: a single stratum's is at least 1 / its samples.
  private static let leastGain = 1e-12
  /// The most groups of which every pair is tried; of more, single groups come near enough.
  private static let mostForExchanges = 1000

  var taken: [Int] { isTaken.indices.filter { isTaken[$0] } }

  init(of groups: [[Share]], sizes: [Int], wanted: [Int]) {
    self.groups = groups
    weights = sizes.map { 1 / Double($0) }
    excess = wanted.map { -Double($0) }
    isTaken = Array(repeating: false, count: groups.count)
  }

  /// Takes groups in this order while they help, and then improves the choice.
  mutating func run(in order: [Int]) {
    for group in order where change(group) < -Self.leastGain { flip(group) }
    // Neither nothing nor everything: of the groups that would have to change, the one that costs the least.
    if takenCount == 0 || takenCount == groups.count, let group = order.min(by: { change($0) < change($1) }) {
      flip(group)
    }
    // Each round lowers the same sum, so that it ends; the bound is for what rounding might do.
    for _ in 0..<100 {
      let isFlipped = flipOnes(of: order)
      let isExchanged = exchangeOnes(of: order)
      if !isFlipped, !isExchanged { break }
    }
  }

  /// What taking a group, or leaving one that is taken, adds to Σ excess² / samples.
  private func change(_ group: Int) -> Double {
    let sign = isTaken[group] ? -1.0 : 1
    return groups[group].reduce(0) { sum, share in
      let count = Double(share.count)
      return sum + (2 * sign * excess[share.stratum] * count + count * count) * weights[share.stratum]
    }
  }

  private mutating func flip(_ group: Int) {
    let sign = isTaken[group] ? -1.0 : 1
    for share in groups[group] { excess[share.stratum] += sign * Double(share.count) }
    takenCount += isTaken[group] ? -1 : 1
    isTaken[group].toggle()
  }

  private mutating func flipOnes(of order: [Int]) -> Bool {
    var isBetter = false
    for group in order where change(group) < -Self.leastGain {
      let after = takenCount + (isTaken[group] ? -1 : 1)
      guard after > 0, after < groups.count else { continue }
      flip(group)
      isBetter = true
    }
    return isBetter
  }

  private mutating func exchangeOnes(of order: [Int]) -> Bool {
    guard groups.count <= Self.mostForExchanges else { return false }
    var isBetter = false
    for out in order where isTaken[out] {
      let gain = change(out)
      flip(out)
      if let other = order.first(where: { !isTaken[$0] && $0 != out && gain + change($0) < -Self.leastGain }) {
        flip(other)
        isBetter = true
      } else {
        flip(out)
      }
    }
    return isBetter
  }
}
