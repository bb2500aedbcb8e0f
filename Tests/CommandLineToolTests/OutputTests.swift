import Foundation
import TestSupport
import Testing

/// No command writes over a file that it reads, nor over one that is not its own without being told to.
@Suite struct OutputTests {
  private static let table =
    "x,y,z,label\n" + (0..<40).map { "\($0 % 5),\($0 * $0 % 7),\($0 % 3),\($0 % 2 == 0 ? "a" : "b")\n" }.joined()

  /// A run on a table, `t.csv`, and a model fine-tuned from it.
  private func prepare(_ folder: URL) throws {
    try Self.table.write(to: folder.appending(path: "t.csv"), atomically: true, encoding: .utf8)
    let small = ["--batch-size", "8", "--epochs", "2", "--threads", "1"]
    let run = try SwiftletProgram.run(
      ["pretrain", "t.csv", "--run", "run/", "--label-column", "label"] + small, in: folder)
    try #require(run.code == 0, "\(run.errors)")
  }

  private func text(_ folder: URL, _ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  @Test func theDataAreNeverWrittenOver() throws {
    try withTemporaryFolder { folder in
      try prepare(folder)
      let manager = FileManager.default
      try manager.linkItem(
        at: folder.appending(path: "t.csv"), to: folder.appending(path: "hard.csv"))
      try manager.createSymbolicLink(
        at: folder.appending(path: "soft.csv"), withDestinationURL: folder.appending(path: "t.csv"))
      let wrong = [
        ["embed", "run", "t.csv", "-o", "t.npy"], ["embed", "run", "t.csv", "-o", "hard.npy"],
        ["embed", "run", "t.csv", "-o", "soft.npy"], ["embed", "run", "./t.csv", "-o", "run/../t.npy"],
        ["predict", "run", "t.csv", "-o", "t.csv"],
        ["suggest", "run", "t.csv", "--count", "2", "--outliers", "t.csv"],
        ["report", "run", "t.csv", "-o", "t.csv"],
      ]
      for words in wrong {
        let outcome = try SwiftletProgram.run(words + ["--force"], in: folder)
        #expect(outcome.code == 2 && outcome.errors.contains("which this command reads"), "\(words): \(outcome.errors)")
        #expect(try text(folder, "t.csv") == Self.table, "\(words)")
        // Named before any work.
        #expect(!outcome.errors.contains("Encoding"), "\(outcome.errors)")
      }
      let metrics = try text(folder, "run/metrics.jsonl")
      let report = try SwiftletProgram.run("report", "run", "-o", "run/metrics.jsonl", "--force", in: folder)
      #expect(report.code == 2 && report.errors.contains("belongs to the run"), "\(report.errors)")
      #expect(try text(folder, "run/metrics.jsonl") == metrics)
      let twice = try SwiftletProgram.run(
        "suggest", "run", "t.csv", "--count", "2", "-o", "s.csv", "--duplicates", "./s.csv", in: folder)
      #expect(twice.code == 2 && twice.errors.contains("both name './s.csv'"), "\(twice.errors)")
    }
  }

  @Test func aForeignFileNeedsForce() throws {
    try withTemporaryFolder { folder in
      try prepare(folder)
      let commands: [(words: [String], file: String)] = [
        (["embed", "run", "t.csv", "-o", "new/v.npy"], "new/v.csv"),
        (["suggest", "run", "t.csv", "--count", "2", "-o", "new/s.csv"], "new/s.csv"),
        (["predict", "run", "t.csv", "--label-column", "label", "-o", "new/p.csv"], "new/p.csv"),
        (["predict", "run", "t.csv", "--label-column", "label", "-o", "new/q.csv"], "new/q.csv.part"),
        (["report", "run", "-o", "new/r.html"], "new/r.html"),
        (["export", "run", "-o", "new"], "new/README.md"),
        (
          [
            "bench", "neighbours", "--references", "50", "--queries", "5", "--width", "4", "--rounds", "1", "--write",
            "new/b.safetensors",
          ], "new/b.safetensors"
        ),
      ]
      try FileManager.default.createDirectory(at: folder.appending(path: "new"), withIntermediateDirectories: true)
      for (words, file) in commands {
        let place = folder.appending(path: file)
        try "mine".write(to: place, atomically: true, encoding: .utf8)
        let refused = try SwiftletProgram.run(words, in: folder)
        #expect(refused.code == 2 && refused.errors.contains("'\(file)', which exists already"), "\(refused.errors)")
        #expect(try text(folder, file) == "mine")
        let forced = try SwiftletProgram.run(words + ["--force"], in: folder)
        #expect(forced.code == 0, "\(forced.errors)")
        #expect((try? text(folder, file)) != "mine")
      }
    }
  }

  /// What a run keeps in its folder is Swiftlet's own.
  @Test func resultsOfARunAreRenewed() throws {
    try withTemporaryFolder { folder in
      try prepare(folder)
      for _ in 0..<2 {
        #expect(try SwiftletProgram.run("report", "run", in: folder).code == 0)
        #expect(try SwiftletProgram.run("export", "run", "--format", "safetensors", in: folder).code == 0)
      }
    }
  }

  /// A picture in the folder of data, which only `--force` would reach.
  @Test func aSampleIsNotWrittenOverEither() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, run).code == 0)
      // A NumPy array of 16 x 16 bytes.
      let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (16, 16), }"
      let array =
        Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0])
        + Data((header.padding(toLength: 117, withPad: " ", startingAt: 0) + "\n").utf8)
        + Data((0...255).map { UInt8($0) })
      let sample = data.appending(path: "class0/array.npy")
      try array.write(to: sample)
      let refused = try SwiftletProgram.run("embed", run.path, data.path, "-o", sample.path, "--force")
      #expect(refused.code == 2 && refused.errors.contains("which this command reads"), "\(refused.errors)")
      #expect(try Data(contentsOf: sample) == array)
    }
  }
}
