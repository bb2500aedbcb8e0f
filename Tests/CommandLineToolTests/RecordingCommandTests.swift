import Foundation
import TestSupport
import Testing

/// The built program on folders of frames.
@Suite struct RecordingCommandTests {
  private func drawRecordings(in folder: URL) throws {
    for recording in 0..<4 {
      for frame in 0..<24 {
        try drawGrey(at: folder.appending(path: "r\(recording)/f\(frame).png"), side: 16) { x, y in
          UInt8(truncatingIfNeeded: x * (3 * recording + 2) + y * 5 + frame * 3)
        }
      }
    }
  }

  private static let options = [
    "--positives", "neighbour", "--gap", "0.2", "--fps", "10", "--width", "4", "--image-size", "16", "--batch-size",
    "8",
    "--precision", "float32", "--threads", "1",
  ]

  /// Which frame is the second view of which, and what shares a batch, depends on neither threads nor kills.
  @Test func aKillLeavesNoTraceWithNeighbours() throws {
    try withTemporaryFolder { folder in
      let frames = folder.appending(path: "frames")
      try drawRecordings(in: frames)
      try SwiftletProgram.expectNoTrace(
        ofAKillOf: [frames.path, "--epochs", "12", "--hold-out", "0"] + Self.options, in: folder, steps: 144)
      let plain = folder.appending(path: "plain")
      let other = try SwiftletProgram.run(
        ["pretrain", frames.path, "--epochs", "12", "--hold-out", "0", "-o", plain.path] + Self.options.dropFirst(6))
      #expect(other.code == 0, "\(other.errors)")
      let whole = folder.appending(path: "whole")
      #expect(try SwiftletProgram.lines(plain, "metrics.jsonl") != SwiftletProgram.lines(whole, "metrics.jsonl"))
    }
  }

  @Test func recordingsAreGroups() throws {
    try withTemporaryFolder { folder in
      let (frames, run) = (folder.appending(path: "frames"), folder.appending(path: "run"))
      try drawRecordings(in: frames)
      let trained = try SwiftletProgram.run(["pretrain", frames.path, "--epochs", "1", "-o", run.path] + Self.options)
      #expect(trained.code == 0, "\(trained.errors)")
      #expect(trained.errors.contains("positives: neighbour"), "\(trained.errors)")
      let listing = try String(contentsOfFile: run.path + "/samples.json", encoding: .utf8)
      #expect(listing.contains("\"groups\""))
      // A gap without neighbours means nothing, and the request is refused before anything is made.
      let refused = try SwiftletProgram.run("pretrain", frames.path, "--gap", "2", "-o", folder.path + "/none")
      #expect(refused.code == 1 && refused.errors.contains("take neighbours (--positives)"), "\(refused.errors)")
    }
  }
}
