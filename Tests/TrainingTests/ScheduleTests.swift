import Foundation
import TestSupport
import Testing
import Training

@Suite struct ScheduleTests {
  struct Golden: Decodable {
    struct Rates: Decodable {
      let base: Double
      let end: Double
      let warmUpSteps: Int
      let totalSteps: Int
      let values: [Double]
    }
    let rates: [Rates]
  }

  /// Against `Golden/schedules.py`, itself checked against PyTorch's schedulers.
  @Test func everyStepAgrees() throws {
    let golden: Golden = try golden("schedules.json", in: .module)
    for test in golden.rates {
      let schedule = Schedule(
        peak: test.base, final: test.end, warmUpSteps: test.warmUpSteps, totalSteps: test.totalSteps)
      expectClose(test.values.indices.map(schedule.learningRate), test.values, absolute: 1e-12)
    }
  }

  @Test func theRateNeverLeavesItsBounds() {
    for (warmUp, total) in [(0, 1), (1, 1), (5, 5), (7, 3), (0, 100)] {
      let schedule = Schedule(peak: 0.5, final: 0.01, warmUpSteps: warmUp, totalSteps: total)
      for step in 0..<(total + 3) {
        let rate = schedule.learningRate(at: step)
        #expect(rate.isFinite && rate > 0 && rate <= 0.5)
      }
    }
  }
}
