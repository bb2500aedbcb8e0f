import Foundation
import Swiftlet
import TestSupport
import Testing

/// Few steps are made of smaller batches, unless somebody said otherwise.
@Suite struct ShortRunTests {
  private func plan(_ change: (inout RunRequest) -> Void) throws -> RunPlan {
    try planOfImagined { request in
      request.holdOut = 0
      change(&request)
    }
  }

  /// 19 steps of 256 an epoch: ten epochs have 190, eleven 209.
  @Test func fewStepsAreMadeOfSmallerBatchesAtALowerRateAndTemperature() throws {
    let few = try plan { $0.epochs = 10 }
    #expect(few.configuration.batchSize == 64 && few.configuration.schedule.totalSteps == 10 * 78)
    // Half of 4e-3, by the square root of a quarter.
    #expect(abs(few.configuration.schedule.peak - 1e-3) < 1e-9)
    let batch = few.choices.filter { $0.what == "batch" }
    #expect(batch.map(\.value) == ["64"] && batch[0].reason.contains("fewer than 200 steps"))
    let departures = few.configuration.departures.joined(separator: "; ")
    for said in ["batch 64 (preset: 256)", "temperature 0.1 (preset: 0.2)", "learning rate 0.001 (preset: 0.002)"] {
      #expect(departures.contains(said), "\(departures)")
    }
    #expect(few.configuration.method.temperature == 0.1)
    let asked = try plan { ($0.epochs, $0.temperature) = (10, 0.3) }.configuration
    #expect(asked.batchSize == 64 && asked.method.temperature == 0.3)

    let many = try plan { $0.epochs = 11 }.configuration
    #expect(many.batchSize == 256 && many.schedule.totalSteps == 11 * 19 && many.schedule.peak == 4e-3)
    #expect(!many.departures.joined().contains("learning rate"))
  }

  @Test func whatWasAskedForStays() throws {
    let asked: [(inout RunRequest) -> Void] = [
      { $0.batchSize = 256 }, { $0.microBatch = 128 }, { $0.learningRate = 0.004 }, { $0.optimizer = .sgd },
      { $0.preset = "simclr-cifar" },
    ]
    for change in asked {
      let run = try plan { request in
        request.epochs = 1
        change(&request)
      }.configuration
      #expect(run.batchSize >= 256 && run.schedule.totalSteps <= 19)
    }
  }

  /// Methods without a temperature have nothing else to change.
  @Test(arguments: [MethodName.vicreg, .mocoV3, .dcl, .barlowTwins]) func otherMethodsMakeMoreStepsToo(
    _ method: MethodName
  )
    throws
  {
    let run = try planOfImagined(method) { ($0.epochs, $0.holdOut) = (1, 0) }
    #expect(run.configuration.batchSize == 64 && run.configuration.schedule.totalSteps == 78)
    // Whatever rule scales the rate otherwise, it is a quarter, as the batch.
    let usual = try planOfImagined(method) { ($0.epochs, $0.holdOut, $0.batchSize) = (1, 0, 256) }
    #expect(abs(run.configuration.schedule.peak / usual.configuration.schedule.peak - 0.25) < 1e-9)
    #expect(run.choices.contains { $0.what == "batch" && $0.reason.contains("at a lower rate, learn sooner") })
  }

  @Test func soItIsWhereOnlyFewFitIntoTheMinutes() throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder, perClass: 800, side: 8)
      var request = RunRequest()
      request.width = 8
      request.imageSize = 16
      request.minutes = 0.005
      request.holdOut = 0
      var measured = 0
      let plan = try request.plan(for: request.proposal(scanning: [folder.path])) { measured += 1 }
      #expect(plan.configuration.batchSize == 64 && measured == 1)
      #expect(plan.configuration.schedule.totalSteps < 400)
    }
  }
}
