import Foundation
import TestSupport
import Testing

/// The built program on drawn pictures. A tiny network, so that a run takes a second.
@Suite struct CommandTests {
  static let tiny = [
    "--width", "4", "--image-size", "16", "--batch-size", "8", "--epochs", "3", "--precision", "float32", "--threads",
    "1",
  ]

  private func pretrain(_ data: URL, _ run: URL, _ more: [String] = []) throws -> SwiftletProgram.Outcome {
    try SwiftletProgram.run(["pretrain", data.path, "--run", run.path] + Self.tiny + more)
  }

  @Test func theWholePath() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let trained = try pretrain(data, run, ["--json"])
      #expect(trained.code == 0, "\(trained.errors)")
      let outcome = try #require(try JSONSerialization.jsonObject(with: Data(trained.output.utf8)) as? [String: Any])
      #expect(outcome["steps"] as? Int == 9)
      #expect(try lines(run, "metrics.jsonl").count == 9)
      #expect(try FileManager.default.contentsOfDirectory(atPath: run.path + "/checkpoints").count == 2)

      let evaluated = try SwiftletProgram.run("evaluate", run.path, data.path, "--json")
      #expect(evaluated.code == 0, "\(evaluated.errors)")
      let report = try #require(try JSONSerialization.jsonObject(with: Data(evaluated.output.utf8)) as? [String: Any])
      #expect((report["rows"] as? [Any])?.count == 5)

      let vectors = folder.appending(path: "out.npy")
      let embedded = try SwiftletProgram.run("embed", run.path, data.path, "-o", vectors.path)
      #expect(embedded.code == 0, "\(embedded.errors)")
      #expect(try Data(contentsOf: vectors).count == 128 + 24 * 32 * 4)
      #expect(try lines(folder, "out.csv").count == 25)

      let again = try pretrain(data, run)
      #expect(again.code == 1)
      #expect(again.errors.contains("exists already"))
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
        #expect(try pretrain(data, run, ["--loader-threads", threads]).code == 0)
        return try lines(run, "metrics.jsonl")
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
      #expect(try pretrain(data, whole, ["--epochs", "6"]).code == 0)
      let first = try start(["pretrain", data.path, "--run", killed.path] + Self.tiny + ["--epochs", "6"])
      try waitForRun(killed)
      try kill(first, after: 0.1)
      var attempts = 0
      while try lines(killed, "metrics.jsonl").count < 18 || attempts == 0 {
        attempts += 1
        guard attempts < 60 else { break }
        let process = try start(["resume", killed.path, "--loader-threads", "\(1 + attempts % 2)"])
        try kill(process, after: 0.35 + 0.05 * Double(attempts))
      }
      let finished = try SwiftletProgram.run("resume", killed.path)
      #expect(finished.code == 0, "\(finished.errors)")
      #expect(try lines(killed, "metrics.jsonl") == lines(whole, "metrics.jsonl"))
    }
  }

  private static let isLong = ProcessInfo.processInfo.environment["SWIFTLET_LONG_TESTS"] != nil

  /// Twenty kills at random moments of a run of half a minute, with one and with two loader threads in turn.
  @Test(.enabled(if: isLong)) func twentyKillsLeaveNoTrace() throws {
    try withTemporaryFolder { folder in
      let (data, whole, killed) = (
        folder.appending(path: "data"), folder.appending(path: "whole"), folder.appending(path: "killed")
      )
      try drawPictures(in: data, perClass: 40)
      let length = ["--epochs", "150"]
      #expect(try pretrain(data, whole, length + ["--loader-threads", "1"]).code == 0)
      let expected = try lines(whole, "metrics.jsonl")
      let first = try start(["pretrain", data.path, "--run", killed.path] + Self.tiny + length)
      try waitForRun(killed)
      try kill(first, after: .random(in: 0...1))
      var kills = 1
      while kills < 20 {
        let process = try start(["resume", killed.path, "--loader-threads", "\(1 + kills % 2)"])
        try kill(process, after: .random(in: 0.3...1.2))
        kills += 1
      }
      let left = try expected.count - lines(killed, "metrics.jsonl").count
      #expect(left > 0, "the run was over before the last kill: make it longer")
      let finished = try SwiftletProgram.run("resume", killed.path)
      #expect(finished.code == 0, "\(finished.errors)")
      #expect(try lines(killed, "metrics.jsonl") == expected)
    }
  }

  @Test(arguments: [
    (["pretrain", "/nowhere/at-all"], Int32(1), "/nowhere/at-all"),
    (["pretrain"], 2, "data"),
    (["pretrian", "x"], 2, "pretrain"),
    (["pretrain", "x", "--epoch", "3"], 2, "--epochs"),
    (["pretrain", "x", "--method", "simclrr"], 2, "simclr"),
    (["pretrain", "x", "--backbone", "resnet19"], 2, "resnet18"),
    (["pretrain", "x", "--epochs", "0"], 2, "--epochs"),
    (["pretrain", "x", "--minutes", "nan"], 2, "--minutes"),
    (["pretrain", "x", "--batch-size", "1"], 2, "--batch-size"),
    (["pretrain", "x", "--temperature", "-1"], 2, "--temperature"),
    (["pretrain", "x", "--image-size", "99999999"], 2, "--image-size"),
    (["pretrain", "x", "--seed", "1.5"], 2, "--seed"),
    (["resume", "/nowhere"], 1, "/nowhere"),
    (["evaluate", "/nowhere", "x"], 1, "/nowhere"),
    (["evaluate", "r", "x", "--label-fractions", "0%"], 2, "0%"),
    (["embed", "r", "x", "-o", "out.txt"], 2, ".npy"),
  ])
  func aWrongRequestIsAnsweredInASentence(_ arguments: [String], _ code: Int32, _ mention: String) throws {
    let outcome = try SwiftletProgram.run(arguments)
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(outcome.errors.contains(mention), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test func bareProgramPrintsItsHelp() throws {
    let outcome = try SwiftletProgram.run()
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("pretrain"))
  }

  private func lines(_ folder: URL, _ name: String) throws -> [String] {
    guard let data = FileManager.default.contents(atPath: folder.appending(path: name).path) else { return [] }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func start(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: SwiftletProgram.path)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  private func waitForRun(_ run: URL) throws {
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: run.path) { Thread.sleep(forTimeInterval: 0.02) }
    try #require(FileManager.default.fileExists(atPath: run.path))
  }

  private func kill(_ process: Process, after seconds: Double) throws {
    Thread.sleep(forTimeInterval: seconds)
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
