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

  /// A link is something that exists, wherever it leads. With `--force` it is replaced, and what it leads to stays.
  @Test(arguments: ["target", "nowhere"]) func aLinkNeedsForceToo(_ target: String) throws {
    try withTemporaryFolder { folder in
      try prepare(folder)
      let manager = FileManager.default
      let commands: [(words: [String], files: [String])] = [
        (["embed", "run", "t.csv", "-o", "new/v.npy"], ["v.npy", "v.csv"]),
        (
          ["suggest", "run", "t.csv", "--count", "2", "-o", "new/s.csv", "--outliers", "new/o.csv"], ["s.csv", "o.csv"]
        ),
        (["predict", "run", "t.csv", "--label-column", "label", "-o", "new/p.csv"], ["p.csv"]),
        (["report", "run", "-o", "new/r.html"], ["r.html"]),
        (["export", "run", "-o", "new", "--format", "safetensors"], ["README.md", "model.safetensors"]),
        (
          [
            "bench", "neighbours", "--references", "50", "--queries", "5", "--width", "4", "--rounds", "1", "--write",
            "new/b.safetensors",
          ], ["b.safetensors"]
        ),
        (
          [
            "bench", "loss", "--samples", "8", "--width", "4", "--rounds", "1", "--write", "new/l.safetensors",
          ], ["l.safetensors"]
        ),
      ]
      try manager.createDirectory(at: folder.appending(path: "new"), withIntermediateDirectories: true)
      try "precious".write(to: folder.appending(path: "target"), atomically: true, encoding: .utf8)
      for (words, files) in commands {
        for file in files {
          let link = folder.path + "/new/" + file
          for file in files { try? manager.removeItem(atPath: folder.path + "/new/" + file) }
          try manager.createSymbolicLink(atPath: link, withDestinationPath: "../" + target)
          let before = try manager.contentsOfDirectory(atPath: folder.path + "/new").sorted()
          let refused = try SwiftletProgram.run(words, in: folder)
          #expect(
            refused.code == 2 && refused.errors.contains("'new/\(file)', which exists already"), "\(refused.errors)")
          #expect(try manager.destinationOfSymbolicLink(atPath: link) == "../" + target)
          #expect(try manager.contentsOfDirectory(atPath: folder.path + "/new").sorted() == before)
          let forced = try SwiftletProgram.run(words + ["--force"], in: folder)
          #expect(forced.code == 0, "\(forced.errors)")
          #expect(throws: (any Error).self) { try manager.destinationOfSymbolicLink(atPath: link) }
          #expect(manager.fileExists(atPath: link))
        }
        #expect(try text(folder, "target") == "precious")
        #expect(!manager.fileExists(atPath: folder.path + "/nowhere"))
        let left = try manager.contentsOfDirectory(atPath: folder.path + "/new")
        #expect(!left.contains { $0.contains(".former-") || $0.contains(".draft-") }, "\(left)")
        for file in files { try manager.removeItem(atPath: folder.path + "/new/" + file) }
      }
    }
  }

  /// Somebody makes a file of the same name while the command works.
  @Test func whatAppearsMeanwhileIsKept() throws {
    try withTemporaryFolder { folder in
      try prepare(folder)
      let rows = (0..<8_000).map { "\($0 % 5),\($0 * $0 % 7),\($0 % 3),\($0 % 2 == 0 ? "a" : "b")\n" }
      let big = folder.path + "/big.csv"
      try ("x,y,z,label\n" + rows.joined()).write(toFile: big, atomically: true, encoding: .utf8)
      let (run, new) = (folder.path + "/run", folder.path + "/new")
      let commands: [(words: [String], file: String)] = [
        (["embed", run, big, "-o", new + "/v.npy"], "v.npy"), (["embed", run, big, "-o", new + "/w.npy"], "w.csv"),
        (["predict", run, big, "--label-column", "label", "-o", new + "/p.csv"], "p.csv"),
        (["suggest", run, big, "--count", "2", "-o", new + "/s.csv"], "s.csv"),
        (["report", run, big, "-o", new + "/r.html"], "r.html"),
      ]
      try FileManager.default.createDirectory(atPath: new, withIntermediateDirectories: true)
      for (words, file) in commands {
        let errors = Pipe()
        let process = try SwiftletProgram.start(words, errors: errors)
        // It says what it reads after it has looked at its outputs.
        var said = errors.fileHandleForReading.availableData
        try "mine".write(to: folder.appending(path: "new/" + file), atomically: false, encoding: .utf8)
        said += errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: said, as: UTF8.self)
        #expect(process.terminationStatus == 1 && text.contains("has appeared in the meantime"), "\(words): \(text)")
        #expect(try self.text(folder, "new/" + file) == "mine", "\(words)")
      }
      // Nothing is there that belongs to what was kept, but for the rows that predict goes on with.
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: new).sorted()
          == ["p.csv", "p.csv.part", "p.csv.part.json", "r.html", "s.csv", "v.npy", "w.csv"])
      let forced = try SwiftletProgram.run(commands[2].words + ["--force"])
      #expect(forced.code == 0 && forced.errors.contains("Going on after sample 8000 of 8000"), "\(forced.errors)")
    }
  }

  /// Among what a run keeps for itself, nothing is written.
  @Test func nothingComesAmongTheFilesOfARun() throws {
    try withTemporaryFolder { folder in
      try prepare(folder)
      let manager = FileManager.default
      try manager.copyItem(atPath: folder.path + "/run", toPath: folder.path + "/other")
      try manager.createSymbolicLink(atPath: folder.path + "/soft", withDestinationPath: "run/checkpoints")
      func contents() throws -> [String] { try manager.subpathsOfDirectory(atPath: folder.path).sorted() }
      let before = try contents()
      for place in [
        "run/checkpoints", "run", "run/", "run/checkpoints/new", "run/new", "soft", "soft/new", "other", "run/../run",
      ] {
        let outcome = try SwiftletProgram.run(["export", "run", "-o", place, "--force"], in: folder)
        #expect(outcome.code == 2 && outcome.errors.contains("lies in a run"), "\(place): \(outcome.errors)")
        #expect(try contents() == before, "\(place)")
      }
      for words in [
        ["report", "run", "-o", "run/curve.json"], ["report", "run", "-o", "other/evaluation.json"],
        ["embed", "run", "t.csv", "-o", "run/checkpoints/v.npy"], ["embed", "run", "t.csv", "-o", "soft/new/v.npy"],
        ["report", "run", "-o", "other/metrics.jsonl"],
        ["suggest", "run", "t.csv", "--count", "2", "-o", "other/checkpoints/s.csv"],
      ] {
        let outcome = try SwiftletProgram.run(words + ["--force"], in: folder)
        #expect(outcome.code == 2 && outcome.errors.contains("belongs to the run"), "\(words): \(outcome.errors)")
        #expect(try contents() == before, "\(words)")
      }
      let export = try SwiftletProgram.run("export", "run", "-o", "run/export", "--format", "safetensors", in: folder)
      #expect(export.code == 0, "\(export.errors)")
    }
  }

  /// `RUN/export` may be a link: the files behind it are not the run's.
  @Test func anExportThatIsALink() throws {
    try withTemporaryFolder { folder in
      try prepare(folder)
      let manager = FileManager.default
      try manager.createDirectory(atPath: folder.path + "/site", withIntermediateDirectories: true)
      try "mine".write(to: folder.appending(path: "site/README.md"), atomically: true, encoding: .utf8)
      try manager.createSymbolicLink(atPath: folder.path + "/run/export", withDestinationPath: "../site")
      for (words, code, sentence) in [
        (["export", "run"], Int32(1), "is a symbolic link, which is not followed"),
        (["export", "run", "--force"], 1, "is a symbolic link, which is not followed"),
        (["export", "run", "-o", "run/export"], 2, "'run/export/README.md', which exists already"),
      ] {
        let outcome = try SwiftletProgram.run(words, in: folder)
        #expect(outcome.code == code && outcome.errors.contains(sentence), "\(words): \(outcome.errors)")
        #expect(try text(folder, "site/README.md") == "mine")
        #expect(try manager.contentsOfDirectory(atPath: folder.path + "/site") == ["README.md"])
      }
      // So may the report: the link is somebody's.
      try manager.createSymbolicLink(atPath: folder.path + "/run/report.html", withDestinationPath: "../site/README.md")
      let report = try SwiftletProgram.run("report", "run", in: folder)
      #expect(report.code == 2 && report.errors.contains("which exists already"), "\(report.errors)")
      #expect(try SwiftletProgram.run("report", "run", "--force", in: folder).code == 0)
      #expect(try text(folder, "site/README.md") == "mine")
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
