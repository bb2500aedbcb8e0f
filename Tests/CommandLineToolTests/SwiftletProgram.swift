import Foundation
import TestSupport
import Testing

/// The built program, run as a user runs it.
struct SwiftletProgram {
  struct Outcome {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Beside the test bundle, where the same build put it.
  static let path = Bundle.module.bundleURL.deletingLastPathComponent().appending(path: "swiftlet").path

  /// A tiny network, so that a run takes a second.
  static let tiny = [
    "--width", "4", "--image-size", "16", "--batch-size", "8", "--epochs", "3", "--precision", "float32", "--threads",
    "1",
  ]

  static let hasTimeForLongTests = ProcessInfo.processInfo.environment["SWIFTLET_LONG_TESTS"] != nil

  static func run(_ arguments: String..., in folder: URL? = nil) throws -> Outcome { try run(arguments, in: folder) }

  /// - Parameter environment: what is added to that of the test.
  static func run(
    _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = prepare(path, arguments, in: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    return try wait(for: process)
  }

  /// As a user whom permissions bind, which they do not root; nil where there is no way to become one.
  ///
  /// - Parameter processLimit: how many processes and threads that user may have; nil for any number.
  static func runUnprivileged(
    _ arguments: [String], in folder: URL? = nil, processLimit: Int? = nil
  ) throws -> Outcome? {
    var words = [path] + arguments
    if geteuid() == 0 {
      let setpriv = "/usr/bin/setpriv"
      guard FileManager.default.isExecutableFile(atPath: setpriv) else { return nil }
      // A user of no other process: the limit counts all of a user's.
      words = [setpriv, "--reuid=54321", "--regid=54321", "--clear-groups"] + words
    }
    if let processLimit {
      let prlimit = "/usr/bin/prlimit"
      guard FileManager.default.isExecutableFile(atPath: prlimit) else { return nil }
      words = [prlimit, "--nproc=\(processLimit)"] + words
    }
    return try wait(for: prepare(words[0], Array(words.dropFirst()), in: folder))
  }

  static func pretrain(_ data: URL, _ run: URL, _ more: [String] = []) throws -> Outcome {
    try self.run(["pretrain", data.path, "--run", run.path] + tiny + more)
  }

  /// Expects that a file with this text is refused by a pre-training in one sentence, which leaves nothing.
  static func expectRefusal(
    of text: String, as name: String, _ options: [String], code: Int32, mention: String,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    try withTemporaryFolder { folder in
      try Data(text.utf8).write(to: folder.appending(path: name))
      let outcome = try self.run(["pretrain", name, "--output", "run"] + options, in: folder)
      #expect(outcome.code == code, "\(outcome.errors)", sourceLocation: location)
      #expect(outcome.errors.contains(mention), "\(outcome.errors)", sourceLocation: location)
      #expect(outcome.output.isEmpty, sourceLocation: location)
      #expect(
        !FileManager.default.fileExists(atPath: folder.appending(path: "run").path), sourceLocation: location)
    }
  }

  private static func prepare(_ program: String, _ arguments: [String], in folder: URL?) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    process.standardInput = FileHandle.nullDevice
    return process
  }

  private static func wait(for process: Process) throws -> Outcome {
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    let complained = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: String(decoding: said, as: UTF8.self), errors: String(decoding: complained, as: UTF8.self))
  }

  // MARK: Runs that go on beside the test

  static func start(_ arguments: [String], errors: Any = FileHandle.nullDevice) throws -> Process {
    let process = prepare(path, arguments, in: nil)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    return process
  }

  static func waitForRun(_ run: URL) throws {
    // What makes a folder a run comes last.
    let whole = run.appending(path: "configuration.json").path
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: whole) { Thread.sleep(forTimeInterval: 0.02) }
    try #require(FileManager.default.fileExists(atPath: whole))
  }

  static func kill(_ process: Process, after seconds: Double) throws {
    Thread.sleep(forTimeInterval: seconds)
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Killed soon after its first checkpoint, with other loader threads, and resumed: the log is that of a run left alone.
  ///
  /// - Parameters:
  ///   - pretraining: the arguments behind `pretrain`, without `--output`.
  ///   - steps: how many the run makes.
  static func expectNoTrace(ofAKillOf pretraining: [String], in folder: URL, steps: Int) throws {
    let (whole, killed) = (folder.appending(path: "whole"), folder.appending(path: "killed"))
    let first = try run(["pretrain"] + pretraining + ["-o", whole.path])
    #expect(first.code == 0, "\(first.errors)")
    let expected = try lines(whole, "metrics.jsonl")
    let process = try start(["pretrain"] + pretraining + ["-o", killed.path, "--loader-threads", "3"])
    let checkpoints = killed.appending(path: "checkpoints").path
    for _ in 0..<600 where (try? FileManager.default.contentsOfDirectory(atPath: checkpoints))?.isEmpty ?? true {
      Thread.sleep(forTimeInterval: 0.02)
    }
    try kill(process, after: 0.1)
    let finished = try run("resume", killed.path)
    #expect(finished.code == 0, "\(finished.errors)")
    #expect(expected.count == steps)
    #expect(try lines(killed, "metrics.jsonl") == expected)
  }

  static func lines(_ folder: URL, _ name: String) throws -> [String] {
    guard let data = FileManager.default.contents(atPath: folder.appending(path: name).path) else { return [] }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
