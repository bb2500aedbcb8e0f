import Foundation
import TestSupport
import Testing

/// Ctrl-C and SIGTERM, at every stage of a run.
@Suite struct InterruptionTests {
  /// Long enough to be interrupted anywhere.
  private static let long = SwiftletProgram.tiny + ["--epochs", "2000"]

  private func end(_ process: Process, _ signals: Int32...) {
    for signal in signals { Foundation.kill(process.processIdentifier, signal) }
    process.waitUntilExit()
  }

  private func waitForSteps(_ run: URL) throws {
    for _ in 0..<600 where try SwiftletProgram.lines(run, "metrics.jsonl").isEmpty {
      Thread.sleep(forTimeInterval: 0.02)
    }
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalSavesACheckpointAndSetsTheCode(_ signal: Int32) throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let process = try SwiftletProgram.start(["pretrain", data.path, "--run", run.path] + Self.long)
      try SwiftletProgram.waitForRun(run)
      try waitForSteps(run)
      end(process, signal)
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 128 + signal)
      let steps = try SwiftletProgram.lines(run, "metrics.jsonl").count
      let newest = try FileManager.default.contentsOfDirectory(atPath: run.path + "/checkpoints").sorted().last
      #expect(newest.flatMap { Int($0.dropFirst(5)) } == steps)
    }
  }

  @Test func theSecondSignalEndsItAtOnceAndNothingIsLost() throws {
    try withTemporaryFolder { folder in
      let (data, run, whole) = (
        folder.appending(path: "data"), folder.appending(path: "run"), folder.appending(path: "whole")
      )
      try drawPictures(in: data)
      let length = ["--epochs", "8"]
      #expect(try SwiftletProgram.pretrain(data, whole, length).code == 0)
      let process = try SwiftletProgram.start(
        ["pretrain", data.path, "--run", run.path] + SwiftletProgram.tiny + length)
      try SwiftletProgram.waitForRun(run)
      end(process, SIGINT, SIGINT, SIGTERM)
      #expect(process.terminationReason == .exit)
      #expect([130, 143].contains(process.terminationStatus))
      #expect(try SwiftletProgram.run("resume", run.path).code == 0)
      #expect(try SwiftletProgram.lines(run, "metrics.jsonl") == SwiftletProgram.lines(whole, "metrics.jsonl"))
    }
  }

  /// While steps are measured for --minutes there is nothing to keep.
  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalBeforeTheFirstStepLeavesNothing(_ signal: Int32) throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let errors = Pipe()
      let process = try SwiftletProgram.start(
        ["pretrain", data.path, "--run", run.path] + SwiftletProgram.tiny + ["--minutes", "1000000"], errors: errors)
      var said = ""
      while !said.contains("Measuring") {
        let data = errors.fileHandleForReading.availableData
        try #require(!data.isEmpty, "it ended without measuring: \(said)")
        said += String(decoding: data, as: UTF8.self)
      }
      end(process, signal)
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 128 + signal)
      said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(said.contains("Stopped before the first step; nothing was written."))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["data"])
    }
  }

  /// Vectors appear whole or not at all, and no draft of them stays.
  @Test func aSignalWhileVectorsAreWrittenLeavesNothing() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, run, ["--epochs", "1"]).code == 0)
      let (many, out) = (folder.appending(path: "many"), folder.appending(path: "out"))
      for place in [many, out] { try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true) }
      for number in 0..<20_000 {
        #expect(link(data.path + "/class0/0.png", many.path + "/\(number).png") == 0)
      }
      let process = try SwiftletProgram.start(["embed", run.path, many.path, "-o", out.path + "/vectors.npy"])
      while process.isRunning, try FileManager.default.contentsOfDirectory(atPath: out.path).isEmpty {
        Thread.sleep(forTimeInterval: 0.005)
      }
      end(process, SIGINT)
      #expect(process.terminationStatus == 130)
      #expect(try FileManager.default.contentsOfDirectory(atPath: out.path) == [])
    }
  }
}
