import Foundation
import TestSupport
import Testing

/// Several processes and one run.
@Suite struct RunInUseTests {
  private static let long = SwiftletProgram.tiny + ["--epochs", "100000"]

  @Test func theSecondIsToldWhoWritesAndAKillFreesTheRun() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let first = try SwiftletProgram.start(["pretrain", data.path, "--run", run.path] + Self.long)
      defer { Foundation.kill(first.processIdentifier, SIGKILL) }
      try SwiftletProgram.waitForRun(run)
      let number = first.processIdentifier
      for words in [["resume", run.path], ["resume", run.path, "--data", data.path]] {
        let second = try SwiftletProgram.run(words)
        #expect(second.code == 1 && second.errors.contains("the process \(number) writes to it"), "\(second.errors)")
      }
      // To look at it takes no hold, once there is a checkpoint.
      try SwiftletProgram.kill(first, after: 0)
      let resumed = try SwiftletProgram.start(["resume", run.path])
      defer { Foundation.kill(resumed.processIdentifier, SIGKILL) }
      Thread.sleep(forTimeInterval: 1)
      #expect(resumed.isRunning)
      let third = try SwiftletProgram.run("resume", run.path)
      #expect(third.errors.contains("the process \(resumed.processIdentifier) writes to it"), "\(third.errors)")
      Foundation.kill(resumed.processIdentifier, SIGINT)
      resumed.waitUntilExit()
      #expect(resumed.terminationStatus == 130)
      #expect(try SwiftletProgram.run("compare", run.path).code == 0)
    }
  }

  @Test func namesThatNobodyChoseAreTakenOnce() throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "data"))
      let words = ["pretrain", "data"] + SwiftletProgram.tiny + ["--epochs", "1"]
      let outcomes = Collected()
      let threads = (0..<3).map { _ in
        let thread = Thread { outcomes.add((try? SwiftletProgram.run(words, in: folder))?.code ?? -1) }
        thread.start()
        return thread
      }
      while threads.contains(where: { !$0.isFinished }) { Thread.sleep(forTimeInterval: 0.05) }
      #expect(outcomes.codes == [0, 0, 0])
      let runs = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/runs").sorted()
      #expect(runs == ["data-1", "data-2", "data-3"])
      for run in runs { #expect(try !SwiftletProgram.lines(folder, "runs/\(run)/metrics.jsonl").isEmpty) }
    }
  }

  /// A link, or somebody's file, in the place of a lock is not written to.
  @Test func whatLiesInThePlaceOfALockIsKept() throws {
    try withTemporaryFolder { folder in
      let manager = FileManager.default
      try drawPictures(in: folder.appending(path: "data"))
      #expect(try SwiftletProgram.pretrain(folder.appending(path: "data"), folder.appending(path: "run")).code == 0)
      let victim = folder.appending(path: "victim")
      try Data("precious\n".utf8).write(to: victim)
      try manager.createDirectory(atPath: folder.path + "/fresh", withIntermediateDirectories: true)
      let tiny = SwiftletProgram.tiny
      let commands: [(words: [String], lock: String)] = [
        (["pretrain", "data", "-o", "fresh"] + tiny, "fresh/run.lock"), (["resume", "run"], "run/run.lock"),
        (["resume", "run", "--data", "data"], "run/run.lock"),
        (["select", "data", "--methods", "simclr,vicreg", "-o", "fresh"], "fresh/run.lock"),
        (["finetune", "run", "data", "--epochs", "1", "--only-run", "-o", "fresh"], "fresh/run.lock"),
        (["curve", "run", "data", "--epochs", "1", "--seeds", "1"], "run/curve.lock"),
      ]
      for (words, lock) in commands {
        let place = folder.path + "/" + lock
        for (make, sentence) in [
          (
            { try manager.createSymbolicLink(atPath: place, withDestinationPath: "../victim") }, "it is a symbolic link"
          ),
          (
            { try manager.createSymbolicLink(atPath: place, withDestinationPath: "../nobody") }, "it is a symbolic link"
          ),
          ({ try manager.linkItem(atPath: victim.path, toPath: place) }, "it holds something else"),
          ({ try manager.createDirectory(atPath: place, withIntermediateDirectories: false) }, "it is not a file"),
        ] as [(() throws -> Void, String)] {
          try? manager.removeItem(atPath: place)
          try make()
          let before = try manager.subpathsOfDirectory(atPath: folder.path).sorted()
          let outcome = try SwiftletProgram.run(words, in: folder)
          #expect(
            outcome.code == 1 && outcome.errors.contains("error: cannot write \(lock): \(sentence)"),
            "\(words): \(outcome.code) \(outcome.errors)")
          #expect(try String(contentsOf: victim, encoding: .utf8) == "precious\n", "\(words)")
          #expect(try manager.subpathsOfDirectory(atPath: folder.path).sorted() == before, "\(words)")
        }
        try manager.removeItem(atPath: place)
      }
    }
  }

  /// Checkpoints come into the run itself, and not into a folder that a link leads to.
  @Test func checkpointsBehindALinkStay() throws {
    try withTemporaryFolder { folder in
      let manager = FileManager.default
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, run).code == 0)
      let place = run.path + "/checkpoints"
      let newest = try #require(try manager.contentsOfDirectory(atPath: place).max())
      try manager.removeItem(atPath: place + "/" + newest)
      try manager.moveItem(atPath: place, toPath: folder.path + "/kept")
      try manager.createSymbolicLink(atPath: place, withDestinationPath: "../kept")
      let before = try manager.subpathsOfDirectory(atPath: folder.path + "/kept").sorted()
      let resumed = try SwiftletProgram.run("resume", run.path)
      #expect(
        resumed.code == 1
          && resumed.errors.contains(
            "error: cannot write \(place): it is a symbolic link, which is not followed; put the folder itself in its place"
          ),
        "\(resumed.errors)")
      #expect(try manager.subpathsOfDirectory(atPath: folder.path + "/kept").sorted() == before)
      // To read them is no harm.
      #expect(try SwiftletProgram.run("embed", run.path, data.path, "-o", folder.path + "/v.npy").code == 0)
    }
  }

  /// What a killed process left before its run was whole is in nobody's way.
  @Test func anUnfinishedBeginningIsFree() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      try FileManager.default.createDirectory(
        at: run.appending(path: ".draft-1/checkpoints"), withIntermediateDirectories: true)
      for name in ["run.lock", "samples.json", ".draft-1/configuration.json"] {
        try Data("1\n".utf8).write(to: run.appending(path: name))
      }
      #expect(try SwiftletProgram.pretrain(data, run).code == 0)
      #expect(try !FileManager.default.contentsOfDirectory(atPath: run.path).contains(".draft-1"))
      // Without the lock, the same file is somebody else's.
      let other = folder.appending(path: "other")
      try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
      try Data("1\n".utf8).write(to: other.appending(path: "samples.json"))
      let refused = try SwiftletProgram.pretrain(data, other)
      #expect(refused.code == 1 && refused.errors.contains("has other things in it"), "\(refused.errors)")
    }
  }
}

private final class Collected: @unchecked Sendable {
  private let lock = NSLock()
  private var found: [Int32] = []
  var codes: [Int32] { lock.withLock { found } }
  func add(_ code: Int32) { lock.withLock { found.append(code) } }
}
