import Foundation
import Swiftlet
import TestSupport
import Testing

/// Runs that are taken back end alike, wherever they were interrupted.
@Suite struct RollbackTests {
  private func start(_ photos: String, in run: URL, learningRate: Double) throws -> Pretraining {
    try startTinyRun(photos, in: run, .simclr, epochs: 40) {
      $0.learningRate = learningRate
      $0.onCollapse = .rollback
    }
  }

  private func bytes(_ run: URL, _ file: String) throws -> Data { try Data(contentsOf: run.appending(path: file)) }

  /// An interruption leaves a checkpoint that the run would not have had.
  @Test(arguments: [0.01, 30, 500]) func whereARunIsTakenBackToDoesNotDependOnInterruptions(_ rate: Double) throws {
    try withTemporaryFolder { folder in
      let photos = folder.appending(path: "photos")
      try drawPictures(in: photos)
      let whole = folder.appending(path: "whole")
      try start(photos.path, in: whole, learningRate: rate).train()
      let interventions = try? bytes(whole, "interventions.jsonl")
      #expect((interventions == nil) == (rate < 1))
      for steps in [[1], [2, 5, 9], [13, 26, 50], Array(stride(from: 3, to: 120, by: 7))] {
        let parts = folder.appending(path: "parts-\(steps.count)-\(steps[0])")
        let first = try start(photos.path, in: parts, learningRate: rate)
        try first.train(shouldStop: { first.step == steps[0] })
        for step in steps.dropFirst() {
          let next = try Pretraining(resuming: RunFolder(parts.path))
          try next.train(shouldStop: { next.step == step })
        }
        try Pretraining(resuming: RunFolder(parts.path)).train()
        for file in ["metrics.jsonl", "alarms.jsonl"] {
          #expect(try bytes(whole, file) == bytes(parts, file), "\(file) after \(steps)")
        }
        let found = try? bytes(parts, "interventions.jsonl")
        #expect(found == interventions, "\(steps)")
      }
    }
  }
}
