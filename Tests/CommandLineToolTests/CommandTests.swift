import Foundation
import TestSupport
import Testing

/// The built program on drawn pictures. A tiny network, so that a run takes a second.
@Suite struct CommandTests {
  @Test func theWholePath() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let trained = try SwiftletProgram.pretrain(data, run, ["--json"])
      #expect(trained.code == 0, "\(trained.errors)")
      let outcome = try #require(try JSONSerialization.jsonObject(with: Data(trained.output.utf8)) as? [String: Any])
      #expect(outcome["steps"] as? Int == 9)
      #expect(try SwiftletProgram.lines(run, "metrics.jsonl").count == 9)
      #expect(try FileManager.default.contentsOfDirectory(atPath: run.path + "/checkpoints").count == 2)

      let evaluated = try SwiftletProgram.run("evaluate", run.path, data.path, "--json")
      #expect(evaluated.code == 0, "\(evaluated.errors)")
      let report = try #require(try JSONSerialization.jsonObject(with: Data(evaluated.output.utf8)) as? [String: Any])
      // The run, the untrained network and the raw input, by two judges each.
      #expect((report["rows"] as? [Any])?.count == 6)

      let vectors = folder.appending(path: "out.npy")
      let embedded = try SwiftletProgram.run("embed", run.path, data.path, "-o", vectors.path)
      #expect(embedded.code == 0, "\(embedded.errors)")
      #expect(try Data(contentsOf: vectors).count == 128 + 24 * 32 * 4)
      #expect(try SwiftletProgram.lines(folder, "out.csv").count == 25)

      let again = try SwiftletProgram.pretrain(data, run)
      #expect(again.code == 1)
      #expect(again.errors.contains("is a run already"))
      let resumed = try SwiftletProgram.run("resume", run.path)
      #expect(resumed.code == 0)
      #expect(resumed.errors.contains("finished"))
    }
  }

  @Test func theNumberOfLoaderThreadsChangesNothing() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try drawPictures(in: data)
      let runs = try ["1", "2"].map { threads in
        let run = folder.appending(path: "run\(threads)")
        #expect(try SwiftletProgram.pretrain(data, run, ["--loader-threads", threads]).code == 0)
        return try SwiftletProgram.lines(run, "metrics.jsonl")
      }
      #expect(runs[0] == runs[1])
    }
  }

  /// Killed at moments spread over the run, each time resumed: the log is that of a run left alone.
  @Test func aKilledRunGoesOnAsIfNothingHadHappened() throws {
    try withTemporaryFolder { folder in
      let (data, whole, killed) = (
        folder.appending(path: "data"), folder.appending(path: "whole"), folder.appending(path: "killed")
      )
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, whole, ["--epochs", "6"]).code == 0)
      let first = try SwiftletProgram.start(
        ["pretrain", data.path, "--run", killed.path] + SwiftletProgram.tiny + ["--epochs", "6"])
      try SwiftletProgram.waitForRun(killed)
      try SwiftletProgram.kill(first, after: 0.1)
      var attempts = 0
      while try SwiftletProgram.lines(killed, "metrics.jsonl").count < 18 || attempts == 0 {
        attempts += 1
        guard attempts < 60 else { break }
        let process = try SwiftletProgram.start(["resume", killed.path, "--loader-threads", "\(1 + attempts % 2)"])
        try SwiftletProgram.kill(process, after: 0.35 + 0.05 * Double(attempts))
      }
      let finished = try SwiftletProgram.run("resume", killed.path)
      #expect(finished.code == 0, "\(finished.errors)")
      #expect(try SwiftletProgram.lines(killed, "metrics.jsonl") == SwiftletProgram.lines(whole, "metrics.jsonl"))
    }
  }

  /// Twenty kills at random moments of a run of half a minute, with one and with two loader threads in turn.
  @Test(.enabled(if: SwiftletProgram.hasTimeForLongTests)) func twentyKillsLeaveNoTrace() throws {
    try withTemporaryFolder { folder in
      let (data, whole, killed) = (
        folder.appending(path: "data"), folder.appending(path: "whole"), folder.appending(path: "killed")
      )
      try drawPictures(in: data, perClass: 40)
      let length = ["--epochs", "150"]
      #expect(try SwiftletProgram.pretrain(data, whole, length + ["--loader-threads", "1"]).code == 0)
      let expected = try SwiftletProgram.lines(whole, "metrics.jsonl")
      let first = try SwiftletProgram.start(
        ["pretrain", data.path, "--run", killed.path] + SwiftletProgram.tiny + length)
      try SwiftletProgram.waitForRun(killed)
      try SwiftletProgram.kill(first, after: .random(in: 0...1))
      var kills = 1
      while kills < 20 {
        let process = try SwiftletProgram.start(["resume", killed.path, "--loader-threads", "\(1 + kills % 2)"])
        try SwiftletProgram.kill(process, after: .random(in: 0.3...1.2))
        kills += 1
      }
      let left = try expected.count - SwiftletProgram.lines(killed, "metrics.jsonl").count
      #expect(left > 0, "the run was over before the last kill: make it longer")
      let finished = try SwiftletProgram.run("resume", killed.path)
      #expect(finished.code == 0, "\(finished.errors)")
      #expect(try SwiftletProgram.lines(killed, "metrics.jsonl") == expected)
    }
  }

  @Test func bareProgramPrintsItsHelp() throws {
    let outcome = try SwiftletProgram.run()
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("pretrain"))
  }
}
