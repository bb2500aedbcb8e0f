import Measures
import Samples
import Settings

/// A part of some samples that is held out in whole groups, with every class on both sides where its groups allow that.
///
/// A class whose samples all belong to one group stays with what is learned from: it can be learned or judged, not both.
struct HeldGroups {
  /// Rising; none where the groups leave nothing to hold out.
  let samples: [Int]
  /// How many named groups the samples have, and how many of these are held out.
  let groupCount: Int
  let heldGroupCount: Int

  /// - Parameters:
  ///   - fraction: about which part of the samples is held out, above 0 and below 1.
  ///   - samples: of which a part is held out.
  ///   - strata: what each of `samples` is drawn evenly by.
  ///   - areClasses: whether a stratum has to be on both sides, as a class has to be learned and judged.
  ///   - groups: of all samples.
  init(
    _ fraction: Double, of samples: [Int], strata: [Int], areClasses: Bool, groups: Groups, seed: UInt64
  ) throws(MeasureError) {
    guard strata.count == samples.count else {
      throw .count("strata", found: strata.count, expected: samples.count)
    }
    let own = groups.of(samples)
    let parts = Self.members(of: own)
    let strataOfPart = parts.map { part in Set(part.map { strata[$0] }) }
    let partCounts = strataOfPart.joined().reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
    let movable = parts.indices.filter { part in
      !areClasses || strataOfPart[part].allSatisfy { partCounts[$0] ?? 0 > 1 }
    }
    var held: Set<Int> = []
    if parts.count > 1, movable.count == 1 { held = Set(movable) }
    if movable.count > 1 {
      let places = movable.flatMap { parts[$0] }.sorted()
      let drawn = Set(
        try stratifiedSubset(
          of: places.map { strata[$0] }, fraction: fraction, seed: seed, groups: places.map { own[$0] }
        ).map { places[$0] })
      held = Set(movable.filter { drawn.contains(parts[$0][0]) })
    }
    if areClasses {
      let balance = ClassBalance(
        parts: parts, strata: strata, strataOfPart: strataOfPart, movable: movable, fraction: fraction, seed: seed)
      held = balance.mended(held)
    }
    self.samples = held.flatMap { parts[$0] }.sorted().map { samples[$0] }
    groupCount = Set(own.compactMap(\.self)).count
    heldGroupCount = Set(groups.of(self.samples).compactMap(\.self)).count
  }

  /// The places of each group's samples, in the order in which groups first occur; a sample without one stands alone.
  static func members(of groups: [Int?]) -> [[Int]] {
    var members: [[Int]] = []
    var places: [Int: Int] = [:]
    for (sample, group) in groups.enumerated() {
      if let group {
        if let place = places[group] {
          members[place].append(sample)
          continue
        }
        places[group] = members.count
      }
      members.append([sample])
    }
    return members
  }

  /// Where the division comes from, for people.
  func origin(seed: UInt64) -> String {
    "about a fifth of each class held out at random in whole groups, \(heldGroupCount) of \(groupCount) (seed \(seed)); "
      + "a split column fixes it"
  }
}

/// A draw of whole groups comes near the share that is wanted of each class, and may miss a class for that.
private struct ClassBalance {
  /// The samples of each group.
  let parts: [[Int]]
  let strata: [Int]
  let strataOfPart: [Set<Int>]
  /// Groups that may be held out.
  let movable: [Int]
  let fraction: Double
  let seed: UInt64

  /// The groups that are held out, changed until each class that has several groups has one on each side, where that is
  /// possible.
  func mended(_ held: Set<Int>) -> Set<Int> {
    var held = held
    var learned: [Int: Int] = [:]
    var judged: [Int: Int] = [:]
    for part in parts.indices {
      for stratum in strataOfPart[part] {
        if held.contains(part) { judged[stratum, default: 0] += 1 } else { learned[stratum, default: 0] += 1 }
      }
    }
    func move(_ part: Int, toJudge: Bool) {
      if toJudge { held.insert(part) } else { held.remove(part) }
      for stratum in strataOfPart[part] {
        judged[stratum, default: 0] += toJudge ? 1 : -1
        learned[stratum, default: 0] -= toJudge ? 1 : -1
      }
    }
    // Learning comes first: of a class that was not learned, every answer is wrong.
    for stratum in Set(strata).sorted() where learned[stratum] ?? 0 == 0 {
      if let part = nearest(held.filter { strataOfPart[$0].contains(stratum) }, 1 - fraction, of: stratum) {
        move(part, toJudge: false)
      }
    }
    for stratum in Set(strata).sorted() where judged[stratum] ?? 0 == 0 {
      let free = movable.filter { part in
        strataOfPart[part].contains(stratum) && strataOfPart[part].allSatisfy { learned[$0] ?? 0 > 1 }
      }
      if let part = nearest(free, fraction, of: stratum) { move(part, toJudge: true) }
    }
    return held
  }

  /// The group that has nearest to a share of a class; the seed decides between equals.
  private func nearest(_ candidates: some Collection<Int>, _ share: Double, of stratum: Int) -> Int? {
    let wanted = share * Double(strata.count { $0 == stratum })
    let start = Int(seed % UInt64(max(1, parts.count)))
    func cost(_ part: Int) -> (Double, Int) {
      let found = Double(parts[part].count { strata[$0] == stratum })
      return (abs(found - wanted), (part + start) % parts.count)
    }
    return candidates.min { cost($0) < cost($1) }
  }
}
