import Foundation
import Settings

/// Sees where a run begins to learn its samples by heart: the loss on samples that are held out has not fallen for some
/// measurements, while that on as many of the others has.
struct OverfittingWatch {
  /// Measurements without a fall, if the user chose no number.
  static let usualPatience = 5

  private let patience: Int
  private var best: StepMetrics?
  private var looksSince = 0
  private var isSaid = false

  init(patience: Int?) { self.patience = patience ?? Self.usualPatience }

  mutating func check(_ line: StepMetrics) -> Alarm? {
    guard let heldOut = line.heldOutLoss, let seen = line.seenLoss else { return nil }
    guard let best, let bestHeldOut = best.heldOutLoss, let bestSeen = best.seenLoss, heldOut >= bestHeldOut else {
      best = line
      looksSince = 0
      return nil
    }
    looksSince += 1
    guard looksSince >= patience, seen < bestSeen, !isSaid else { return nil }
    isSaid = true
    let numbers = String(
      format:
        "the loss on held-out samples has not fallen for %d measurements (%.4g, best %.4g), that on the others has (%.4g, "
        + "then %.4g)", looksSince, heldOut, bestHeldOut, seen, bestSeen)
    return Alarm(
      kind: .overfitting, step: line.step, since: best.step, what: numbers,
      advice:
        """
        it begins to learn its samples by heart: stop here, as \(setting: "patience") does, use more data, stronger views or \
        more \(setting: "weight-decay")
        """)
  }
}
