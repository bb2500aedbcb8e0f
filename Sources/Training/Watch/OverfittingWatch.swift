import Foundation
import Learning
import Settings

/// Sees where a run begins to learn its samples by heart: the loss on samples that are held out has not fallen for some
/// measurements, while that on as many of the others has.
struct OverfittingWatch {
  /// Measurements without a fall, if the user chose no number.
  static let usualPatience = 5

  private let patience: Int
  /// Whether a fall has to be missing beyond the noise of the measurements: where nobody chose when to stop, small held-out
  /// parts, whose loss varies, are no reason to.
  private let looksAtNoise: Bool
  private var best: StepMetrics?
  /// The loss on held-out samples at the best measurement and after it.
  private var losses: [Double] = []
  private var isSaid = false

  init(patience: Patience?) {
    if case .measurements(let count) = patience {
      (self.patience, looksAtNoise) = (count, false)
    } else {
      (self.patience, looksAtNoise) = (Self.usualPatience, true)
    }
  }

  mutating func check(_ line: StepMetrics) -> Alarm? {
    guard let heldOut = line.heldOutLoss, let seen = line.seenLoss else { return nil }
    guard let best, let bestHeldOut = best.heldOutLoss, let bestSeen = best.seenLoss, heldOut >= bestHeldOut else {
      best = line
      losses = [Double(heldOut)]
      return nil
    }
    losses.append(Double(heldOut))
    let looksSince = losses.count - 1
    guard looksSince >= patience, seen < bestSeen, !isSaid, !looksAtNoise || isAboveNoise else { return nil }
    isSaid = true
    let numbers = String(
      format:
        "the loss on held-out samples has not fallen for %d measurements (%.4g, best %.4g), that on the others has (from "
        + "%.4g to %.4g)", looksSince, heldOut, bestHeldOut, bestSeen, seen)
    return Alarm(
      kind: .overfitting, step: line.step, since: best.step, what: numbers,
      advice:
        """
        it begins to learn its samples by heart: stop here, as \(setting: "patience") does, use more data, stronger views or \
        more \(setting: "weight-decay")
        """)
  }

  /// Whether the measurements since the best lie above it by more than twice their noise: the standard deviation of the
  /// differences between neighbours, which a steady rise does not widen.
  private var isAboveNoise: Bool {
    let later = losses.dropFirst()
    let rise = later.reduce(0, +) / Double(later.count) - losses[0]
    let differences = zip(later, losses).map { $0 - $1 }
    let mean = differences.reduce(0, +) / Double(differences.count)
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, differences.count - 1))
    return rise > 2 * (variance / 2).squareRoot()
  }
}
