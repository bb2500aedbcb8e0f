import Learning
import Testing

@testable import Training

/// Losses as a run would write them, and what has to be said of them.
@Suite struct OverfittingWatchTests {
  /// Twenty looks, at losses that are functions of the look's number.
  private func alarms(
    patience: Patience? = 3, heldOut: (Float) -> Float, seen: (Float) -> Float
  ) -> [Alarm] {
    var watch = OverfittingWatch(patience: patience)
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

  /// A held-out part of fifty rows of a table: its loss varies by more than it changes, and falls further later on.
  @Test func noiseIsNoRise() {
    let losses: [Float] = [
      3.614, 3.571, 3.556, 3.575, 3.609, 3.560, 3.599, 3.579, 3.578, 3.582, 3.574, 3.569, 3.573, 3.584, 3.563, 3.571,
      3.568,
      3.559, 3.582, 3.525,
    ]
    let (heldOut, seen): ((Float) -> Float, (Float) -> Float) = ({ losses[Int($0)] }, { 4 - $0 * 0.01 })
    #expect(alarms(patience: nil, heldOut: heldOut, seen: seen) == [])
    // Somebody who chose a patience is taken at their word.
    #expect(alarms(patience: 5, heldOut: heldOut, seen: seen).map(\.step) == [80])
  }

  @Test func aRiseIsSeenThroughNoise() {
    let found = alarms(
      patience: nil, heldOut: { 5 + $0 * 0.02 + (Int($0) % 2 == 0 ? 0.02 : 0) }, seen: { 5 - $0 * 0.1 })
    #expect(found.count == 1 && (found.first?.step ?? 0) <= 120, "\(found)")
    let steady = alarms(patience: nil, heldOut: { 5 + $0 * 0.01 }, seen: { 5 - $0 * 0.1 })
    #expect(steady.map(\.step) == [60])
  }

  @Test func linesWithoutALookAreNone() {
    var watch = OverfittingWatch(patience: 1)
    for step in 1...50 {
      #expect(watch.check(StepMetrics(step: step, epoch: 0, loss: 1, learningRate: 0.1)) == nil)
    }
  }
}
