import Training

extension RunRequest {
  /// Below this count every sample is needed to learn from.
  static let leastForHoldingOut = 1000
  static let usualHoldOut = 0.05
  /// More tell nothing that these do not.
  static let mostHeldOut = 256

  /// Divides what may be trained on; which samples are held out follows from the numbers alone.
  func divided(_ samples: [Int]) -> (training: [Int], heldOut: [Int]) {
    let share = holdOut ?? (samples.count >= Self.leastForHoldingOut ? Self.usualHoldOut : 0)
    return Self.divided(samples, holdingOut: min(Int(share * Double(samples.count)), Self.mostHeldOut))
  }

  /// Every so-manieth, so that a list sorted by class loses of each.
  static func divided(_ samples: [Int], holdingOut count: Int) -> (training: [Int], heldOut: [Int]) {
    let count = min(count, samples.count - 2)
    // One sample has nothing to be compared with.
    guard count >= 2 else { return (samples, []) }
    let places = (0..<count).map { $0 * samples.count / count }
    let held = Set(places)
    return (samples.indices.filter { !held.contains($0) }.map { samples[$0] }, places.map { samples[$0] })
  }
}
