import Foundation
import Swiftlet
import TestSupport
import Testing

/// A run whose representation has settled ends sooner, and goes on the same after an interruption.
@Suite struct SettlingTests {
  private func start(_ photos: URL, in run: URL, _ patience: Patience?) throws -> Pretraining {
    try startTinyRun(photos.path, in: run, .simclr, epochs: 200) {
      // At this rate hardly anything moves.
      $0.learningRate = 1e-6
      $0.patience = patience
    }
  }

  @Test func itIsShortenedOnceWhereverItWasInterrupted() throws {
    try withTemporaryFolder { folder in
      let photos = folder.appending(path: "photos")
      try drawPictures(in: photos)
      let whole = folder.appending(path: "whole")
      let run = try start(photos, in: whole, .auto)
      let planned = run.configuration.schedule.totalSteps
      try run.train()
      let shortening = try #require(run.configuration.schedule.shortening)
      #expect(shortening.reason == .settled && shortening.plannedSteps == planned)
      #expect(run.step <= planned * 9 / 10 && run.step == run.configuration.schedule.totalSteps)
      let expected = try ["metrics.jsonl", "similarities.jsonl"].map { try Data(contentsOf: whole.appending(path: $0)) }
      #expect(String(decoding: expected[0], as: UTF8.self).contains("stability"))

      for stop in [1, shortening.step - 1, shortening.step, shortening.step + 1] {
        let parts = folder.appending(path: "parts-\(stop)")
        let first = try start(photos, in: parts, .auto)
        try first.train(shouldStop: { first.step == stop })
        let next = try Pretraining(resuming: RunFolder(parts.path))
        try next.train()
        #expect(next.configuration.schedule == run.configuration.schedule)
        let found = try ["metrics.jsonl", "similarities.jsonl"].map { try Data(contentsOf: parts.appending(path: $0)) }
        #expect(found == expected, "stopped at \(stop)")
      }

      // Killed after it was shortened, with no checkpoint: it measures again what it had measured.
      let killed = folder.appending(path: "killed")
      try FileManager.default.copyItem(at: whole, to: killed)
      let checkpoints = killed.appending(path: "checkpoints")
      for name in try FileManager.default.contentsOfDirectory(atPath: checkpoints.path) {
        try FileManager.default.removeItem(at: checkpoints.appending(path: name))
      }
      try Pretraining(resuming: RunFolder(killed.path)).train()
      let found = try ["metrics.jsonl", "similarities.jsonl"].map { try Data(contentsOf: killed.appending(path: $0)) }
      #expect(found == expected)
    }
  }

  @Test func withoutPatienceNothingIsMeasured() throws {
    try withTemporaryFolder { folder in
      let photos = folder.appending(path: "photos")
      try drawPictures(in: photos)
      let place = folder.appending(path: "run")
      let run = try start(photos, in: place, nil)
      try run.train()
      #expect(run.configuration.schedule.shortening == nil)
      #expect(!FileManager.default.fileExists(atPath: RunFolder(place.path).similarities))
      let metrics = try String(contentsOf: place.appending(path: "metrics.jsonl"), encoding: .utf8)
      #expect(!metrics.contains("stability"))
    }
  }

  @Test func itIsRecordedAsAWordOrANumber() throws {
    for (patience, text) in [(Patience.auto, "\"auto\""), (5, "5")] {
      #expect(try String(decoding: JSONEncoder().encode(patience), as: UTF8.self) == text)
      #expect(try JSONDecoder().decode(Patience.self, from: Data(text.utf8)) == patience)
    }
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Patience.self, from: Data("\"soon\"".utf8)) }
  }
}
