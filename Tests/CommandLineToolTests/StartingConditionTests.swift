import Foundation
import TestSupport
import Testing

/// What a shell may hand to the program: closed streams and limits.
@Suite struct StartingConditionTests {
  private func shell(_ script: String, in folder: URL) throws -> (code: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script, "sh", SwiftletProgram.path] + SwiftletProgram.tiny
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let isExit = process.terminationReason == .exit
    return (process.terminationStatus * (isExit ? 1 : -1), String(decoding: said, as: UTF8.self))
  }

  /// Without a place for it, what is said to people must not end up in the files that are opened next.
  @Test(arguments: ["2>&-", "<&- 2>&-", "<&- >&- 2>&-"])
  func closedStreams(_ redirections: String) throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "data"))
      let learn = #"program=$1; shift; "$program" pretrain data --run "$RUN" "$@""#
      #expect(try shell("RUN=run; \(learn)", in: folder).code == 0)
      #expect(try shell("RUN=closed; \(learn) \(redirections)", in: folder).code == 0)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/run").sorted()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/closed").sorted() == files)
      for name in files where name.hasSuffix(".json") || name.hasSuffix("metrics.jsonl") {
        let (whole, other) = ("\(folder.path)/run/\(name)", "\(folder.path)/closed/\(name)")
        #expect(FileManager.default.contentsEqual(atPath: whole, andPath: other), "\(name)")
      }
      for name in files where name.hasSuffix(".jsonl") {
        for line in try SwiftletProgram.lines(folder.appending(path: "closed"), name) {
          #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil, "\(name): \(line)")
        }
      }
    }
  }

  /// A result that nobody can read is no success.
  @Test func aResultForAClosedStandardOutput() throws {
    try withTemporaryFolder { folder in
      let outcome = try shell(#""$1" methods --json >&-"#, in: folder)
      #expect(outcome.code == 1)
      #expect(
        outcome.errors.contains("error: cannot write the result to standard output: Bad file descriptor"),
        "\(outcome.errors)")
    }
  }

  /// The system ends a program that writes more, unless it ignores the signal.
  @Test func aLimitOnTheSizeOfFiles() throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "data"))
      let learn = #"program=$1; shift; ulimit -f 16; "$program" pretrain data --run run "$@""#
      let limited = try shell(learn, in: folder)
      #expect(limited.code == 1, "\(limited.errors)")
      #expect(
        limited.errors.contains("File too large: there is a limit on the size of a file (see 'ulimit -f')"),
        "\(limited.errors)")
      #expect(try SwiftletProgram.run("resume", "run", in: folder).code == 0)
    }
  }

  /// Where no thread can be started, and no tensor be made, the program says so and ends.
  @Test(.enabled(if: SwiftletProgram.hasTimeForLongTests)) func aLimitOnMemory() throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "data"))
      for kilobytes in [450_000, 500_000, 600_000, 700_000] {
        let learn = #"""
          ulimit -v \#(kilobytes)
          exec timeout 60 "$1" pretrain data --run run-\#(kilobytes) --image-size 16 --batch-size 8 --epochs 1 \
            --precision float32 --threads 1 --backbone resnet18
          """#
        let outcome = try shell(learn, in: folder)
        // 127: not even the program's libraries fit.
        let isSaid = outcome.errors.contains("error: ") || outcome.code == 127 || outcome.code == 0
        #expect(isSaid && outcome.code != 124, "with \(kilobytes) KiB: exit code \(outcome.code), \(outcome.errors)")
      }
    }
  }

  /// Where threads cannot be started or kernels not be generated, a sentence says so; nothing waits for ever or crashes.
  @Test(.enabled(if: SwiftletProgram.hasTimeForLongTests)) func aLimitOnData() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, folder.appending(path: "run")).code == 0)
      let learn =
        "pretrain data -o new --width 4 --image-size 16 --batch-size 8 --epochs 1 --precision float32 --threads 1"
      for kilobytes in [60_000, 80_000, 100_000, 110_000, 120_000, 130_000, 140_000, 150_000, 200_000] {
        for command in ["report run", "evaluate run data", "embed run data -o v.npy --force", learn] {
          let outcome = try shell(
            "rm -rf new; ulimit -c 0; ulimit -d \(kilobytes); exec timeout 60 \"$1\" \(command)", in: folder)
          // Below some size libtorch cannot be loaded: it ends before the program begins.
          let isUnloaded = outcome.errors.contains("terminate called")
          let isSaid = outcome.code == 0 || isUnloaded || outcome.code == 1 && outcome.errors.contains("error: ")
          #expect(isSaid && outcome.code != 124, "\(command), \(kilobytes) KiB: \(outcome.code), \(outcome.errors)")
        }
      }
    }
  }

  /// Writes go wrong one after the other; see the script.
  @Test(.enabled(if: SwiftletProgram.hasTimeForLongTests)) func diskThatFailsAtAnyWrite() throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
      path: "../../scripts/check-faults")
    let process = Process()
    process.executableURL = script.standardizedFileURL
    process.arguments = [SwiftletProgram.path, "--points", "2"]
    try process.run()
    process.waitUntilExit()
    // 77: not on this system; the script has said so.
    #expect([0, 77].contains(process.terminationStatus))
  }
}
