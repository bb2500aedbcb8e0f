import Foundation
import TestSupport
import Testing

/// A run goes on with the pictures that it began with, or says why it does not.
@Suite struct ChangedPicturesTests {
  /// A run that has steps left, in a folder of its own.
  private func withStoppedRun(_ body: (_ folder: URL, _ data: URL, _ run: URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "drawn"), folder.appending(path: "run"))
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, run).code == 0)
      let checkpoints = run.appending(path: "checkpoints")
      for name in try FileManager.default.contentsOfDirectory(atPath: checkpoints.path) {
        try FileManager.default.removeItem(at: checkpoints.appending(path: name))
      }
      try body(folder, data, run)
    }
  }

  private func resume(_ folder: URL, _ more: String...) throws -> SwiftletProgram.Outcome {
    try SwiftletProgram.run(["resume", "run"] + more, in: folder)
  }

  @Test func aReplacedPictureIsNamedAndTheRunDoesNotGoOn() throws {
    try withStoppedRun { folder, data, run in
      try drawGrey(at: data.appending(path: "class0/3.png"), side: 16) { x, _ in UInt8(x) }
      try FileManager.default.removeItem(at: data.appending(path: "class1/4.png"))
      let refused = try resume(folder)
      #expect(refused.code == 1)
      #expect(
        refused.errors.contains("1 has changed (class0/3.png), 1 is gone (class1/4.png) since it began"),
        "\(refused.errors)")
      #expect(refused.errors.contains("go on all the same with --accept-changes (swiftlet resume run)"))
      let accepted = try resume(folder, "--accept-changes")
      #expect(accepted.code == 0, "\(accepted.errors)")
      #expect(accepted.errors.contains("numbers are not those of a run that never stopped"), "\(accepted.errors)")
      // A run that is done computes nothing more.
      #expect(try resume(folder).code == 0)
    }
  }

  /// The same bytes at another time are the same picture; a picture of the same size is not.
  @Test func contentsAreComparedAndNotTimesAlone() throws {
    try withStoppedRun { folder, data, run in
      let place = data.appending(path: "class0/3.png")
      let bytes = try Data(contentsOf: place)
      try FileManager.default.removeItem(at: place)
      try bytes.write(to: place)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: place.path)
      var altered = bytes
      altered[altered.count - 20] ^= 1
      let other = data.appending(path: "class0/4.png")
      let untouched = try Data(contentsOf: other)
      try altered.write(to: other)
      let refused = try resume(folder)
      #expect(refused.code == 1)
      #expect(refused.errors.contains("1 has changed (class0/4.png) since"), "\(refused.errors)")
      try untouched.write(to: other)
      let resumed = try resume(folder)
      #expect(resumed.code == 0, "\(resumed.errors)")
    }
  }

  @Test func newPicturesAreNamedAndLeftAlone() throws {
    try withStoppedRun { folder, data, run in
      let metrics = try SwiftletProgram.lines(run, "metrics.jsonl")
      try drawGrey(at: data.appending(path: "class0/99.png"), side: 16) { x, _ in UInt8(x) }
      let resumed = try resume(folder)
      #expect(resumed.code == 0, "\(resumed.errors)")
      #expect(resumed.errors.contains("1 new file is no part of the run (class0/99.png)"), "\(resumed.errors)")
      #expect(try SwiftletProgram.lines(run, "metrics.jsonl") == metrics)
    }
  }

  /// Version 0.1 recorded nothing about the files.
  @Test func runsWithoutTheRecordGoOn() throws {
    try withStoppedRun { folder, data, run in
      let list = run.appending(path: "samples.json")
      var object = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: list)) as? [String: Any])
      for key in ["stamps", "others", "folders", "leftOut"] { object[key] = nil }
      try JSONSerialization.data(withJSONObject: object).write(to: list)
      try drawGrey(at: data.appending(path: "class0/3.png"), side: 16) { x, _ in UInt8(x) }
      let resumed = try resume(folder)
      #expect(resumed.code == 0, "\(resumed.errors)")
    }
  }
}
