import Foundation
import TestSupport
import Testing

/// Disks and folders that cannot be written on.
@Suite struct UnwritableTests {
  /// Everything in `folder`, for everyone or for reading alone.
  private func setPermissions(_ folder: URL, _ folderMode: Int, _ fileMode: Int) throws {
    let manager = FileManager.default
    for name in try [""] + manager.subpathsOfDirectory(atPath: folder.path) {
      let path = folder.path + "/" + name
      var isFolder: ObjCBool = false
      _ = manager.fileExists(atPath: path, isDirectory: &isFolder)
      try manager.setAttributes([.posixPermissions: isFolder.boolValue ? folderMode : fileMode], ofItemAtPath: path)
    }
  }

  @Test func foldersThatMayNotBeWrittenIn() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, run, ["--epochs", "2"]).code == 0)
      let manager = FileManager.default
      for last in try manager.contentsOfDirectory(atPath: run.path + "/checkpoints").sorted().suffix(1) {
        try manager.removeItem(atPath: run.path + "/checkpoints/" + last)
      }
      let metrics = try SwiftletProgram.lines(run, "metrics.jsonl")
      try setPermissions(folder, 0o777, 0o666)
      try setPermissions(run.appending(path: "checkpoints"), 0o555, 0o444)
      guard let resumed = try SwiftletProgram.runUnprivileged(["resume", run.path]) else { return }
      #expect(resumed.code == 1)
      for part in [
        "Permission denied; the run stops at step 6", "the checkpoint after step 3 is kept", "swiftlet resume",
      ] {
        #expect(resumed.errors.contains(part), "\(resumed.errors)")
      }
      try setPermissions(run.appending(path: "checkpoints"), 0o777, 0o666)
      #expect(try SwiftletProgram.run("resume", run.path).code == 0)
      #expect(try SwiftletProgram.lines(run, "metrics.jsonl") == metrics)

      try setPermissions(folder, 0o555, 0o444)
      defer { try? setPermissions(folder, 0o755, 0o644) }
      let new = try #require(
        try SwiftletProgram.runUnprivileged(["pretrain", data.path, "--run", folder.path + "/new"]))
      #expect(new.code == 1)
      #expect(new.errors.contains("cannot write \(folder.path)/new: Permission denied"), "\(new.errors)")
      let embedded = try #require(
        try SwiftletProgram.runUnprivileged(["embed", run.path, data.path, "-o", folder.path + "/out.npy"]))
      #expect(embedded.code == 1)
      #expect(embedded.errors.contains("cannot write \(folder.path)/out.npy: Permission denied"), "\(embedded.errors)")
    }
  }

  /// A result that goes to a full disk is an error, not a trap.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"))) func standardOutputIsAFullDisk() throws {
    let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: SwiftletProgram.path)
    process.arguments = ["--help"]
    process.standardOutput = full
    process.standardError = full
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
  }

  /// A run on a disk of its own that fills up; once there is room it goes on as if nothing had happened.
  @Test(.enabled(if: SwiftletProgram.hasTimeForLongTests)) func aDiskThatFillsUp() throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
      path: "../../scripts/check-full-disk")
    let process = Process()
    process.executableURL = script.standardizedFileURL
    process.arguments = [SwiftletProgram.path]
    try process.run()
    process.waitUntilExit()
    // 77: not allowed to mount a disk; the script has said so.
    #expect([0, 77].contains(process.terminationStatus))
  }
}
