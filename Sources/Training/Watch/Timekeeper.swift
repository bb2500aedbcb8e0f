/// Notices that a run will end late, as on a machine that became busy after the run was planned.
struct Timekeeper {
  private let start: ContinuousClock.Instant
  private let whole: Duration
  /// When how many steps were done, from the start on, a hundredth of the time apart or more.
  private var marks: [(time: ContinuousClock.Instant, step: Int)]

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
    marks = [(now, step)]
  }

  /// Judges by the rate of the later half of the time that has passed. In the first half of a run it is too early: whatever
  /// keeps the machine busy may go away, and steps at a high learning rate are not lost.
  ///
  /// - Returns: how many steps in all fit into the time, which is less than `total`; nil where the run need not be shortened.
  mutating func stepsInTime(after step: Int, of total: Int, at now: ContinuousClock.Instant = .now) -> Int? {
    let passed = start.duration(to: now)
    if marks[marks.count - 1].time.duration(to: now) >= whole / 100 { marks.append((now, step)) }
    guard step < total, passed >= whole / 2,
      let mark = marks.first(where: { start.duration(to: $0.time) >= passed / 2 && $0.step < step })
    else { return nil }
    let each = mark.time.duration(to: now) / Double(step - mark.step)
    let left = whole - passed
    guard each * Double(total - step) > left + whole * Self.bearable else { return nil }
    let fitting = max(1, Int(left * Self.usable / each))
    return step + fitting < total ? step + fitting : nil
  }
}
