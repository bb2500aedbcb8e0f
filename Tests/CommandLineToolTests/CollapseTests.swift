import Foundation
import TestSupport
import Testing

/// Runs that are made to fail, and what the program does about it.
@Suite struct CollapseTests {
  /// Weights of a network this small explode within an epoch.
  private static let hopeless = ["--epochs", "6", "--learning-rate", "500"]

  @Test func aWarningIsSaidAndTheRunGoesOn() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let outcome = try SwiftletProgram.pretrain(data, run, Self.hopeless)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("Careful:   the weights have grown to"), "\(outcome.errors)")
      #expect(try SwiftletProgram.lines(run, "alarms.jsonl").count >= 1)
    }
  }

  @Test func stopEndsTheRunWithACodeOfItsOwn() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let outcome = try SwiftletProgram.pretrain(data, run, Self.hopeless + ["--on-collapse", "stop", "--json"])
      #expect(outcome.code == 3, "\(outcome.errors)")
      #expect(outcome.errors.contains("as --on-collapse stop asks"))
      #expect(outcome.output.contains("\"outcome\" : \"stopped\""), "\(outcome.output)")
      // Only what there is, is said to be kept.
      let checkpoints = try? FileManager.default.contentsOfDirectory(atPath: run.path + "/checkpoints")
      let said = (checkpoints ?? []).isEmpty ? "went wrong before its first checkpoint" : "are kept"
      #expect(outcome.errors.contains(said), "\(outcome.errors)")
    }
  }

  /// A rate that is too high is halved until it is not, or three times; whatever was done is done again by whoever goes on.
  @Test func rollbackHalvesTheRateAndAnInterruptionChangesNothing() throws {
    try withTemporaryFolder { folder in
      let (data, run, other) = (
        folder.appending(path: "data"), folder.appending(path: "run"), folder.appending(path: "other")
      )
      try drawPictures(in: data)
      let options = Self.hopeless + ["--on-collapse", "rollback"]
      let outcome = try SwiftletProgram.pretrain(data, run, options)
      #expect(outcome.code == 3, "\(outcome.errors)")
      struct Entry: Decodable { let step: Int, learningRateFactor: Double }
      let entries = try SwiftletProgram.lines(run, "interventions.jsonl").map {
        try JSONDecoder().decode(Entry.self, from: Data($0.utf8))
      }
      #expect(entries.map(\.learningRateFactor) == [0.5, 0.25, 0.125])
      // A kill at any moment, and the same end.
      let process = try SwiftletProgram.start(
        ["pretrain", data.path, "--run", other.path] + SwiftletProgram.tiny + options)
      try SwiftletProgram.waitForRun(other)
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(try SwiftletProgram.run("resume", other.path).code == 3)
      for log in ["metrics.jsonl", "interventions.jsonl", "alarms.jsonl"] {
        #expect(try SwiftletProgram.lines(other, log) == SwiftletProgram.lines(run, log), "\(log)")
      }
    }
  }

  /// A run that holds samples out says how their loss goes, never trains on them, and goes on to the bit after a kill.
  @Test func heldOutSamplesAreWatchedAndNotTrainedOn() throws {
    try withTemporaryFolder { folder in
      let (data, run, other) = (
        folder.appending(path: "data"), folder.appending(path: "run"), folder.appending(path: "other")
      )
      try drawPictures(in: data, perClass: 20)
      let options = ["--epochs", "6", "--hold-out", "20%"]
      let outcome = try SwiftletProgram.pretrain(data, run, options)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("8 watched and not trained on"), "\(outcome.errors)")
      struct Line: Decodable { let heldOutLoss: Float?, seenLoss: Float? }
      let lines = try SwiftletProgram.lines(run, "metrics.jsonl").map {
        try JSONDecoder().decode(Line.self, from: Data($0.utf8))
      }
      let last = try #require(lines.last)
      #expect(last.heldOutLoss.map { $0 > 0 } == true && last.seenLoss.map { $0 > 0 } == true)
      let process = try SwiftletProgram.start(
        ["pretrain", data.path, "--run", other.path] + SwiftletProgram.tiny + options)
      try SwiftletProgram.waitForRun(other)
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(try SwiftletProgram.run("resume", other.path).code == 0)
      #expect(try SwiftletProgram.lines(other, "metrics.jsonl") == SwiftletProgram.lines(run, "metrics.jsonl"))
      #expect(try SwiftletProgram.run("pretrain", data.path, "--hold-out", "60%").code == 2)
    }
  }

  /// Before the first step: what nothing can be learned from is no failure of training.
  @Test func picturesThatShowNothingAreSaidToDoSo() throws {
    try withTemporaryFolder { folder in
      let (plain, equal) = (folder.appending(path: "plain"), folder.appending(path: "equal"))
      for (place, shade) in (0..<12).map({ ($0, UInt8(20 * $0)) }) {
        try drawGrey(at: plain.appending(path: "\(place).png"), side: 16) { _, _ in shade }
        try drawGrey(at: equal.appending(path: "\(place).png"), side: 16) { x, y in UInt8(x * y) }
      }
      for (data, sentence) in [
        (plain, "12 of 12 examined pictures have a single colour"), (equal, "are the same"),
      ] {
        let outcome = try SwiftletProgram.pretrain(data, folder.appending(path: data.lastPathComponent + "-run"))
        #expect(outcome.code == 0 && outcome.errors.contains(sentence), "\(outcome.errors)")
      }
      let sound = folder.appending(path: "sound")
      try drawPictures(in: sound)
      let outcome = try SwiftletProgram.pretrain(sound, folder.appending(path: "sound-run"))
      #expect(!outcome.errors.contains("examined"), "\(outcome.errors)")
    }
  }
}
