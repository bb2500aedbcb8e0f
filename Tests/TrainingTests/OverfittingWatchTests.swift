import Testing

@testable import Training

/// Losses as a run would write them, and what has to be said of them.
@Suite struct OverfittingWatchTests {
  /// Twenty looks, at losses that are functions of the look's number.
  private func alarms(heldOut: (Float) -> Float, seen: (Float) -> Float) -> [Alarm] {
    var watch = OverfittingWatch(patience: 3)
    return (0..<20).compactMap { number in
      var line = StepMetrics(step: (number + 1) * 10, epoch: number, loss: 1, learningRate: 0.1)
      line.heldOutLoss = heldOut(Float(number))
      line.seenLoss = seen(Float(number))
      return watch.check(line)
    }
  }

  @Test func whereBothFallNothingIsSaid() {
    #expect(alarms(heldOut: { 5 - $0 * 0.1 }, seen: { 4 - $0 * 0.2 }) == [])
  }

  @Test func whereTheyPartItIsSaidOnce() {
    let found = alarms(heldOut: { 5 + abs($0 - 6) * 0.1 }, seen: { 5 - $0 * 0.2 })
    #expect(found.count == 1)
    #expect(found.first?.kind == .overfitting && found.first?.since == 70 && found.first?.step == 100)
    #expect(found.first?.what.contains("for 3 measurements (5.3, best 5)") == true, "\(found)")
  }

  /// A run that diverges, or that learns nothing any more, is another matter.
  @Test func whereBothRiseOrStayItIsNotThat() {
    #expect(alarms(heldOut: { 5 + $0 * 0.1 }, seen: { 4 + $0 * 0.1 }) == [])
    #expect(alarms(heldOut: { _ in 5 }, seen: { _ in 4 }) == [])
  }

  @Test func linesWithoutALookAreNone() {
    var watch = OverfittingWatch(patience: 1)
    for step in 1...50 {
      #expect(watch.check(StepMetrics(step: step, epoch: 0, loss: 1, learningRate: 0.1)) == nil)
    }
  }
}
