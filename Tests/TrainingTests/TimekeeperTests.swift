import Testing

@testable import Training

@Suite struct TimekeeperTests {
  /// Drives a run of `total` steps whose steps take the given seconds.
  ///
  /// - Returns: the seconds it took, and at which step it was shortened to how many.
  private func run(of total: Int, within seconds: Double, _ cost: (Int, Double) -> Double)
    -> (seconds: Double, shortening: (step: Int, total: Int)?)
  {
    let start = ContinuousClock.now
    var keeper: Timekeeper? = Timekeeper(after: 0, at: start, until: start + .seconds(seconds))
    var (passed, step, end) = (0.0, 0, total)
    var shortening: (step: Int, total: Int)?
    while step < end {
      passed += cost(step, passed)
      step += 1
      guard step.isMultiple(of: 5), step < end else { continue }
      if let fitting = keeper?.stepsInTime(after: step, of: end, at: start + .seconds(passed)) {
        #expect(fitting > step && fitting < end)
        (shortening, end, keeper) = ((step, fitting), fitting, nil)
      }
    }
    return (passed, shortening)
  }

  @Test func aRunInTimeIsLeftAlone() {
    #expect(run(of: 1000, within: 120) { _, _ in 0.12 }.shortening == nil)
    // Late by less than a tenth.
    #expect(run(of: 1000, within: 120) { _, _ in 0.13 }.shortening == nil)
    #expect(run(of: 1000, within: 120) { _, _ in 0.03 }.shortening == nil)
  }

  /// A slow first epoch is no reason where the rest is fast enough.
  @Test func aSlowBeginningDoesNotCount() {
    #expect(run(of: 1000, within: 120) { step, _ in step < 100 ? 0.3 : 0.1 }.shortening == nil)
  }

  @Test(arguments: [0.0, 10, 30, 50, 70, 90, 110])
  func whereTheMachineBecomesThreeTimesAsSlowTheRunEndsInTime(_ from: Double) {
    let (seconds, shortening) = run(of: 1000, within: 120) { _, passed in passed < from ? 0.12 : 0.36 }
    #expect(seconds < 120 * 1.2, "\(seconds)")
    #expect(seconds > 120 * 0.8)
    #expect(shortening != nil || from > 100)
  }

  /// Another program that ran for a moment.
  @Test func aShortDisturbanceDoesNotCount() {
    #expect(run(of: 1000, within: 120) { _, passed in passed > 70 && passed < 75 ? 0.36 : 0.12 }.shortening == nil)
  }

  @Test func afterItsTimeARunEndsAtOnce() {
    let (seconds, shortening) = run(of: 100_000, within: 1) { _, _ in 0.12 }
    #expect(seconds < 3)
    #expect(shortening != nil)
  }
}
