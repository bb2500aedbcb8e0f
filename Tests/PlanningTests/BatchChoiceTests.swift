import Swiftlet
import Testing

@testable import Planning

@Suite struct BatchChoiceTests {
  private func choice(_ preset: Int, _ count: Int) -> BatchChoice {
    BatchChoice(preset: preset, leastSteps: 12, sampleCount: count, kind: "pictures")
  }

  @Test(arguments: [
    (256, 5000, 256, "the preset's"), (256, 1968, 128, "at least 12 steps an epoch for 1968 pictures"),
    (256, 3072, 256, "the preset's"), (256, 3071, 128, "at least 12 steps an epoch for 3071 pictures"),
    (4096, 1_000_000, 1024, "the preset's 4096 is meant for many machines"),
    (256, 100, 16, "there are only 100 pictures"), (256, 10, 10, "there are only 10 pictures"),
  ])
  func itIsThePresetsUntilTheDataAreTooFew(_ preset: Int, _ count: Int, _ size: Int, _ reason: String) {
    #expect(choice(preset, count).size == size)
    #expect(choice(preset, count).reason == reason)
  }

  @Test func itIsHalvedUntilItFits() throws {
    let estimate = MemoryEstimate(
      step: StepMemory(fixed: 100_000_000, perSample: 10_000_000), viewBytes: 0, batchesInMemory: 0, keptBytes: 0)
    #expect(try choice(256, 5000).fitting(estimate, into: 4_000_000_000, smaller: []) == choice(256, 5000))
    let lowered = try choice(256, 5000).fitting(estimate, into: 1_000_000_000, smaller: [])
    #expect(lowered.size == 64)
    #expect(lowered.reason == "256 would need 2.7 GB of memory, and 1.0 GB are free")
    let refusal = #expect(throws: Refusal.self) {
      try choice(256, 5000).fitting(estimate, into: 50_000_000, smaller: ["image-size", "width"])
    }
    #expect(
      refusal?.description
        == "The run needs about 0.1 GB of memory, and 50 MB are free; make it smaller "
        + "(image size or width)")
  }
}
