/// Notices that a run will end late, as on a machine that became busy after the run was planned.
struct Timekeeper {
  private let start: ContinuousClock.Instant
  private let whole: Duration
  /// When how many steps were done, from the start on, a hundredth of the time apart or more.
  private var marks: [Mark]
  /// Since when the run seems to be late.
  private var suspicion: Mark?

  private struct Mark {
    let time: ContinuousClock.Instant
    let step: Int
  }

  /// A run that would be late by less than this part of its time is left alone.
  private static let bearable = 0.1
  /// The part of the time that is left which steps may fill: the last measurements and the last checkpoint take time too.
  private static let usable = 0.95

  /// - Parameters:
  ///   - step: the number of steps that are done already.
  ///   - deadline: when the run is to end.
  init(after step: Int, at now: ContinuousClock.Instant = .now, until deadline: ContinuousClock.Instant) {
    start = now
    whole = now.duration(to: deadline)
    marks = [Mark(time: now, step: step)]
  }

  /// In the first half of its time no run is shortened: whatever keeps the machine busy may go away, and steps at a high
  /// learning rate are not lost. Later, a run that seems late is watched for another tenth of its time, because the rate just
  /// after a change still has steps from before it.
  ///
  /// - Returns: how many steps in all fit into the time, which is less than `total`; nil where the run need not be shortened.
  mutating func stepsInTime(after step: Int, of total: Int, at now: ContinuousClock.Instant = .now) -> Int? {
    let here = Mark(time: now, step: step)
    let left = now.duration(to: start + whole)
    let recent = marks.last { $0.time.duration(to: now) >= whole / 10 && $0.step < step }
    if marks[marks.count - 1].time.duration(to: now) >= whole / 100 { marks.append(here) }
    guard step < total, left <= whole / 2, let recent, isLate(at: here, of: total, at: secondsAStep(recent, here))
    else {
      suspicion = nil
      return nil
    }
    guard let suspicion else {
      suspicion = here
      return nil
    }
    let wait = min(whole / 10, suspicion.time.duration(to: start + whole) / 2)
    guard suspicion.time.duration(to: now) >= wait, suspicion.step < step else { return nil }
    let each = secondsAStep(suspicion, here)
    guard isLate(at: here, of: total, at: each) else {
      self.suspicion = nil
      return nil
    }
    let fitting = step + max(1, Int(left / .seconds(1) * Self.usable / each))
    return fitting < total ? fitting : nil
  }

  private func secondsAStep(_ from: Mark, _ to: Mark) -> Double {
    from.time.duration(to: to.time) / .seconds(1) / Double(to.step - from.step)
  }

  private func isLate(at mark: Mark, of total: Int, at secondsAStep: Double) -> Bool {
    let end = mark.time + .seconds(secondsAStep * Double(total - mark.step))
    return start.duration(to: end) > whole * (1 + Self.bearable)
  }
}
