import Foundation
import TestSupport
import Testing

/// Runs whose files are not what was written any more.
@Suite struct DamagedRunTests {
  /// A finished run of two epochs on drawn pictures, with two checkpoints; `body` may damage it.
  private func withRun(_ body: (_ folder: URL, _ run: URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      try #require(try SwiftletProgram.pretrain(data, run, ["--epochs", "2"]).code == 0)
      try body(folder, run)
    }
  }

  private func checkpoints(_ run: URL) throws -> [URL] {
    let folder = run.appending(path: "checkpoints")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { folder.appending(path: $0) }
  }

  private func flipByte(in file: URL, at share: Double) throws {
    var data = try Data(contentsOf: file)
    data[Int(Double(data.count - 1) * share)] ^= 1
    try data.write(to: file)
  }

  /// In the weights, in the optimiser, in a header, and in the cursor.
  @Test(arguments: [
    ("model.safetensors", 0.9), ("model.safetensors", 0.01), ("optimizer.safetensors", 0.5), ("cursor.json", 0),
  ])
  func aChangedBitIsNoticedAndTheCheckpointBeforeIsUsed(_ file: String, _ place: Double) throws {
    try withRun { folder, run in
      let whole = try SwiftletProgram.lines(run, "metrics.jsonl")
      let saved = try checkpoints(run)
      try #require(saved.map(\.lastPathComponent) == ["step-00000003", "step-00000006"])
      try flipByte(in: saved[1].appending(path: file), at: place)

      if file != "optimizer.safetensors" {
        let embedded = try SwiftletProgram.run("embed", "run", "data", "-o", "out.npy", in: folder)
        #expect(embedded.code == 0)
        #expect(embedded.errors.contains("checkpoint after step 6 is damaged"), "\(embedded.errors)")
      }
      let resumed = try SwiftletProgram.run("resume", "run", in: folder)
      #expect(resumed.code == 0, "\(resumed.errors)")
      #expect(resumed.errors.contains("checkpoint after step 6 is damaged (\(file)"), "\(resumed.errors)")
      #expect(resumed.errors.contains("Going on after step 3 of 6"), "\(resumed.errors)")
      #expect(try SwiftletProgram.lines(run, "metrics.jsonl") == whole)
      #expect(try !SwiftletProgram.run("resume", "run", in: folder).errors.contains("damaged"))
    }
  }

  @Test func withoutASoundCheckpointNothingIsDone() throws {
    try withRun { folder, run in
      for checkpoint in try checkpoints(run) {
        try flipByte(in: checkpoint.appending(path: "model.safetensors"), at: 0.9)
      }
      let metrics = try SwiftletProgram.lines(run, "metrics.jsonl")
      for arguments in [["resume", "run"], ["evaluate", "run", "data"], ["embed", "run", "data", "-o", "out.npy"]] {
        let outcome = try SwiftletProgram.run(arguments, in: folder)
        #expect(outcome.code == 1)
        for part in ["no checkpoint of run can be used", "after step 6", "after step 3", "remove run/checkpoints"] {
          #expect(outcome.errors.contains(part), "\(outcome.errors)")
        }
      }
      #expect(try SwiftletProgram.lines(run, "metrics.jsonl") == metrics)
      // What the sentence proposes helps.
      try FileManager.default.removeItem(at: run.appending(path: "checkpoints"))
      #expect(try SwiftletProgram.run("resume", "run", in: folder).code == 0)
      #expect(try SwiftletProgram.lines(run, "metrics.jsonl") == metrics)
    }
  }

  /// Checkpoints from before there were checksums.
  @Test func aCursorWithoutChecksumsIsTaken() throws {
    try withRun { folder, run in
      try Data(#"{"step":6}"#.utf8).write(to: checkpoints(run)[1].appending(path: "cursor.json"))
      let resumed = try SwiftletProgram.run("resume", "run", in: folder)
      #expect(resumed.code == 0 && resumed.errors.contains("finished"), "\(resumed.errors)")
    }
  }

  @Test(arguments: [
    ("\"stepsPerEpoch\"", "\"steps\"", "perhaps it was changed by hand: 'stepsPerEpoch' is missing"),
    ("\"float32\"", "\"float8\"", "'precision'"), ("{", "[", "it is not the JSON that Swiftlet writes"),
    ("\"0.1.0\"", "\"9.9.9\"", "was made by Swiftlet 9.9.9, and this is"),
  ])
  func aConfigurationThatCannotBeUnderstood(_ text: String, _ other: String, _ sentence: String) throws {
    try withRun { folder, run in
      let file = run.appending(path: "configuration.json")
      var configuration = try String(contentsOf: file, encoding: .utf8)
      let isOfAnotherVersion = other.contains("9.9.9")
      if isOfAnotherVersion { configuration.replace("\"stepsPerEpoch\"", with: "\"steps\"") }
      configuration.replace(text, with: other, maxReplacements: 1)
      try Data(configuration.utf8).write(to: file)
      let others = [
        ["evaluate", "run", "data"], ["embed", "run", "data", "-o", "out.npy"],
        ["pretrain", "data", "--config", "run", "--run", "new"],
      ]
      for arguments in [["resume", "run"]] + (isOfAnotherVersion ? others : []) {
        let outcome = try SwiftletProgram.run(arguments, in: folder)
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("run/configuration.json"), "\(outcome.errors)")
        #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
      }
    }
  }

  @Test func dataThatAreGone() throws {
    try withRun { folder, run in
      for checkpoint in try checkpoints(run).suffix(1) { try FileManager.default.removeItem(at: checkpoint) }
      try FileManager.default.moveItem(at: folder.appending(path: "data"), to: folder.appending(path: "moved"))
      let outcome = try SwiftletProgram.run("resume", "run", in: folder)
      #expect(outcome.code == 1)
      #expect(outcome.errors.contains("24 are gone (class0/0.png,"), "\(outcome.errors)")
      let accepted = try SwiftletProgram.run("resume", "run", "--accept-changes", in: folder)
      #expect(accepted.code == 1)
      #expect(accepted.errors.contains("None of the 24 samples can be read"), "\(accepted.errors)")
      try FileManager.default.moveItem(at: folder.appending(path: "moved"), to: folder.appending(path: "data"))
      #expect(try SwiftletProgram.run("resume", "run", in: folder).code == 0)
    }
  }
}
