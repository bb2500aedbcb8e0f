import Foundation
import TestSupport
import Testing

/// The built program: what is dropped, merged, filled in or on both sides of a division is said by every command.
@Suite struct LabelRuleTests {
  private static let copies =
    "30 test samples hold the same as a training sample (row 31 and row 1, row 32 and row 2): "

  private func json(_ outcome: SwiftletProgram.Outcome) throws -> [String: Any] {
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  private func write(_ lines: [String], _ folder: URL, _ name: String) throws -> URL {
    let file = folder.appending(path: name)
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
    return file
  }

  private func pretrain(_ data: URL, _ run: URL) throws -> SwiftletProgram.Outcome {
    try SwiftletProgram.run(
      ["pretrain", data.path, "--run", run.path, "--label-column", "kind"] + TableCommandTests.tiny)
  }

  /// Thirty rows to learn from, and the same thirty to judge by; one of each part without a label.
  private func table(_ folder: URL) throws -> URL {
    let rows = (0..<60).map { row in
      let same = row % 30
      let kind = same == 7 ? "NA" : ["a", "b"][same % 2]
      return "\(same * 7 % 13),\(same * same % 11),\(Double(same) + 0.5),\(kind),\(row < 30 ? "train" : "test")"
    }
    return try write(["x,y,z,kind,split"] + rows, folder, "records.csv")
  }

  @Test func everyCommandThatDividesSaysTheSame() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (try table(folder), folder.appending(path: "run"))
      #expect(try pretrain(data, run).code == 0)
      let missing = "2 of 60 samples have no label (2 'NA'); if 'NA' is a class, give it another name."
      let copies = Self.copies.replacing("30 test", with: "29 test")
      for arguments in [
        ["evaluate", "--only-run"], ["transfer"], ["finetune", "--only-run", "--seeds", "1", "--epochs", "1"],
        ["robustness"],
        ["curve", "--only-frozen", "--seeds", "1"],
      ] {
        let outcome = try SwiftletProgram.run([arguments[0], run.path, data.path] + arguments.dropFirst() + ["--json"])
        let report = try json(outcome)
        #expect(outcome.errors.contains(copies), "\(arguments) \(outcome.errors)")
        #expect(outcome.errors.contains(missing), "\(arguments) \(outcome.errors)")
        #expect(outcome.errors.components(separatedBy: missing).count == 2, "\(arguments) said it twice")
        let sets = report["sets"] as? [[String: Any]]
        let result = sets?.first?["report"] as? [String: Any] ?? report
        let leakage = try #require(result["leakage"] as? [String: Any], "\(arguments)")
        #expect(leakage["identicalCount"] as? Int == 29, "\(arguments)")
        #expect((result["notes"] as? [String])?.contains(missing) == true, "\(arguments)")
      }
      let page = folder.appending(path: "report.html")
      let reported = try SwiftletProgram.run("report", run.path, data.path, "-o", page.path)
      #expect(reported.code == 0 && reported.errors.contains(missing), "\(reported.errors)")
      let text = try String(contentsOf: page, encoding: .utf8)
      #expect(text.contains("29 test samples hold the same as a training sample"))
      #expect(text.contains("2 of 60 samples have no label"))
      // The last evaluation of a run from before this was recorded.
      let kept = run.appending(path: "evaluation.json")
      var old = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: kept)) as? [String: Any])
      old["leakage"] = nil
      old["notes"] = nil
      try JSONSerialization.data(withJSONObject: old).write(to: kept)
      #expect(try SwiftletProgram.run("report", run.path, "-o", page.path, "--force").code == 0)
    }
  }

  @Test func numbersInAnotherNotationAreReadAlikeLater() throws {
    try withTemporaryFolder { folder in
      let run = folder.appending(path: "run")
      let rows = (0..<40).map { row in
        "\(1000 + row * 37),\(10 + row % 80);€\(row % 11),5;\(row % 7) %;\(row % 3 == 0 ? "north" : "south");\(row % 2 == 0 ? "a" : "b")"
      }
      let trained = try pretrain(write(["price;fee;share;ward;kind"] + rows, folder, "records.csv"), run)
      #expect(trained.code == 0, "\(trained.errors)")
      for said in [
        "numbers 3: price, fee, share", "price ('1000,10' is read as 1000.1)", "fee ('€10,5' is read as 10.5)",
      ] {
        #expect(trained.errors.contains(said), "\(said) is missing in\n\(trained.errors)")
      }
      let fresh = try write(
        ["price;fee;share;ward", "1638,23;€1,5;3 %;west", "1638.23;;2 %;north", "2000,5;€3,0;;south"], folder, "new.csv"
      )
      let vectors = folder.appending(path: "vectors.npy")
      let outcome = try SwiftletProgram.run("embed", run.path, fresh.path, "-o", vectors.path, "--json")
      let notes = try #require(json(outcome)["notes"] as? [String])
      let expected = [
        "Unknown cells are filled in, in 2 of 4 columns: 'fee' (1), 'share' (1), of 3 rows.",
        "The network cannot tell that cells of 'fee', 'share', 'price' are unknown, because all were known in the training "
          + "data.",
        "Cells that do not fit count as unknown and are filled in, in 1 of 4 columns: 'price' (1, such as '1638.23' on line 3, "
          + "which is not written as in '1000,10').",
        "Values that were not in the training data are encoded as none of the known values, in 1 of 4 columns: 'ward' (1 "
          + "cell: 'west').",
      ]
      #expect(notes == expected, "\(notes)")
      for note in expected { #expect(outcome.errors.contains(note), "\(outcome.errors)") }
      // A column that is written otherwise throughout is refused, and so is one that is gone.
      for (lines, said) in [
        (
          ["price;fee;share;ward", "1.5;€1,5;3 %;west"], "line 2, column 'price': '1.5' is not written as in '1000,10'"
        ),
        (["price;ward", "1,5;west"], "lacks 2 of the 4 columns that the run learned from: 'fee', 'share'"),
      ] {
        let wrong = try write(lines, folder, "wrong.csv")
        let refused = try SwiftletProgram.run(
          "embed", run.path, wrong.path, "-o", folder.appending(path: "refused.npy").path)
        #expect(refused.code == 1 && refused.errors.contains(said), "\(refused.errors)")
      }
    }
  }

  @Test func aTargetMayBeWrittenWithADecimalComma() throws {
    try withTemporaryFolder { folder in
      let run = folder.appending(path: "run")
      let rows = (0..<30).map { "\($0 * 7 % 13);\($0 * $0 % 11);\($0 % 5);\(1000 + $0),\($0 % 9 + 1)" }
      let data = try write(["x;y;z;kind"] + rows, folder, "records.csv")
      #expect(try pretrain(data, run).code == 0)
      let tuned = try SwiftletProgram.run(
        "finetune", run.path, data.path, "--target", "kind", "--mode", "probe", "--seeds", "1", "--only-run", "--json")
      #expect(
        (try json(tuned)["notes"] as? [String])?.contains("Of 'kind' '1000,1' is read as 1000.1.") == true,
        "\(tuned.errors)")
    }
  }

  @Test func picturesWithLatin1NamesAreCounted() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let path = (Array(data.path.utf8) + Array("/caf".utf8) + [0xE9] + Array(".png".utf8) + [0]).map {
        CChar(bitPattern: $0)
      }
      let file = open(path, O_CREAT | O_WRONLY, 0o644)
      // Not every file system takes such a name.
      guard file >= 0 else { return }
      close(file)
      let trained = try SwiftletProgram.pretrain(data, run)
      #expect(trained.code == 0, "\(trained.errors)")
      #expect(
        trained.errors.contains("caf\\xE9.png: its name is not UTF-8; rename it, for example with: convmv"),
        "\(trained.errors)")
      #expect(!trained.errors.contains("does not exist"))
    }
  }

  @Test(arguments: ["root", "roots", "samples"]) func aListOfSamplesThatWasChangedIsRefused(what: String) throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, run).code == 0)
      let place = run.appending(path: "samples.json")
      var listing = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: place)) as? [String: Any])
      var files = try #require(listing["files"] as? [String: Any])
      var samples = try #require(files["samples"] as? [[String: Any]])
      switch what {
      case "root": samples[0]["root"] = -1
      case "roots": files["roots"] = [String]()
      default: samples = []
      }
      files["samples"] = samples
      listing["files"] = files
      try JSONSerialization.data(withJSONObject: listing).write(to: place)
      for arguments in [["resume", run.path], ["report", run.path], ["export", run.path]] {
        let outcome = try SwiftletProgram.run(arguments)
        #expect(outcome.code == 1 && outcome.errors.contains("samples.json cannot be understood"), "\(outcome.errors)")
      }
    }
  }
}
