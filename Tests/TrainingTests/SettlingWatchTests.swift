import Foundation
import Testing

@testable import Training

/// Similarities as a run would log them, and when they count as settled.
@Suite struct SettlingWatchTests {
  /// Similarities that turn in a plane: two looks are correlated by about the cosine of the angle between them.
  private func look(_ step: Int, angle: Double) -> SettlingWatch.Look {
    var generator = RandomValues(state: 7)
    let (x, y) = ((0..<400).map { _ in generator.next() }, (0..<400).map { _ in generator.next() })
    let values = zip(x, y).map { Int((($0 * cos(angle) + $1 * sin(angle)) * 1000).rounded()) }
    return SettlingWatch.Look(step: step, similarities: values)
  }

  /// From −1 to 1, the same at each start.
  private struct RandomValues {
    var state: UInt64
    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 30) - 1
    }
  }

  /// Where a run of 400 steps with these angles settles.
  private func settledAt(_ angle: (Double) -> Double) -> Int? {
    var watch = SettlingWatch()
    return stride(from: 10, through: 400, by: 10).first { watch.check(look($0, angle: angle(Double($0)))).isSettled }
  }

  /// The mean of a stretch lies about in its middle, and the cosine of 2 log 1.4 is .78.
  @Test func whatMovesAllTheTimeDoesNotSettle() {
    #expect(settledAt { 2 * log($0) } == nil)
  }

  @Test func whatStandsStillHasSettled() {
    // The stretches before 30 and 50 are the first with a look in them: 15.3 to 21.4, and 25.5 to 35.7.
    #expect(settledAt { _ in 1 } == 50)
    // At rest from 100 on: the stretch before the look at 120 still moves, that before the one at 160 hardly.
    let settled = settledAt { 2 * log(min($0, 100)) }
    #expect((120...160).contains(settled ?? 0), "\(settled ?? 0)")
  }

  /// Jitter about one place is no movement.
  @Test func whatJittersHasSettled() {
    #expect(settledAt { Int($0 / 10).isMultiple(of: 2) ? 0.6 : -0.6 } != nil)
  }

  @Test func oneLookIsNotEnough() throws {
    var watch = SettlingWatch()
    let checks = stride(from: 10, through: 400, by: 10).map {
      watch.check(look($0, angle: 2 * log(min(Double($0), 100))))
    }
    let first = try #require(checks.firstIndex { $0.correlation ?? 0 >= SettlingWatch.settled })
    #expect(!checks[first].isSettled && checks[first + 1].isSettled)
  }

  /// A run that settles ends after half as many steps again.
  @Test func theRestIsHalfOfWhatIsDone() {
    #expect(SettlingWatch.steps(settledAfter: 100, of: 200) == 150)
    #expect(SettlingWatch.steps(settledAfter: 2, of: 4) == 3)
    // In the first half of a run, and where less than a tenth of it would be saved, it goes on.
    #expect(SettlingWatch.steps(settledAfter: 99, of: 200) == nil)
    #expect(SettlingWatch.steps(settledAfter: 100, of: 167) == 150)
    #expect(SettlingWatch.steps(settledAfter: 100, of: 166) == nil)
  }
}
