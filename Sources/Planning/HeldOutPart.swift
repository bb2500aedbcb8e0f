import Learning
import Samples
import Training

extension RunRequest {
  /// Below this count every sample is needed to learn from.
  static let leastForHoldingOut = 1000
  static let usualHoldOut = 0.05
  /// More samples would not make the measurement better.
  static let mostHeldOut = 256

  /// Divides what may be trained on; which samples are held out follows from the numbers alone.
  ///
  /// - Parameter groups: those that no division divides; nil where none are known.
  func divided(_ samples: [Int], groups: Groups? = nil) -> (training: [Int], heldOut: [Int]) {
    let share = holdOut ?? (samples.count >= Self.leastForHoldingOut ? Self.usualHoldOut : 0)
    return Self.divided(
      samples, holdingOut: min(Int(share * Double(samples.count)), Self.mostHeldOut), groups: groups)
  }

  /// Evenly spaced, so that every class of a sorted list is held out; with groups, as many whole ones as about so many
  /// samples are of.
  static func divided(
    _ samples: [Int], holdingOut count: Int, groups: Groups? = nil
  ) -> (training: [Int], heldOut: [Int]) {
    if let groups { return divided(samples, holdingOut: count, groups) }
    let count = min(count, samples.count - 2)
    // One sample has nothing to be compared with.
    guard count >= 2 else { return (samples, []) }
    let places = (0..<count).map { $0 * samples.count / count }
    let held = Set(places)
    return (samples.indices.filter { !held.contains($0) }.map { samples[$0] }, places.map { samples[$0] })
  }

  /// Whole groups, evenly spaced over the order in which they first occur, until so many samples are held out. At least
  /// one group stays on each side.
  private static func divided(
    _ samples: [Int], holdingOut count: Int, _ groups: Groups
  ) -> (training: [Int], heldOut: [Int]) {
    var members: [[Int]] = []
    var places: [Int: Int] = [:]
    for sample in samples {
      if let group = groups.indices[sample] {
        if let place = places[group] {
          members[place].append(sample)
          continue
        }
        places[group] = members.count
      }
      members.append([sample])
    }
    guard count >= 2, members.count >= 2 else { return (samples, []) }
    let wanted = max(1, members.count * count / max(1, samples.count))
    var held: Set<Int> = []
    var heldCount = 0
    for place in 0..<wanted where heldCount < count {
      let index = place * members.count / wanted
      guard heldCount + members[index].count <= samples.count - 2 else { continue }
      held.formUnion(members[index])
      heldCount += members[index].count
    }
    // One sample has nothing to be compared with.
    guard heldCount >= 2 else { return (samples, []) }
    return (samples.filter { !held.contains($0) }, samples.filter(held.contains))
  }
}
