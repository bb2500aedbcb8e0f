import Learning
import Torch
import Training

/// How surprising a step is to a network that represents steps (Yue et al. 2022, TS2Vec, section 4.3): how much the vector of the
/// last step that is seen changes if the step itself is hidden, relative to the steps before it.
struct RepresentationChanges {
  let encoder: Encoder
  /// How many steps before each step the network sees.
  let context: Int

  /// So many steps before a step say what change is usual.
  static let remembered = 21
  /// Steps whose vectors are in memory at a time.
  private static let stepsAtOnce = 2048

  /// A score for each of the first `limit` steps of a sample; nil where a value is missing, or where fewer than `remembered` steps come before.
  ///
  /// - Parameters:
  ///   - seen: is called with the vectors of the steps as they are, [steps, width], some at a time and in their order.
  ///   - report: is called with the number of steps that were looked at since it was called last.
  func scores(
    of sample: Int, in steps: any RecordedSteps, limit: Int = .max, seen: (Tensor) throws -> Void,
    _ report: (Int) throws -> Void
  ) throws -> [Double?] {
    let count = min(limit, steps.lengths[sample])
    let channels = steps.channels.count
    let values = steps.values(of: sample)
    var changes: [Double?] = []
    changes.reserveCapacity(count)
    for first in stride(from: 0, to: count, by: Self.stepsAtOnce) {
      let part = first..<min(first + Self.stepsAtOnce, count)
      let vectors = try [false, true].map { isHidden in
        try encoder.lastSteps(
          of: steps.contexts(of: sample, at: Array(part), context: context, hidesLast: isHidden))
      }
      try seen(vectors[0])
      let found = try noGrad { () throws(TorchError) in
        try (vectors[0] - vectors[1]).magnitude().sum([1]).values(as: Float.self)
      }
      for (step, change) in zip(part, found) {
        let isKnown = !values[step * channels..<(step + 1) * channels].contains { $0.isNaN }
        changes.append(isKnown ? Double(change) : nil)
      }
      try report(part.count)
    }
    return Self.relative(changes)
  }

  /// (change − mean) / mean, with the mean of the last 21 known changes before; nil where these are too few, or all 0.
  static func relative(_ changes: [Double?]) -> [Double?] {
    var former: [Double] = []
    return changes.map { change in
      guard let change else { return nil }
      defer {
        former.append(change)
        if former.count > remembered { former.removeFirst() }
      }
      guard former.count == remembered else { return nil }
      let mean = former.reduce(0, +) / Double(remembered)
      return mean > 0 ? (change - mean) / mean : nil
    }
  }
}
