import Foundation
import Swiftlet
import Testing

@testable import Planning

@Suite struct MemoryEstimateTests {
  private let estimate = MemoryEstimate(
    step: StepMemory(fixed: 1000, perSample: 300), viewBytes: 50, batchesInMemory: 3, keptBytes: 7000)

  @Test func itIsALineOverTheBatchAndASquareForPairsThatFitATile() {
    #expect(estimate.byteCount(batch: 10) == 1000 + 10 * (300 + 150) + 2 * 4 * 4 * 100 + 7000)
  }

  @Test func theLargestBatchFitsAndTheNextDoesNot() {
    for memory in [7000, 8000, 9000, 50_000, 1_000_000_000] {
      let batch = estimate.largestBatch(in: memory)
      #expect(batch == 0 || estimate.byteCount(batch: batch) <= memory)
      #expect(estimate.byteCount(batch: batch + 1) > memory)
    }
  }

  private let layouts = [ViewLayout](repeating: ViewLayout(shape: [3, 32, 32], isChannelsLast: true), count: 2)

  /// AdamW keeps two numbers a weight, and each weight has a gradient: four times the weights, and little beside.
  @Test func whatDoesNotGrowWithTheBatchAreWeightsGradientsAndMoments() throws {
    let plan = try planOfImagined { $0.width = 64 }
    let step = try plan.configuration.measureMemory(of: layouts)
    let weights = 11_168_832 + 512 * 512 + 512 * 128 + 2 * (512 + 128)
    #expect(step.fixed > 4 * 4 * weights)
    #expect(step.fixed < 6 * 4 * weights)
    #expect(plan.memory.step == step.scaled(by: MemoryEstimate.residentPerTensorByte))
  }

  /// The line through two and four samples holds for other batches, within a tenth.
  @Test func theLineHolds() throws {
    let configuration = try planOfImagined { _ in }.configuration
    let step = try configuration.measureMemory(of: layouts)
    let measured = try configuration.peakBytes(of: layouts, batch: 48)
    let expected = step.fixed + 48 * step.perSample
    #expect(abs(Double(expected - measured)) < 0.1 * Double(measured), "\(expected) expected, \(measured) measured")
  }

  /// What passes the network at a time is halved, before the batch is.
  @Test func aBatchThatDoesNotFitPassesInPartsAndThisIsRecorded() throws {
    let free = try planOfImagined { _ in }.memory.byteCount(batch: 100)
    for batch in [nil, 200] {
      let plan = try planOfImagined {
        $0.memory = free
        $0.batchSize = batch
      }
      let configuration = plan.configuration
      #expect(configuration.batchSize == batch ?? 256)
      let micro = try #require(configuration.microBatchSize)
      #expect(plan.memory.byteCount(batch: configuration.batchSize, microBatch: micro) <= free)
      #expect(configuration.departures.contains("micro-batch \(micro) (preset: \(configuration.batchSize))"))
      #expect(
        plan.choices.contains {
          $0.what == "micro-batch" && $0.reason.hasPrefix("\(configuration.batchSize) at a time would need")
        })
    }
  }

  @Test func aBatchThatWasChosenIsLoweredWhereNoPartIsSmallEnough() throws {
    let free = try planOfImagined { _ in }.memory.byteCount(batch: 10)
    let plan = try planOfImagined { $0.memory = free }
    #expect(plan.configuration.batchSize == 8 && plan.configuration.microBatchSize == nil)
    #expect(plan.configuration.departures.contains("batch 8 (preset: 256)"))
    #expect(plan.choices.contains { $0.what == "batch" && $0.reason.hasPrefix("256 would need") })
  }

  @Test func aBatchThatWasAskedForIsRefusedWithTheLargestThatFits() throws {
    let free = try planOfImagined { _ in }.memory.byteCount(batch: 10)
    let refusal = #expect(throws: Refusal.self) {
      try planOfImagined {
        $0.memory = free
        $0.batchSize = 200
      }
    }
    #expect(refusal?.description.hasPrefix("A batch of 200 needs about ") == true, "\(refusal?.description ?? "")")
    #expect(
      refusal?.description.hasSuffix("the largest batch that fits is 10") == true, "\(refusal?.description ?? "")")
  }

  /// In micro-batches too: what is drawn on stays above what is measured, within a tenth.
  @Test func theLineHoldsInParts() throws {
    let configuration = try planOfImagined {
      $0.batchSize = 48
      $0.microBatch = 12
    }.configuration
    let step = try configuration.measureMemory(of: layouts)
    let measured = try configuration.peakBytes(of: layouts, batch: 48)
    let views = 36 * layouts.reduce(0) { $0 + $1.byteCount }
    let expected = step.fixed + 12 * step.perSample + 48 * step.outputsPerSample + views
    #expect(abs(Double(expected - measured)) < 0.1 * Double(measured), "\(expected) expected, \(measured) measured")
  }

  /// Views of 2,000 pixels are not made to find out that they are too large.
  @Test func absurdSizesAreRefusedByArithmetic() throws {
    let refusal = #expect(throws: Refusal.self) {
      try planOfImagined {
        $0.memory = 4_000_000_000
        $0.imageSize = 2048
        $0.width = 64
      }
    }
    #expect(
      refusal?.description.contains("make it smaller (image size, width or backbone)") == true,
      "\(refusal?.description ?? "")")
  }
}
