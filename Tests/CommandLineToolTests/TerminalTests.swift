import Foundation
import TestSupport
import Testing

/// What the program writes to terminals, pipes and readers that go away.
@Suite struct TerminalTests {
  /// `script` runs a command on a terminal of its own. Its options are those of Linux.
  private static let script = "/usr/bin/script"
  private static let hasTerminals = FileManager.default.isExecutableFile(atPath: script)

  /// What the program writes to a terminal of the given width.
  private func transcript(
    _ arguments: [String], columns: Int, kind: String
  ) throws -> (code: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.script)
    let words = ([SwiftletProgram.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
    process.arguments = ["-qec", "stty cols \(columns); TERM='\(kind)' exec \(words)", "/dev/null"]
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: said, as: UTF8.self))
  }

  @Test(.enabled(if: hasTerminals), arguments: [20, 40, 80, 200])
  func progressFitsTheTerminal(_ columns: Int) throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let (code, text) = try transcript(
        ["pretrain", data.path, "--run", run.path] + SwiftletProgram.tiny, columns: columns, kind: "xterm-256color")
      #expect(code == 0, "\(text)")
      let drawn = text.components(separatedBy: "\r\u{1B}[K").dropFirst()
      #expect(drawn.count > 3)
      for line in drawn {
        let line = line.prefix { $0 != "\r" && $0 != "\n" && $0 != "\r\n" }
        #expect(line.count < columns && (columns < 40 || line.contains("step ")), "\(line)")
      }
    }
  }

  /// Sentences are broken between words; what is printed last is what to do next, with a command that can be copied.
  @Test(.enabled(if: hasTerminals), arguments: [40, 80])
  func sentencesFitTheTerminal(_ columns: Int) throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let (code, text) = try transcript(
        ["pretrain", data.path, "--output", run.path] + SwiftletProgram.tiny, columns: columns, kind: "dumb")
      #expect(code == 0 && text.contains("\n  swiftlet report \(run.path)"), "\(text)")
      for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("  swiftlet") {
        #expect(line.count < columns || !line.drop(while: { $0 == " " }).contains(" "), "\(line)")
      }
    }
  }

  /// A terminal that knows no control sequences gets lines.
  @Test(.enabled(if: hasTerminals), arguments: ["dumb", ""])
  func aPlainTerminalGetsNoEscapes(_ kind: String) throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let (code, text) = try transcript(
        ["pretrain", data.path, "--run", run.path] + SwiftletProgram.tiny, columns: 80, kind: kind)
      #expect(code == 0 && text.contains("step "), "\(text)")
      #expect(!text.contains("\u{1B}"), "\(text)")
    }
  }

  /// `swiftlet pretrain … 2>&1 | head -1`.
  @Test func aReaderThatGoesAwayStopsNoRun() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let pipe = Pipe()
      let process = Process()
      process.executableURL = URL(fileURLWithPath: SwiftletProgram.path)
      process.arguments = ["pretrain", data.path, "--run", run.path, "--json"] + SwiftletProgram.tiny
      process.standardInput = FileHandle.nullDevice
      (process.standardOutput, process.standardError) = (pipe, pipe)
      try process.run()
      try pipe.fileHandleForWriting.close()
      _ = try pipe.fileHandleForReading.read(upToCount: 1)
      try pipe.fileHandleForReading.close()
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 0)
      #expect(try SwiftletProgram.lines(run, "metrics.jsonl").count == 9)
    }
  }

  /// A name of two lines makes no second message, on standard error or in a table.
  @Test func namesStayInTheirLine() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data\nerror: all is lost")
      try drawPictures(in: data, perClass: 10)
      try Data("no picture".utf8).write(to: data.appending(path: "a\nerror: b.png"))
      try FileManager.default.moveItem(
        at: data.appending(path: "class1"), to: data.appending(path: "class\nerror: \u{1B}[2J\u{202E}1"))
      let run = folder.appending(path: "run\nerror: c")
      func check(_ arguments: [String], code: Int32 = 0) throws {
        let outcome = try SwiftletProgram.run(arguments)
        #expect(outcome.code == code, "\(outcome.errors)")
        for line in (outcome.errors + outcome.output).split(separator: "\n") {
          #expect(!line.hasPrefix("error: ") || code != 0 && line.hasPrefix("error: '"), "\(arguments): \(line)")
        }
        let acting = (outcome.errors + outcome.output).unicodeScalars.filter { [0x1B, 0x202E].contains($0.value) }
        #expect(acting.isEmpty, "\(arguments)")
      }
      try check(["pretrain", data.path, "-o", run.path, "--json"] + SwiftletProgram.tiny)
      try check(["evaluate", run.path, data.path, "--per-class"])
      try check(["evaluate", run.path, data.path, "--json"])
      try check(["finetune", run.path, data.path, "--epochs", "2", "--only-run", "--per-class"])
      try check(["search", run.path, data.path, data.appending(path: "class0/1.png").path])
      try check(["suggest", run.path, data.path, "--count", "2", "--json"])
      try check(["report", run.path])
      let page = try String(contentsOf: run.appending(path: "report.html"), encoding: .utf8)
      #expect(!page.unicodeScalars.contains { [0x1B, 0x202E].contains($0.value) })
      #expect(page.contains("class\\u{A}error: ") || page.contains("class\\\\u{A}error: "))
      try check(["export", run.path])
      let absent = try SwiftletProgram.run(["pretrain", "x\nerror: y", "-o", run.path + "2"])
      #expect(absent.code == 1 && absent.errors.hasPrefix("error: There is no file or folder 'x\\u{A}error: y'"))
      let refused = try SwiftletProgram.run(["pretrain", "x", "--no\nerror: such"])
      #expect(refused.code == 2 && refused.errors.contains("'--no\\u{A}error: such'"), "\(refused.errors)")
    }
  }

  /// Names of files come from anywhere: none of them may act on the terminal.
  @Test func namesCannotActOnATerminal() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try drawPictures(in: data)
      try Data("no picture".utf8).write(to: data.appending(path: "a\u{1B}[2J\u{202E}gpj.png"))
      let outcome = try SwiftletProgram.pretrain(data, folder.appending(path: "run"))
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("a\\u{1B}[2J\\u{202E}gpj.png"), "\(outcome.errors)")
      #expect(!outcome.errors.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
      let wrong = try SwiftletProgram.run("pretrain", "\u{1B}[31mred", "--\u{202E}oops")
      #expect(wrong.code == 2)
      #expect(!wrong.errors.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E }, "\(wrong.errors)")
    }
  }

  /// The terminal's window was closed.
  @Test func aHangUpSavesACheckpoint() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let process = try SwiftletProgram.start(
        ["pretrain", data.path, "--run", run.path] + SwiftletProgram.tiny + ["--epochs", "2000"])
      try SwiftletProgram.waitForRun(run)
      for _ in 0..<600 where try SwiftletProgram.lines(run, "metrics.jsonl").isEmpty {
        Thread.sleep(forTimeInterval: 0.02)
      }
      Foundation.kill(process.processIdentifier, SIGHUP)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 128 + SIGHUP)
      #expect(try !FileManager.default.contentsOfDirectory(atPath: run.path + "/checkpoints").isEmpty)
    }
  }

  /// A container's limit of processes: one sentence instead of waiting for ever.
  @Test func withoutThreadsItSaysSo() throws {
    // The limit binds no root.
    guard geteuid() != 0 || FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv") else { return }
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try drawPictures(in: data)
      chmod(folder.path, 0o777)
      let words = ["pretrain", data.path, "--run", folder.appending(path: "run").path, "--loader-threads", "2"]
      let outcome = try SwiftletProgram.runUnprivileged(words + SwiftletProgram.tiny, processLimit: 1)
      guard let outcome else { return }
      #expect(outcome.code == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("No thread can be started"), "\(outcome.errors)")
      // Nor can the threads that compute; libtorch would end the process without a word about what to do.
      var tiny = SwiftletProgram.tiny
      tiny[try #require(tiny.firstIndex(of: "--threads")) + 1] = "2"
      let two = try SwiftletProgram.runUnprivileged(words + tiny, processLimit: 1)
      if let two {
        #expect(two.code == 1 && two.errors.contains("Only 1 of 2 threads can be started"), "\(two.errors)")
      }
    }
  }
}
