import Foundation
import Swiftlet
import TestSupport
import Testing

/// A run that is late is shortened, and goes on the same after an interruption.
@Suite struct DeadlineTests {
  @Test func aLateRunIsShortenedOnce() throws {
    try withTemporaryFolder { folder in
      let photos = folder.appending(path: "photos")
      try drawPictures(in: photos)
      let whole = folder.appending(path: "whole")
      let run = try startTinyRun(photos.path, in: whole, .byol, epochs: 100)
      let planned = run.configuration.schedule.totalSteps
      run.deadline = .now + .milliseconds(100)
      var seen: [Int] = []
      try run.train { seen.append($0.totalSteps) }
      let schedule = run.configuration.schedule
      let shortening = try #require(schedule.shortening)
      #expect(shortening.plannedSteps == planned && schedule.totalSteps < planned)
      #expect(run.step == schedule.totalSteps)
      #expect(seen.first == planned && seen.last == schedule.totalSteps)
      #expect(try RunFolder(whole.path).open().configuration == run.configuration)
      let metrics = try Data(contentsOf: whole.appending(path: "metrics.jsonl"))

      // What a run that was killed leaves: its configuration, and no checkpoint yet.
      let again = folder.appending(path: "again")
      try FileManager.default.copyItem(at: whole, to: again)
      for file in try FileManager.default.contentsOfDirectory(atPath: again.appending(path: "checkpoints").path) {
        try FileManager.default.removeItem(at: again.appending(path: "checkpoints").appending(path: file))
      }
      let resumed = try Pretraining(resuming: RunFolder(again.path))
      #expect(resumed.step == 0)
      try resumed.train()
      #expect(try Data(contentsOf: again.appending(path: "metrics.jsonl")) == metrics)
    }
  }

  @Test func aRunWithTimeIsNot() throws {
    try withTemporaryFolder { folder in
      let photos = folder.appending(path: "photos")
      try drawPictures(in: photos)
      let run = try startTinyRun(photos.path, in: folder.appending(path: "run"), .byol, epochs: 100)
      run.deadline = .now + .seconds(3600)
      try run.train(shouldStop: { run.step == 20 })
      #expect(run.configuration.schedule.shortening == nil)
    }
  }
}
