import Foundation
import TestSupport
import Testing

/// Labels and samples that were edited while a command was stopped that goes on.
@Suite struct ChangedLabelsTests {
  private func write(_ labels: [String], in folder: URL) throws {
    let rows = labels.enumerated().map { "data/class\($0 / 12)/\($0 % 12).png,\($1)\n" }
    try Data(("path,label\n" + rows.joined()).utf8).write(to: folder.appending(path: "labels.csv"))
  }

  private static let labels = (0..<24).map { $0 < 12 ? "a" : "b" }

  private func withStoppedRun(_ method: String, _ body: (_ folder: URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "data"))
      try write(Self.labels, in: folder)
      let trained = try SwiftletProgram.run(
        ["pretrain", "data", "--labels", "labels.csv", "--method", method, "-o", "run"] + SwiftletProgram.tiny,
        in: folder)
      try #require(trained.code == 0, "\(trained.errors)")
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/run/checkpoints") {
        try FileManager.default.removeItem(atPath: folder.path + "/run/checkpoints/" + name)
      }
      try body(folder)
    }
  }

  @Test func aRunThatLearnsFromLabelsDoesNotGoOnWithOthers() throws {
    try withStoppedRun("supcon") { folder in
      var other = Self.labels
      other[3] = "b"
      try write(other, in: folder)
      let refused = try SwiftletProgram.run("resume", "run", in: folder)
      #expect(refused.code == 1)
      #expect(
        refused.errors.contains("error: run learns from labels, and those in ")
          && refused.errors.contains("labels.csv have changed since it began"), "\(refused.errors)")
      #expect(refused.errors.contains("go on all the same with --accept-changes (swiftlet resume run)"))
      // The same labels in another file of other bytes are the same labels.
      let rows = Self.labels.enumerated().reversed().map { "\"data/class\($0 / 12)/\($0 % 12).png\", \($1) \n" }
      try Data(("path,label\n" + rows.joined()).utf8).write(to: folder.appending(path: "again.csv"))
      let again = try SwiftletProgram.run("resume", "run", "--labels", "again.csv", in: folder)
      #expect(again.code == 0 && !again.errors.contains("have changed"), "\(again.errors)")
    }
  }

  @Test func otherLabelsCanBeAccepted() throws {
    try withStoppedRun("supcon") { folder in
      try write(Self.labels.reversed(), in: folder)
      let accepted = try SwiftletProgram.run("resume", "run", "--accept-changes", in: folder)
      #expect(accepted.code == 0, "\(accepted.errors)")
      #expect(
        accepted.errors.contains(
          "labels.csv have changed since the run began: its numbers are not those of a run that"),
        "\(accepted.errors)")
    }
  }

  /// Labels that only measure stop no run; that they changed is said.
  @Test func aRunWithoutLabelsGoesOn() throws {
    try withStoppedRun("simclr") { folder in
      try write(Self.labels.reversed(), in: folder)
      let outcome = try SwiftletProgram.run("resume", "run", in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("it does not learn from them"), "\(outcome.errors)")
    }
  }

  /// A table that was begun with other pictures is not gone on with, which is said.
  @Test func picturesThatWereReplacedUnderPredictions() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try drawPictures(in: data, perClass: 300)
      let trained = try SwiftletProgram.run(
        ["pretrain", "data", "-o", "run"] + SwiftletProgram.tiny.map { $0 == "3" ? "1" : $0 }, in: folder)
      try #require(trained.code == 0, "\(trained.errors)")
      let predict = ["predict", folder.path + "/run", data.path, "-o", folder.path + "/out.csv", "--force"]
      // A limit on the size of files stops it after the first of its batches.
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments = ["-c", "ulimit -f 16; exec \"$0\" \"$@\"", SwiftletProgram.path] + predict
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 1)
      #expect(try SwiftletProgram.lines(folder, "out.csv.part").count > 1)
      try #require(FileManager.default.fileExists(atPath: folder.path + "/out.csv.part.json"))
      try drawGrey(at: data.appending(path: "class0/3.png"), side: 16) { x, _ in UInt8(x) }
      let outcome = try SwiftletProgram.run(predict)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(
        outcome.errors.contains("What the samples hold changed since '\(folder.path)/out.csv' was begun"),
        "\(outcome.errors)")
      #expect(!outcome.errors.contains("Going on after"))
    }
  }
}
