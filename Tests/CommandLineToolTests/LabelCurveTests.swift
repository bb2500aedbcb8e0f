import Foundation
import TestSupport
import Testing

/// The built program: how many labels, and which. Drawn pictures and a tiny network.
@Suite struct LabelCurveTests {
  private func pretrained(_ folder: URL, perClass: Int = 20) throws -> (data: URL, run: URL) {
    let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
    try drawPictures(in: data, perClass: perClass)
    let outcome = try SwiftletProgram.pretrain(data, run)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return (data, run)
  }

  private func json(_ outcome: SwiftletProgram.Outcome) throws -> [String: Any] {
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  private static let quick = ["--epochs", "2", "--seeds", "2", "--learning-rates", "1e-3,1e-2"]

  @Test func everyLineAtEveryFraction() throws {
    try withTemporaryFolder { folder in
      let (data, run) = try pretrained(folder)
      // A test picture that is also a training picture.
      var labels = "path,label,split\n"
      for index in 0..<20 {
        for label in 0..<2 { labels += "class\(label)/\(index).png,\(label),\(index < 15 ? "train" : "test")\n" }
      }
      let file = folder.appending(path: "labels.csv")
      try Data(labels.utf8).write(to: file)
      try FileManager.default.removeItem(at: data.appending(path: "class0/19.png"))
      try FileManager.default.copyItem(
        at: data.appending(path: "class0/3.png"), to: data.appending(path: "class0/19.png"))
      let outcome = try SwiftletProgram.run(
        ["curve", run.path, data.path, "--labels", file.path, "--fractions", "1%,50%,100%", "--json"] + Self.quick)
      let curve = try json(outcome)
      let points = try #require(curve["points"] as? [[String: Any]])
      let lines = Set(points.compactMap { $0["line"] as? String })
      // With all labels there is nothing to spread.
      #expect(lines.count == 9 && points.count == 24, "\(lines)")
      for point in points {
        let fraction = try #require(point["fraction"] as? Double)
        let trains = ["fine-tuned", "fine-tuned, labels spread", "supervised from scratch"].contains(
          point["line"] as? String ?? "")
        let draws = try #require((point["results"] as? [Any])?.count)
        #expect(draws == (trains || fraction < 1 ? 2 : 1))
        #expect(point["labelCount"] as? Int == (fraction == 1 ? 30 : fraction == 0.5 ? 15 : 2))
      }
      // A verdict for each part of the labels, and what pre-training saves by each of three lines.
      let findings = try #require(curve["findings"] as? [String])
      #expect(findings.count == 6 && (curve["verdicts"] as? [Any])?.count == 3)
      #expect(findings[0].hasPrefix("Highest with 2 labels: "), "\(findings)")
      #expect(outcome.errors.contains("All 10 test samples were pre-trained on") && curve["seenCount"] as? Int == 10)
      #expect(outcome.errors.contains("only 10 test samples judge"), "\(outcome.errors)")
      let leakage = try #require(curve["leakage"] as? [String: Any])
      #expect(leakage["identicalCount"] as? Int == 1)
      #expect(outcome.errors.contains("1 test sample holds the same as a training sample"), "\(outcome.errors)")
      #expect(outcome.errors.contains("1 % of the labels would leave 2 of 2 classes without one"), "\(outcome.errors)")
      #expect(outcome.errors.contains("2 labels would leave none to choose by"), "\(outcome.errors)")

      let report = try SwiftletProgram.run("report", run.path)
      #expect(report.code == 0, "\(report.errors)")
      let page = String(decoding: try Data(contentsOf: run.appending(path: "report.html")), as: UTF8.self)
      #expect(page.contains("supervised from scratch</th>") && page.contains("class=\"line0\""))
      let again = try SwiftletProgram.run(
        ["curve", run.path, data.path, "--labels", file.path, "--fractions", "50%", "--json"] + Self.quick)
      let few = try SwiftletProgram.run(
        ["curve", run.path, data.path, "--labels", file.path, "--fractions", "50%", "--json", "--only-frozen"]
          + ["--without-spreading"] + Self.quick)
      let left = try #require(try json(few)["points"] as? [[String: Any]]).compactMap { $0["line"] as? String }
      #expect(left == ["frozen, linear probe", "frozen, kNN", "raw input, linear probe", "raw input, kNN"])
      // The same seeds, the same curve.
      let repeated = try #require(try json(again)["points"] as? [[String: Any]])
      for point in repeated {
        let first = points.first {
          $0["line"] as? String == point["line"] as? String && $0["fraction"] as? Double == 0.5
        }
        let (one, other) = (point["results"] as? NSArray, first?["results"] as? NSArray)
        #expect(one == other, "\(point["line"] ?? "")")
      }
    }
  }

  @Test func aCurveThatIsKilledGoesOn() throws {
    try withTemporaryFolder { folder in
      let (data, run) = try pretrained(folder)
      let command = ["curve", run.path, data.path, "--fractions", "50%,100%", "--json"] + Self.quick
      let whole = try #require(try json(try SwiftletProgram.run(command))["points"] as? [[String: Any]])
      let draft = run.appending(path: "curve-draft.jsonl")
      #expect(!FileManager.default.fileExists(atPath: draft.path))

      let process = try SwiftletProgram.start(command)
      // The terms, a choice and two draws.
      for _ in 0..<3000 where try SwiftletProgram.lines(run, "curve-draft.jsonl").count < 4 {
        Thread.sleep(forTimeInterval: 0.01)
      }
      try SwiftletProgram.kill(process, after: 0)
      let kept = try Data(contentsOf: draft)
      // As a kill in the middle of a line leaves it.
      try (kept + Data("{\"draw\":{\"fra".utf8)).write(to: draft)
      let outcome = try SwiftletProgram.run(command)
      #expect(outcome.errors.contains("Going on: "), "\(outcome.errors)")
      let resumed = try #require(try json(outcome)["points"] as? [[String: Any]])
      #expect(resumed.map { $0["results"] as? NSArray } == whole.map { $0["results"] as? NSArray })
      #expect(resumed.map { $0["learningRate"] as? Double } == whole.map { $0["learningRate"] as? Double })
      #expect(!FileManager.default.fileExists(atPath: draft.path))

      // Measured on other terms, nothing of it counts.
      try kept.write(to: draft)
      let other = try SwiftletProgram.run(command.map { $0 == "1e-3,1e-2" ? "1e-3" : $0 })
      #expect(other.code == 0 && !other.errors.contains("Going on: "), "\(other.errors)")
      #expect(
        other.errors.contains("The options changed since the curve was stopped: the"),
        "\(other.errors)")
      // Nor does it where samples were replaced, and this is said.
      try kept.write(to: draft)
      try drawGrey(at: data.appending(path: "class0/3.png"), side: 16) { x, _ in UInt8(x) }
      let measured = try SwiftletProgram.run(command)
      #expect(
        measured.errors.contains("What the samples hold changed since the curve was stopped"), "\(measured.errors)")
    }
  }

  @Test func aTableHasAProbeOfItsColumns() throws {
    try withTemporaryFolder { folder in
      let (data, run) = try TableCommandTests.pretrained(in: folder)
      let outcome = try SwiftletProgram.run(
        ["curve", run.path, data.path, "--fractions", "20%,100%"] + Self.quick)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("raw input, linear probe") && outcome.output.contains("ECE"))
      #expect(outcome.output.contains("Pre-trained and fine-tuned:"), "\(outcome.output)")
    }
  }

  @Test func suggestionsAndWhatToClean() throws {
    try withTemporaryFolder { folder in
      let (data, run) = try pretrained(folder)
      try FileManager.default.copyItem(
        at: data.appending(path: "class0/3.png"), to: data.appending(path: "class0/copy.png"))
      let labels = folder.appending(path: "known.csv")
      try Data("path,label\nclass0/3.png,a\nclass0/copy.png,b\n".utf8).write(to: labels)
      let (output, copies) = (folder.appending(path: "next.csv"), folder.appending(path: "copies.csv"))
      let outcome = try SwiftletProgram.run(
        "suggest", run.path, data.path, "--count", "6", "--labels", labels.path, "-o", output.path, "--duplicates",
        copies.path, "--outliers", folder.appending(path: "odd.csv").path, "--json")
      let found = try json(outcome)
      let names = try #require((found["suggested"] as? [[String: Any]])?.compactMap { $0["name"] as? String })
      #expect(names.count == 6 && Set(names).count == 6 && !names.contains("class0/3.png"))
      #expect(found["labelledCount"] as? Int == 2)
      #expect(try SwiftletProgram.lines(folder, "next.csv") == ["path,label"] + names.map { $0 + "," })
      let listed = try SwiftletProgram.lines(folder, "copies.csv")
      #expect(listed.contains { $0.hasPrefix("class0/copy.png,") } && listed.contains { $0.hasPrefix("class0/3.png,") })
      #expect(outcome.errors.contains("the labels differ within 1 of these groups"), "\(outcome.errors)")
      let plain = try SwiftletProgram.run("suggest", run.path, data.path, "--count", "4")
      #expect(plain.code == 0 && plain.output.split(separator: "\n").count == 4, "\(plain.errors)")
      let many = try SwiftletProgram.run("suggest", run.path, data.path, "--count", "400")
      #expect(many.errors.contains("only 41 samples without a label can be suggested"), "\(many.errors)")
    }
  }

  @Test func whatIsWrongIsSaidInASentence() throws {
    try withTemporaryFolder { folder in
      let (data, run) = try pretrained(folder, perClass: 4)
      let cases: [([String], Int32, String)] = [
        (
          ["curve", run.path, data.path, "--fractions", "0%"], Int32(2), "--label-fractions '0%' is not a part above 0%"
        ),
        (["curve", run.path, data.path, "--learning-rates", "x"], 2, "--learning-rates 'x' is not a number"),
        (["curve", run.path, data.path, "--seeds", "0"], 2, "--seeds 0 must be from 1 to 100"),
        (["curve", run.path, data.path, "--minutes", "-1"], 2, "--minutes -1 must be above 0"),
        (["curve", run.path, data.path + "/class0"], 1, "no labels of classes"),
        (["suggest", run.path, data.path, "--count", "0"], 2, "--count 0 must be from 1"),
        (["suggest", run.path, data.path], 2, "'--count <count>' is missing"),
        (["suggest", run.path, data.path, "--count", "1", "-o", "x.txt"], 2, "must end in .csv"),
        (["suggest", run.path, data.path, "--count", "1", "-o", "/proc/nowhere/x.csv"], 1, "cannot write"),
      ]
      for (arguments, code, mention) in cases {
        let outcome = try SwiftletProgram.run(arguments)
        #expect(outcome.code == code, "\(arguments) \(outcome.errors)")
        #expect(outcome.errors.contains(mention), "\(arguments) \(outcome.errors)")
        #expect(outcome.output.isEmpty)
      }
    }
  }
}
