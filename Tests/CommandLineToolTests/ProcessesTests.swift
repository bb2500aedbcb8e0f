#if os(Linux)
  import Foundation
  import TestSupport
  import Testing
  import Torch

  /// One run in several processes of the built program.
  @Suite(.serialized) struct ProcessesTests {
    private static let options = [
      "--label-column", "label", "--batch-size", "24", "--precision", "float32", "--threads", "1", "--process-timeout",
      "10",
    ]

    /// Three classes of rows of numbers.
    private func writeTable(in folder: URL) throws -> String {
      var numbers = SystemLikeNumbers()
      let rows = (0..<120).map { row in
        let shifts = (0..<5).map { Double(row % 3) * 0.4 * Double($0 + 1) + numbers.next() }
        return (shifts.map { String(format: "%.4f", $0) } + ["class\(row % 3)"]).joined(separator: ",")
      }
      let file = folder.appending(path: "table.csv")
      try Data((["a,b,c,d,e,label"] + rows).joined(separator: "\n").utf8).write(to: file)
      return file.path
    }

    /// Numbers from −1 to below 1 that are the same everywhere.
    private struct SystemLikeNumbers {
      private var state: UInt64 = 7
      mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 52) - 1
      }
    }

    private struct Line: Decodable { let loss: Double }

    private func losses(_ run: URL) throws -> [Double] {
      try SwiftletProgram.lines(run, "metrics.jsonl").map {
        try JSONDecoder().decode(Line.self, from: Data($0.utf8)).loss
      }
    }

    private func checkpoints(_ run: URL) -> [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: run.path + "/checkpoints")) ?? []).sorted()
    }

    private func weights(_ run: URL) throws -> [String: [Double]] {
      let last = try #require(checkpoints(run).last)
      return try Safetensors.read("\(run.path)/checkpoints/\(last)/model.safetensors").mapValues { try $0.values() }
    }

    /// Losses of all steps, and weights after the last.
    private func expectClose(_ run: URL, to other: URL, relative: Double) throws {
      let (found, expected) = (try losses(run), try losses(other))
      #expect(found.count == expected.count)
      for (one, two) in zip(found, expected) { #expect(abs(one - two) <= relative * max(1e-3, abs(two))) }
      let (mine, theirs) = (try weights(run), try weights(other))
      #expect(mine.keys.sorted() == theirs.keys.sorted())
      var (difference, size) = (0.0, 0.0)
      for (name, values) in theirs {
        for (one, two) in zip(mine[name] ?? [], values) {
          difference += (one - two) * (one - two)
          size += two * two
        }
      }
      #expect(difference.squareRoot() <= relative * size.squareRoot())
    }

    @Test(arguments: ["scarf", "vime", "moco-v2"]) func theyLearnWhatOneProcessLearns(_ method: String) throws {
      try withTemporaryFolder { folder in
        let table = try writeTable(in: folder)
        let runs = try [1, 2, 4].map { count in
          let run = folder.appending(path: "run\(count)")
          let outcome = try SwiftletProgram.run(
            ["pretrain", table, "-o", run.path, "--method", method, "--epochs", "5", "--processes", "\(count)"]
              + Self.options)
          #expect(outcome.code == 0, "\(outcome.errors)")
          return run
        }
        #expect(try losses(runs[0]).count == 25)
        for run in runs.dropFirst() { try expectClose(run, to: runs[0], relative: 1e-5) }
      }
    }

    /// Nobody asked for threads: all cores of this machine together, and not all in each.
    @Test func theCoresAreDivided() throws {
      try withTemporaryFolder { folder in
        let run = folder.appending(path: "run")
        let outcome = try SwiftletProgram.run(
          "pretrain", try writeTable(in: folder), "-o", run.path, "--method", "scarf", "--epochs", "1", "--processes",
          "2")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let file = try Data(contentsOf: run.appending(path: "configuration.json"))
        let configuration = try #require(try JSONSerialization.jsonObject(with: file) as? [String: Any])
        let threads = try #require(configuration["computeThreads"] as? Int)
        #expect(threads == max(1, ProcessInfo.processInfo.activeProcessorCount / 2), "\(threads)")
      }
    }

    /// Of networks without batch normalisation the numbers stay close; with it, rounding alone moves them, as another number
    /// of threads does, so that only the first steps can be compared. `WorldTests` compares their steps in float64.
    @Test(
      .enabled(if: SwiftletProgram.hasTimeForLongTests),
      arguments: [
        "simclr", "moco-v2", "moco-v3", "dcl", "byol", "simsiam", "barlow-twins", "vicreg", "nnclr", "lejepa", "visreg",
        "swav", "dino", "mae",
        "i-jepa", "rotation", "jigsaw",
      ]) func pictures(_ method: String) throws
    {
      try withTemporaryFolder { folder in
        let data = folder.appending(path: "data")
        try drawPictures(in: data, perClass: 16)
        let isTransformer = method == "mae" || method == "i-jepa"
        let size = isTransformer ? ["--image-size", "32"] : ["--width", "4", "--image-size", "32"]
        let runs = try [1, 2, 4].map { count in
          let run = folder.appending(path: "run\(count)")
          let outcome = try SwiftletProgram.run(
            [
              "pretrain", data.path, "-o", run.path, "--method", method, "--epochs", "5", "--batch-size", "8",
              "--precision", "float32", "--threads", "1", "--processes", "\(count)",
            ] + size)
          #expect(outcome.code == 0, "\(outcome.errors)")
          return run
        }
        for run in runs.dropFirst() {
          if isTransformer {
            try expectClose(run, to: runs[0], relative: 1e-5)
          } else {
            let (one, two) = (try losses(run)[0], try losses(runs[0])[0])
            #expect(abs(one - two) <= 5e-5 * max(0.1, abs(two)))
          }
        }
      }
    }

    // MARK: Faults

    private func children(of process: Process) -> [pid_t] {
      let number = process.processIdentifier
      let text = (try? String(contentsOfFile: "/proc/\(number)/task/\(number)/children", encoding: .utf8)) ?? ""
      return text.split(separator: " ").compactMap { pid_t($0) }.sorted()
    }

    /// Starts a long run in three processes, sends a signal to one of them or (-1) to the program that started them, and
    /// waits.
    private func interrupt(
      _ rank: Int, _ signal: Int32,
      _ check: (_ process: Process, _ errors: String, _ run: URL, _ seconds: Double) throws -> Void
    ) throws {
      try withTemporaryFolder { folder in
        let (table, run) = (try writeTable(in: folder), folder.appending(path: "run"))
        let log = folder.appending(path: "log")
        try Data().write(to: log)
        let process = try SwiftletProgram.start(
          ["pretrain", table, "-o", run.path, "--epochs", "100000", "--processes", "3"] + Self.options
            + ["--process-timeout", "4"],
          errors: FileHandle(forWritingTo: log))
        try SwiftletProgram.waitForRun(run)
        for _ in 0..<600 where checkpoints(run).isEmpty { Thread.sleep(forTimeInterval: 0.02) }
        let children = children(of: process)
        #expect(children.count == 3)
        let start = ContinuousClock.now
        Foundation.kill(rank < 0 ? process.processIdentifier : children[rank], signal)
        process.waitUntilExit()
        let seconds = start.duration(to: .now) / .seconds(1)
        for child in children { #expect(Foundation.kill(child, 0) != 0, "process \(child) is left") }
        try check(process, String(contentsOf: log, encoding: .utf8), run, seconds)
      }
    }

    @Test(arguments: [0, 1, 2]) func aDeadProcessIsNamed(_ rank: Int) throws {
      try interrupt(rank, SIGKILL) { process, errors, run, seconds in
        #expect(process.terminationStatus == 1)
        #expect(errors.contains("error: process \(rank) is gone or hangs"), "\(errors)")
        #expect(errors.components(separatedBy: "error:").count == 2, "\(errors)")
        #expect(seconds < 15)
        #expect(!checkpoints(run).isEmpty)
      }
    }

    @Test func aProcessThatHangsIsNamedWithinTheTimeOut() throws {
      try interrupt(2, SIGSTOP) { process, errors, _, seconds in
        #expect(process.terminationStatus == 1)
        #expect(errors.contains("error: process 2 is gone or hangs: it has not answered for 4 s"), "\(errors)")
        #expect(seconds > 3 && seconds < 20)
      }
    }

    @Test(arguments: [-1, 0, 1]) func ctrlCSavesACheckpoint(_ rank: Int) throws {
      try interrupt(rank, SIGINT) { process, errors, run, _ in
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 130, "\(errors)")
        let steps = try SwiftletProgram.lines(run, "metrics.jsonl").count
        #expect(checkpoints(run).last.flatMap { Int($0.dropFirst(5)) } == steps)
        #expect(errors.contains("Stopped after step \(steps)"), "\(errors)")
      }
    }

    /// The same number of processes goes on to the same bits; another goes on and says that bits differ.
    @Test func aKilledRunGoesOn() throws {
      try withTemporaryFolder { folder in
        let table = try writeTable(in: folder)
        let (whole, killed, other) = (
          folder.appending(path: "whole"), folder.appending(path: "killed"), folder.appending(path: "other")
        )
        let arguments =
          ["pretrain", table, "--method", "scarf", "--epochs", "80", "--processes", "2"] + Self.options
        #expect(try SwiftletProgram.run(arguments + ["-o", whole.path]).code == 0)
        let process = try SwiftletProgram.start(arguments + ["-o", killed.path])
        try SwiftletProgram.waitForRun(killed)
        for _ in 0..<600 where checkpoints(killed).isEmpty { Thread.sleep(forTimeInterval: 0.02) }
        for child in children(of: process).suffix(1) { Foundation.kill(child, SIGKILL) }
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
        try FileManager.default.copyItem(at: killed, to: other)
        let resumed = try SwiftletProgram.run("resume", killed.path)
        #expect(resumed.code == 0, "\(resumed.errors)")
        #expect(resumed.errors.contains("Processes  2"))
        #expect(
          try SwiftletProgram.lines(killed, "metrics.jsonl") == SwiftletProgram.lines(whole, "metrics.jsonl"))
        let changed = try SwiftletProgram.run("resume", other.path, "--processes", "1")
        #expect(changed.code == 0, "\(changed.errors)")
        #expect(changed.errors.contains("2 processes trained the run before, and 1 go"), "\(changed.errors)")
        #expect(try losses(other).count == losses(whole).count)
      }
    }

    // MARK: Vectors

    /// A run, and other rows than it was trained on: of several batches, the last of them smaller.
    private func rowsToEmbed(in folder: URL) throws -> (run: String, rows: String) {
      let table = try writeTable(in: folder)
      let run = folder.appending(path: "run").path
      #expect(try SwiftletProgram.run(["pretrain", table, "-o", run, "--epochs", "1"] + Self.options).code == 0)
      var numbers = SystemLikeNumbers()
      let rows = (0..<1100).map { _ in
        (0..<5).map { _ in String(format: "%.4f", numbers.next()) }.joined(separator: ",")
      }
      let file = folder.appending(path: "rows.csv")
      try Data((["a,b,c,d,e"] + rows).joined(separator: "\n").utf8).write(to: file)
      return (run, file.path)
    }

    private func contents(_ folder: URL, _ name: String) throws -> Data {
      try Data(contentsOf: folder.appending(path: name))
    }

    /// Five batches among 2, 3 and 7 processes, of which two have none.
    @Test func vectorsAreThoseOfOneProcess() throws {
      try withTemporaryFolder { folder in
        let (run, rows) = try rowsToEmbed(in: folder)
        for count in [1, 2, 3, 7] {
          let outcome = try SwiftletProgram.run(
            "embed", run, rows, "-o", folder.path + "/\(count).npy", "--threads", "1", "--processes", "\(count)")
          #expect(outcome.code == 0, "\(outcome.errors)")
          #expect(outcome.errors.contains("Wrote 1100 vectors"), "\(outcome.errors)")
          #expect(outcome.errors.contains("Processes  \(count), on this machine") == (count > 1))
          #expect(try contents(folder, "\(count).npy") == contents(folder, "1.npy"))
          #expect(try contents(folder, "\(count).csv") == contents(folder, "1.csv"))
        }
        #expect(try contents(folder, "1.npy").count > 1100 * 4)
      }
    }

    /// Leaves the header of a picture, so that only reading it finds out.
    private func cutShort(_ picture: URL) throws {
      try Data(contentsOf: picture).prefix(60).write(to: picture)
    }

    /// Pictures that cannot be read are left out, also where they are all that a process has.
    @Test func unreadablePicturesAreLeftOutByAll() throws {
      try withTemporaryFolder { folder in
        let pictures = folder.appending(path: "pictures")
        try drawPictures(in: pictures)
        let run = folder.appending(path: "run").path
        #expect(try SwiftletProgram.pretrain(pictures, URL(fileURLWithPath: run)).code == 0)
        let more = folder.appending(path: "more")
        try drawPictures(in: more, classes: 3, perClass: 100)
        // All of the second batch, from the 257th on, and one of the first.
        let names = try FileManager.default.subpathsOfDirectory(atPath: more.path).filter { $0.hasSuffix(".png") }
          .sorted()
        for name in names[256...] + [names[3]] { try cutShort(more.appending(path: name)) }
        var said: [String] = []
        for count in [1, 2] {
          let outcome = try SwiftletProgram.run(
            "embed", run, more.path, "-o", folder.path + "/\(count).npy", "--threads", "1", "--processes", "\(count)")
          #expect(outcome.code == 0, "\(outcome.errors)")
          said.append(outcome.errors.split(separator: "\n").filter { $0.contains("Skipped") }.joined())
        }
        #expect(said[0].contains("45 that cannot be read") && said[0] == said[1], "\(said)")
        #expect(try contents(folder, "2.npy") == contents(folder, "1.npy"))
        #expect(try contents(folder, "2.csv") == contents(folder, "1.csv"))
        for name in names[0..<256] where name != names[3] { try cutShort(more.appending(path: name)) }
        let none = try SwiftletProgram.run(
          "embed", run, more.path, "-o", folder.path + "/none.npy", "--processes", "2")
        #expect(none.code == 1)
        #expect(none.errors.contains("None of the 300 samples can be read"), "\(none.errors)")
        #expect(none.errors.components(separatedBy: "error:").count == 2, "\(none.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/none.npy"))
      }
    }

    /// Sends a signal to a process, or (-1) to the program that started them, while they encode.
    private func interruptVectors(_ rank: Int, _ signal: Int32) throws -> (code: Int32, errors: String, files: [String])
    {
      try withTemporaryFolder { folder in
        let (run, rows) = try rowsToEmbed(in: folder)
        let lines = try String(contentsOfFile: rows, encoding: .utf8).split(separator: "\n")
        let many = [String](repeating: lines.dropFirst().joined(separator: "\n"), count: 300)
        try Data((lines[0] + "\n" + many.joined(separator: "\n")).utf8).write(to: URL(fileURLWithPath: rows))
        let log = folder.appending(path: "log")
        try Data().write(to: log)
        let process = try SwiftletProgram.start(
          [
            "embed", run, rows, "-o", folder.path + "/out/many.npy", "--threads", "1", "--processes", "2",
            "--process-timeout", "4",
          ],
          errors: FileHandle(forWritingTo: log))
        // From the first line about its progress on, batches pass.
        for _ in 0..<3000 where try !String(contentsOf: log, encoding: .utf8).contains("/330000") {
          Thread.sleep(forTimeInterval: 0.02)
        }
        let children = children(of: process)
        try #require(children.count == 2)
        Foundation.kill(rank < 0 ? process.processIdentifier : children[rank], signal)
        process.waitUntilExit()
        return (
          process.terminationStatus, try String(contentsOf: log, encoding: .utf8),
          try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out").filter {
            $0.hasSuffix(".npy") || $0.hasSuffix(".csv")
          }
        )
      }
    }

    @Test(arguments: [0, 1]) func aDeadProcessLeavesNoVectors(_ rank: Int) throws {
      let (code, errors, files) = try interruptVectors(rank, SIGKILL)
      #expect(code == 1)
      #expect(errors.contains("error: process \(rank) is gone or hangs"), "\(errors)")
      #expect(files.isEmpty)
    }

    @Test(arguments: [-1, 0, 1]) func ctrlCStopsAllThatEncode(_ rank: Int) throws {
      let (code, errors, files) = try interruptVectors(rank, SIGINT)
      #expect(code == 130, "\(errors)")
      #expect(errors.contains("of 330000 samples; nothing was written."), "\(errors)")
      #expect(files.isEmpty)
    }

    @Test func resultsAreThoseOfOneProcess() throws {
      try withTemporaryFolder { folder in
        let table = try writeTable(in: folder)
        let run = folder.appending(path: "run").path
        #expect(try SwiftletProgram.run(["pretrain", table, "-o", run, "--epochs", "2"] + Self.options).code == 0)
        var results: [String] = []
        for count in [1, 3] {
          let outcome = try SwiftletProgram.run(
            "evaluate", run, table, "--label-column", "label", "--threads", "1", "--json", "--processes", "\(count)",
            "--label-fractions", "50%,100%")
          #expect(outcome.code == 0, "\(outcome.errors)")
          results.append(outcome.output)
        }
        #expect(results[0].contains("random initialisation") && results[0].contains("raw input"))
        #expect(results[1] == results[0])
        // Process 0 finds out, and all end.
        let rows = folder.appending(path: "rows.csv")
        try Data("a,b,c,d,e\n1,2,3,4,5\n5,4,3,2,1\n".utf8).write(to: rows)
        let refused = try SwiftletProgram.run("evaluate", run, rows.path, "--processes", "2")
        #expect(refused.code == 1)
        #expect(refused.errors.components(separatedBy: "error:").count == 2, "\(refused.errors)")
        let horizon = try SwiftletProgram.run("evaluate", run, table, "--horizon", "3", "--processes", "2")
        #expect(horizon.errors.contains("--horizon is judged by one process"), "\(horizon.errors)")
      }
    }

    @Test func stepsAreForOneProcess() throws {
      let outcome = try SwiftletProgram.run("embed", "run", "x", "-o", "x.npy", "--per-step", "--processes", "2")
      #expect(outcome.code != 0 && outcome.errors.contains("--per-step is for one process"), "\(outcome.errors)")
    }

    // MARK: Other launchers

    /// Runs two processes with the environment that a launcher gives them.
    private func start(
      _ arguments: [String], _ environment: (Int) -> [String: String]
    ) throws -> [SwiftletProgram.Outcome] {
      final class Outcomes: @unchecked Sendable {
        var all: [Int: SwiftletProgram.Outcome] = [:]
        let lock = NSLock()
      }
      let (outcomes, group) = (Outcomes(), DispatchGroup())
      for rank in 0..<2 {
        let variables = environment(rank)
        DispatchQueue.global().async(group: group) {
          let outcome = try? SwiftletProgram.run(arguments, environment: variables)
          outcomes.lock.withLock { outcomes.all[rank] = outcome }
        }
      }
      group.wait()
      return try (0..<2).map { try #require(outcomes.all[$0]) }
    }

    private static func variables(_ rank: Int, port: Int) -> [String: String] {
      ["RANK": "\(rank)", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "\(port)"]
    }

    @Test func environmentsOfLaunchersGiveTheSameRun() throws {
      try withTemporaryFolder { folder in
        let table = try writeTable(in: folder)
        let arguments = ["pretrain", table, "--epochs", "2"] + Self.options
        let own = folder.appending(path: "own")
        #expect(try SwiftletProgram.run(arguments + ["-o", own.path, "--processes", "2"]).code == 0)
        let environments: [(String, String, @Sendable (Int) -> [String: String])] = [
          ("variables", "RANK and WORLD_SIZE", { Self.variables($0, port: 29_517) }),
          (
            "slurm", "Slurm",
            { rank in
              [
                "SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "\(rank)", "SLURM_NODEID": "0", "SLURM_JOB_ID": "9518",
                "SLURM_STEP_TASKS_PER_NODE": "2", "SLURM_STEP_NODELIST": "localhost",
              ]
            }
          ),
        ]
        for (name, said, environment) in environments {
          let run = folder.appending(path: name)
          let outcomes = try start(arguments + ["-o", run.path], environment)
          for outcome in outcomes { #expect(outcome.code == 0, "\(outcome.errors)") }
          #expect(outcomes[0].errors.contains("Processes  2, started by \(said)"))
          #expect(outcomes[1].errors.isEmpty, "\(outcomes[1].errors)")
          #expect(try SwiftletProgram.lines(run, "metrics.jsonl") == SwiftletProgram.lines(own, "metrics.jsonl"))
        }
      }
    }

    @Test func otherOptionsAreNamed() throws {
      try withTemporaryFolder { folder in
        let table = try writeTable(in: folder)
        let (one, two) = (folder.appending(path: "one").path, folder.appending(path: "two").path)
        let group = DispatchGroup()
        final class Kept: @unchecked Sendable { var other: SwiftletProgram.Outcome? }
        let kept = Kept()
        DispatchQueue.global().async(group: group) {
          kept.other = try? SwiftletProgram.run(
            ["pretrain", table, "-o", two, "--epochs", "2"] + Self.options,
            environment: Self.variables(1, port: 29_519))
        }
        let first = try SwiftletProgram.run(
          ["pretrain", table, "-o", one, "--epochs", "2"] + Self.options, environment: Self.variables(0, port: 29_519))
        group.wait()
        #expect(first.code == 1)
        #expect(first.errors.contains("error: process 1 has other options than process 0"), "\(first.errors)")
        #expect(kept.other?.code == 1)
        #expect(kept.other?.errors.isEmpty == true)
        #expect(!FileManager.default.fileExists(atPath: one))
      }
    }

    @Test func aPortInUseIsNamed() throws {
      let socket = Foundation.socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(socket) }
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
      let port = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          bind(socket, address, length) == 0 && listen(socket, 1) == 0 && getsockname(socket, address, &length) == 0
        } ? Int(UInt16(bigEndian: pointer.pointee.sin6_port)) : nil
      }
      let outcome = try SwiftletProgram.run(
        ["pretrain", "x"], environment: Self.variables(0, port: try #require(port)))
      #expect(outcome.code == 1)
      #expect(outcome.errors.contains("another program uses this port"), "\(outcome.errors)")
    }

    @Test func nobodyComes() throws {
      let first = try SwiftletProgram.run(
        ["pretrain", "x", "--process-timeout", "2"], environment: Self.variables(0, port: 29_521))
      #expect(first.errors == "error: process 1 of 2 has not come within 2 s\n")
      let second = try SwiftletProgram.run(
        ["pretrain", "x", "--process-timeout", "2"], environment: Self.variables(1, port: 29_522))
      #expect(second.errors.hasPrefix("error: nobody answers at 127.0.0.1:29522 within 2 s"), "\(second.errors)")
    }

    @Test func tooManyProcessesForABatch() throws {
      try withTemporaryFolder { folder in
        let table = try writeTable(in: folder)
        let run = folder.appending(path: "run")
        let outcome = try SwiftletProgram.run(
          ["pretrain", table, "-o", run.path, "--batch-size", "4", "--label-column", "label", "--processes", "3"])
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("a batch of 4 cannot be divided among 3 processes"), "\(outcome.errors)")
        #expect(outcome.errors.components(separatedBy: "error:").count == 2, "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: run.path))
      }
    }
  }
#endif
