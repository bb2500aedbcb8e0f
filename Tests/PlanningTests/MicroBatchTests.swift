import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Planning

@Suite struct MicroBatchTests {
  private let estimate = MemoryEstimate(
    step: StepMemory(fixed: 100_000_000, perSample: 10_000_000, outputsPerSample: 10_000), viewBytes: 0,
    batchesInMemory: 0, keptBytes: 0)

  @Test func itIsHalvedUntilItFits() throws {
    #expect(MicroBatchChoice(batch: 256, estimate, into: 4_000_000_000) == MicroBatchChoice.whole)
    let choice = try #require(MicroBatchChoice(batch: 256, estimate, into: 1_000_000_000))
    #expect(choice.size == 64)
    #expect(
      choice.reason
        == "256 at a time would need 2.7 GB of memory, and 1.0 GB are free; the loss still sees all 256")
    #expect(estimate.byteCount(batch: 256, microBatch: 64) <= 1_000_000_000)
    #expect(MicroBatchChoice(batch: 256, estimate, into: 280_000_000)?.size == 16)
    #expect(MicroBatchChoice(batch: 256, estimate, into: 200_000_000) == nil)
    // There is nothing smaller than the smallest.
    #expect(MicroBatchChoice(batch: 12, estimate, into: 150_000_000) == nil)
  }

  @Test func whatWasAskedForIsRecordedAndSaid() throws {
    let parts = try planOfImagined {
      $0.batchSize = 64
      $0.microBatch = 24
    }
    #expect(parts.configuration.microBatchSize == 24)
    #expect(parts.configuration.departures.contains("micro-batch 24 (preset: 64)"))
    #expect(parts.warnings.contains { $0.contains("batch normalisation sees 24 samples at a time, and not 64") })
    let whole = try planOfImagined {
      $0.batchSize = 64
      $0.microBatch = 64
    }
    #expect(whole.configuration.microBatchSize == nil)
    #expect(!whole.configuration.departures.contains { $0.hasPrefix("micro-batch") })
    // Nothing to say of networks that look at each sample by itself.
    let transformer = try planOfImagined(.mae) {
      $0.batchSize = 64
      $0.microBatch = 16
    }
    #expect(transformer.configuration.microBatchSize == 16)
    #expect(!transformer.warnings.contains { $0.hasPrefix("in micro-batches") })
    let groups = try planOfImagined(.mocoV2) {
      $0.batchSize = 64
      $0.microBatch = 16
    }
    #expect(groups.warnings.contains { $0.contains("keys are shuffled into groups within a micro-batch") })
  }

  @Test(arguments: [MethodName.swav, .ijepa]) func methodsThatCannotSaySo(_ method: MethodName) throws {
    let refusal = #expect(throws: Refusal.self) {
      try planOfImagined(method) {
        $0.batchSize = 64
        $0.microBatch = 16
      }
    }
    #expect(
      refusal?.description.hasPrefix("micro batch: \(method.rawValue) cannot take a batch in parts, for ") == true)
    // Nor are they given any: their batch is lowered.
    let free = try planOfImagined(method) { _ in }.memory.byteCount(batch: 40)
    let lowered = try planOfImagined(method) { $0.memory = free }.configuration
    #expect(lowered.microBatchSize == nil && lowered.batchSize <= 40)
  }

  @Test func whatFitsOnlyInPartsIsRefusedWhereNotEvenTheSmallestDoes() throws {
    let free = try planOfImagined { _ in }.memory.byteCount(batch: 2000, microBatch: 16) - 1
    let refusal = #expect(throws: Refusal.self) {
      try planOfImagined {
        $0.memory = free
        $0.batchSize = 2000
      }
    }
    let said = refusal?.description ?? ""
    #expect(said.hasPrefix("A batch of 2000 needs about "), "\(said)")
    #expect(said.contains("even in micro-batches of 16"), "\(said)")
    #expect(said.hasSuffix("the largest batch that fits is 1999"), "\(said)")
  }

  /// Twenty-four drawn pictures, eight a step, three at a time: stopped and gone on with, it ends as if it was not.
  @Test(arguments: [MethodName.simclr, .byol, .mocoV2, .dino, .mae, .jigsaw])
  func goingOnIsByteIdentical(_ method: MethodName) throws {
    try withTemporaryFolder { folder in
      let photos = folder.appending(path: "photos")
      try drawPictures(in: photos)
      func start(_ name: String) throws -> Pretraining {
        var request = RunRequest()
        request.method = method
        if !takesTransformer(method) { request.width = 4 } else { request.layers = 1 }
        request.imageSize = 16
        request.batchSize = 8
        request.microBatch = 3
        request.precision = .float32
        request.computeThreads = 1
        request.epochs = 3
        request.holdOut = 0.1
        let proposal = try request.proposal(for: ImageFolder(photos.path))
        return try Pretraining(
          of: proposal.data, training: proposal.training, heldOut: proposal.heldOut,
          configuration: request.configuration(for: proposal), in: RunFolder(folder.appending(path: name).path))
      }
      func bytes(_ name: String, _ file: String) throws -> Data {
        try Data(contentsOf: folder.appending(path: "\(name)/\(file)"))
      }
      let whole = try start("whole")
      #expect(whole.configuration.microBatchSize == 3)
      try whole.train()
      let stopped = try start("parts")
      try stopped.train(shouldStop: { stopped.step == 3 })
      let resumed = try Pretraining(resuming: stopped.folder)
      #expect(resumed.step == 3 && resumed.configuration.microBatchSize == 3)
      resumed.isProfiled = true
      try resumed.train()
      #expect(try bytes("whole", "metrics.jsonl") == bytes("parts", "metrics.jsonl"))
      let last = try #require(
        FileManager.default.contentsOfDirectory(atPath: whole.folder.checkpoints).max())
      for file in ["model.safetensors", "optimizer.safetensors"] {
        #expect(try bytes("whole", "checkpoints/\(last)/\(file)") == bytes("parts", "checkpoints/\(last)/\(file)"))
      }
      // Timing it changed nothing; and where the time went adds up.
      let profile = try #require(resumed.profile)
      #expect(try JSONDecoder().decode(StepProfile.self, from: bytes("parts", "profile.json")) == profile)
      #expect(abs(profile.parts.values.reduce(0, +) - profile.step) < 1e-6 * profile.step)
      #expect(profile.parts[.forward] ?? 0 > 0 && profile.parts[.backward] ?? 0 > 0)
      #expect(whole.profile == nil && !FileManager.default.fileExists(atPath: whole.folder.profile))
    }
  }
}
