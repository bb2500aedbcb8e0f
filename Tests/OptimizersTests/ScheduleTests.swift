import Foundation
import Settings
import TestSupport
import Testing

@testable import Optimizers

@Suite struct ScheduleTests {
  struct Golden: Decodable {
    struct Rates: Decodable {
      let base: Double
      let end: Double
      let warmUpSteps: Int
      let totalSteps: Int
      let values: [Double]
    }
    struct Momenta: Decodable {
      let base: Double
      let totalSteps: Int
      let values: [Double]
    }
    let rates: [Rates]
    let momenta: [Momenta]
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

  /// BYOL's momentum of the teacher.
  @Test func everyMomentumAgrees() throws {
    let golden: Golden = try golden("schedules.json", in: .module)
    for test in golden.momenta {
      let momentum = ScheduledValue.cosine(from: test.base, to: 1)
      let progress = (0...test.totalSteps).map { Double($0) / Double(test.totalSteps) }
      expectClose(progress.map { momentum(at: $0) }, test.values, absolute: 1e-12)
    }
  }

  @Test func aLineAndAConstant() {
    let momentum = ScheduledValue.linear(from: 0.996, to: 1)
    expectClose([0, 0.25, 1, 2].map { momentum(at: $0) }, [0.996, 0.997, 1, 1], absolute: 1e-12)
    #expect(ScheduledValue.constant(0.99)(at: 0.3) == 0.99)
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

  /// What is left passes faster: the same rates, further apart, without a jump, down to the end.
  @Test(arguments: [(3, 8), (40, 41), (40, 70), (99, 100), (0, 1)])
  func aShortenedScheduleTakesWhatIsLeftInFewerSteps(step: Int, total: Int) {
    let planned = Schedule(peak: 0.5, final: 0.01, warmUpSteps: 10, totalSteps: 100)
    var schedule = planned
    schedule.shorten(after: step, to: total, because: .late)
    #expect(schedule.totalSteps == total && schedule.plannedSteps == 100)
    for same in 0...step { #expect(schedule.learningRate(at: same) == planned.learningRate(at: same)) }
    for left in 0..<(total - step) {
      // Every (100 - step) / (total - step)th step of the plan, between which the rate is a straight line to within a hundredth.
      let place = Double(step) + Double(left * (100 - step)) / Double(total - step)
      let (before, share) = (Int(place), place - place.rounded(.down))
      let expected =
        planned.learningRate(at: before) * (1 - share) + planned.learningRate(at: before + 1) * share
      expectClose([schedule.learningRate(at: step + left)], [expected], absolute: 5e-3)
      expectClose([schedule.progress(at: step + left)], [place / 100], absolute: 1e-12)
    }
    #expect(throws: Never.self) { try schedule.validate() }
  }

  @Test func aShorteningThatCannotBeIsRefused() throws {
    let text =
      #"{"peak":0.5,"final":0,"warmUpSteps":10,"totalSteps":60,"shortening":{"step":STEP,"plannedSteps":PLAN}}"#
    for (step, plan, isPossible) in [(30, 100, true), (60, 100, false), (-1, 100, false), (30, 50, false)] {
      let json = text.replacing("STEP", with: "\(step)").replacing("PLAN", with: "\(plan)")
      let schedule = try JSONDecoder().decode(Schedule.self, from: Data(json.utf8))
      if isPossible {
        try schedule.validate()
      } else {
        #expect(throws: SettingError.self) { try schedule.validate() }
      }
    }
  }
}
