import Foundation
import TestSupport
import Testing

/// The built program on a drawn table. A tiny network, so that a run takes a second.
@Suite struct TableCommandTests {
  static let tiny = ["--width", "16", "--layers", "2", "--batch-size", "16", "--epochs", "5", "--threads", "1"]

  /// 90 patients: two numbers that say the group, one with gaps, a category, a date.
  static func table(split: Bool = true) -> String {
    var lines = ["patient_id,weight,height,dose,ward,seen,group" + (split ? ",split" : "")]
    for row in 0..<90 {
      let group = row % 3
      let dose = row % 7 == 0 ? "" : "\(Double(row * 37 % 11) / 4)"
      var line = "P\(row),\(50 + 10 * group + row * 13 % 7),\(Double(170 - 8 * group + row * 7 % 5) + 0.5),\(dose)"
      line += ",\(["north", "south"][row * 5 % 2]),2024-0\(1 + row % 9)-1\(row % 10),\(["a", "b", "c"][group])"
      if split { line += row % 5 == 0 ? ",test" : row % 5 == 1 ? ",validation" : ",train" }
      lines.append(line)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A table in the folder, and a run that has learned from it.
  static func pretrained(in folder: URL, labelColumn: String = "group") throws -> (data: URL, run: URL) {
    let (data, run) = (folder.appending(path: "records.csv"), folder.appending(path: "run"))
    try Data(table().utf8).write(to: data)
    let arguments = ["pretrain", data.path, "--run", run.path, "--label-column", labelColumn]
    #expect(try SwiftletProgram.run(arguments + tiny).code == 0)
    return (data, run)
  }

  private func write(_ text: String, in folder: URL, as name: String = "records.csv") throws -> URL {
    let file = folder.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file
  }

  private func pretrain(_ data: URL, _ run: URL, _ more: [String] = []) throws -> SwiftletProgram.Outcome {
    try SwiftletProgram.run(
      ["pretrain", data.path, "--run", run.path, "--label-column", "group"] + Self.tiny + more)
  }

  @Test(arguments: ["scarf", "vime"]) func theWholePath(method: String) throws {
    try withTemporaryFolder { folder in
      let (data, run) = (try write(Self.table(), in: folder), folder.appending(path: "run"))
      let trained = try pretrain(data, run, ["--method", method])
      #expect(trained.code == 0, "\(trained.errors)")
      for said in [
        "90 table rows, 36 of them held out", "numbers 3: weight, height, dose", "dates as days 1: seen",
        "categories 1: ward (2 values)", "marked) 1: dose", "patient_id (identifier)", "group (label)", "split (split)",
        "Method     \(method) on mlp (2 × 16)", "float32", "throughout", "--label-column group",
      ] {
        #expect(trained.errors.contains(said), "\(said) is missing in\n\(trained.errors)")
      }
      let metrics = try SwiftletProgram.lines(run, "metrics.jsonl")
      #expect(metrics.count == 15)
      #expect(metrics[14].contains("effectiveRank") && metrics[14].contains("kNNAccuracy"))
      // One view has nothing to be aligned with.
      #expect(metrics[14].contains("alignment") == (method == "scarf"))

      let evaluated = try SwiftletProgram.run("evaluate", run.path, data.path, "--json")
      #expect(evaluated.code == 0, "\(evaluated.errors)")
      let report = try json(evaluated.output)
      // Raw numbers have a probe too.
      #expect((report["rows"] as? [Any])?.count == 6)
      #expect(report["trainingCount"] as? Int == 54 && report["testCount"] as? Int == 18)

      let tuned = try SwiftletProgram.run(
        "finetune", run.path, data.path, "--label-fraction", "50%", "--seeds", "2", "--epochs", "5", "--json")
      #expect(tuned.code == 0, "\(tuned.errors)")
      let tuning = try json(tuned.output)
      #expect(tuning["trainingCount"] as? Int == 27 && tuning["validationCount"] as? Int == 18)
      let rows = try #require(tuning["rows"] as? [[String: Any]])
      #expect(rows.map { ($0["results"] as? [Any])?.count } == [2, 2, 2, 2])
      // The rows of the test part are among those of the pre-training, or not.
      #expect(report["seenCount"] as? Int == 0 && tuning["seenCount"] as? Int == 0)

      let vectors = folder.appending(path: "out.npy")
      let embedded = try SwiftletProgram.run("embed", run.path, data.path, "-o", vectors.path)
      #expect(embedded.code == 0, "\(embedded.errors)")
      #expect(try Data(contentsOf: vectors).count == 128 + 90 * 16 * 4)
      #expect(try SwiftletProgram.lines(folder, "out.csv").prefix(3) == ["row,vector", "P0,0", "P1,1"])
    }
  }

  @Test func anotherFileIsReadAsTheRunsWas() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (try write(Self.table(), in: folder), folder.appending(path: "run"))
      #expect(try pretrain(data, run).code == 0)
      let fresh = try write(
        "ward;weight;height;dose;seen\nwest;61;160.5;;2025-01-01\n", in: folder, as: "new.csv")
      let embedded = try SwiftletProgram.run(
        "embed", run.path, fresh.path, "-o", folder.appending(path: "vectors.npy").path)
      #expect(embedded.code == 0, "\(embedded.errors)")
      #expect(
        embedded.errors.contains(
          "Values that were not in the training data are encoded as none of the known values, in 1 of 5 columns: 'ward' (1 "
            + "cell: 'west')."))
      #expect(
        embedded.errors.contains("Unknown cells are filled in, in 1 of 5 columns: 'dose' (all 1), of 1 row."),
        "\(embedded.errors)")
      #expect(try SwiftletProgram.lines(folder, "vectors.csv") == ["row,vector", "row 1,0"])
    }
  }

  @Test func theNumberOfLoaderThreadsChangesNothing() throws {
    try withTemporaryFolder { folder in
      let data = try write(Self.table(), in: folder)
      let runs = try ["1", "3"].map { threads in
        let run = folder.appending(path: "run\(threads)")
        #expect(try pretrain(data, run, ["--loader-threads", threads]).code == 0)
        return try SwiftletProgram.lines(run, "metrics.jsonl")
      }
      #expect(runs[0] == runs[1])
    }
  }

  /// Killed at moments spread over the run, each time resumed: the log is that of a run left alone.
  @Test(arguments: ["scarf", "vime"]) func aKilledRunGoesOnAsIfNothingHadHappened(method: String) throws {
    try withTemporaryFolder { folder in
      let (whole, killed) = (folder.appending(path: "whole"), folder.appending(path: "killed"))
      let data = try write(Self.table(), in: folder)
      let length = ["--method", method, "--epochs", "60"]
      #expect(try pretrain(data, whole, length).code == 0)
      let expected = try SwiftletProgram.lines(whole, "metrics.jsonl")
      let process = try SwiftletProgram.start(
        ["pretrain", data.path, "--run", killed.path, "--label-column", "group"] + Self.tiny + length)
      try SwiftletProgram.waitForRun(killed)
      try SwiftletProgram.kill(process, after: 0.2)
      for attempt in 0..<3 {
        try SwiftletProgram.kill(
          SwiftletProgram.start(["resume", killed.path, "--loader-threads", "\(1 + attempt % 2)"]), after: 0.4)
      }
      let finished = try SwiftletProgram.run("resume", killed.path)
      #expect(finished.code == 0, "\(finished.errors)")
      #expect(expected.count == 180)
      #expect(try SwiftletProgram.lines(killed, "metrics.jsonl") == expected)
    }
  }

  @Test func aTableThatChangedIsNotGoneOnWith() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (try write(Self.table(), in: folder), folder.appending(path: "run"))
      #expect(try pretrain(data, run).code == 0)
      _ = try write(Self.table().replacingOccurrences(of: "P7,", with: "P777,"), in: folder)
      let resumed = try SwiftletProgram.run("resume", run.path)
      #expect(resumed.code == 1)
      #expect(resumed.errors.contains("has changed since the run began"), "\(resumed.errors)")
    }
  }

  @Test(
    arguments: [
      ([], "", Int32(1), "is empty"),
      ([], "a,b\n1,2\n", 1, "at least 2 are needed"),
      ([], "a,b\n1,2\n3\n", 1, "line 3 has 1 field where the header has 2"),
      ([], "a,b,a\n1,2,3\n", 1, "names the column 'a' twice"),
      ([], "a,\n1,2\n3,4\n", 1, "column 2 has no name"),
      ([], "a,b\n1,2\n1e400,4\n", 1, "'1e400' is not a usable number"),
      ([], "id,a\n1,5\n2,5\n", 1, "no column to learn from"),
      ([], "id,a\n1,5.5\n2,6\n3,8\n", 1, "'a' is the only column to learn from"),
      (["--label-column", "z"], "a,b\n1,2\n3,4\n", 1, "the header lacks 'z'"),
      (["--labels", "l.csv"], "a,b\n1,2\n3,4\n", 1, "--label-column"),
      (["--labels", "l.csv", "--label-column", "b"], "a,b\n1,2\n3,4\n", 2, "exclude each other"),
      (
        ["--method", "rotation"], "a,b\n1,2\n3,4\n", 1, "does not suit tables: it needs other views or another network"
      ),
      (["--preset", "small"], "a,b\n1,2\n3,4\n", 1, "--preset small is not for tables"),
      (["--preset", "vime", "--method", "scarf"], "a,b\n1,2\n3,4\n", 1, "of the method vime"),
      (["--image-size", "32"], "a,b\n1,2\n3,4\n", 1, "--image-size has no meaning for tables"),
      (["--backbone", "resnet18"], "a,b\n1,2\n3,4\n", 1, "--backbone resnet18 has no meaning"),
      (["--method", "vime", "--temperature", "1"], "a,b\n1,2\n3,4\n", 1, "--temperature has no meaning"),
      (["--layers", "0"], "a,b\n1,2\n3,4\n", 2, "--layers"),
      (["other.csv"], "a,b\n1,2\n3,4\n", 1, "A table is given by itself"),
      (["--batch-size", "3"], "a,b\n1,2\n3,4\n", 1, "--batch-size 3 is more than the 2 samples"),
    ] as [([String], String, Int32, String)])
  func aWrongRequestIsAnsweredInASentence(
    _ options: [String], _ text: String, _ code: Int32, _ mention: String
  ) throws {
    try SwiftletProgram.expectRefusal(of: text, as: "records.csv", options, code: code, mention: mention)
  }

  @Test func textThatIsNoUnicodeIsNamedWithItsLine() throws {
    try withTemporaryFolder { folder in
      try (Data("a,b\n1,2\n".utf8) + [0xE9, 0x2C, 0x31, 0x0A]).write(to: folder.appending(path: "records.csv"))
      let outcome = try SwiftletProgram.run(["pretrain", "records.csv"], in: folder)
      #expect(outcome.code == 1)
      #expect(outcome.errors.contains("line 3 is not UTF-8 text"), "\(outcome.errors)")
    }
  }

  @Test func whatIsForTablesIsRefusedForPictures() throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder)
      for (options, mention) in [
        (["--label-column", "x"], "is for data with columns. Labels of pictures are in a separate file"),
        (["--method", "scarf"], "does not suit pictures: it needs other views or another network"),
        (["--preset", "vime"], "not for pictures"), (["--layers", "2"], "--layers has no meaning for resnet18"),
        (["--backbone", "mlp"], "--backbone mlp has no meaning"),
      ] {
        let outcome = try SwiftletProgram.run(["pretrain", ".", "--run", "run"] + options, in: folder)
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains(mention), "\(outcome.errors)")
      }
    }
  }

  @Test func judgesAskForClasses() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (try write(Self.table(), in: folder), folder.appending(path: "run"))
      #expect(try pretrain(data, run).code == 0)
      let unlabelled = try write("weight,height,dose,ward,seen\n1,2,3,north,2020-01-01\n", in: folder, as: "u.csv")
      for command in ["evaluate", "finetune"] {
        for (arguments, mention) in [
          ([unlabelled.path], "no labels of classes"),
          ([data.path, "--label-column", "dose"], "learned from the column 'dose'"),
          ([data.path, "--label-column", "ghost"], "lacks 'ghost'"),
          (["/nowhere/x.csv"], "/nowhere/x.csv"),
        ] {
          let outcome = try SwiftletProgram.run([command, run.path] + arguments)
          #expect(outcome.code == 1)
          #expect(outcome.errors.contains(mention), "\(outcome.errors)")
        }
      }
    }
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }
}
