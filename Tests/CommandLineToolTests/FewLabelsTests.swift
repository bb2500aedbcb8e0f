import Foundation
import TestSupport
import Testing

/// The built program: what a few labels make of a run. Drawn pictures and a tiny network.
@Suite struct FewLabelsTests {
  private func pretrained(_ folder: URL, perClass: Int = 20, classes: Int = 2) throws -> (data: URL, run: URL) {
    let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
    try drawPictures(in: data, classes: classes, perClass: perClass)
    let outcome = try SwiftletProgram.pretrain(data, run)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return (data, run)
  }

  private func json(_ outcome: SwiftletProgram.Outcome) throws -> [String: Any] {
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  private func lines(_ file: URL) throws -> [String] {
    String(decoding: try Data(contentsOf: file), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private static let quick = ["--epochs", "3", "--batch-size", "8"]

  @Test(arguments: ["probe", "full", "last-blocks"]) func aModelIsKeptAndUsedAsARun(mode: String) throws {
    try withTemporaryFolder { folder in
      let (data, run) = try pretrained(folder)
      let tuned = folder.appending(path: "tuned")
      let outcome = try SwiftletProgram.run(
        ["finetune", run.path, data.path, "--mode", mode, "--output", tuned.path, "--json"] + Self.quick)
      let report = try json(outcome)
      #expect(outcome.errors.contains("swiftlet predict \(tuned.path)"))
      #expect(report["trainingCount"] as? Int == 26 && report["validationCount"] as? Int == 6)
      let rows = try #require(report["rows"] as? [[String: Any]])
      let shown = rows.map { $0["line"] as? String }
      if mode == "probe" {
        #expect(shown == ["frozen, linear probe", "untrained, linear probe", "raw input, linear probe"])
      } else {
        #expect(
          shown == ["fine-tuned", "frozen, linear probe", "supervised from scratch", "raw input, linear probe"])
        // Both networks choose among the same rates, and that is said.
        #expect([0, 2].allSatisfy { [3e-4, 1e-3, 3e-3].contains(rows[$0]["learningRate"] as? Double ?? 0) })
        #expect(outcome.errors.contains("Each network has the learning rate, of 0.0003, 0.001, 0.003, that does best"))
      }
      let classes = try #require(rows[0]["perClass"] as? [String: Any])
      #expect((classes["confusion"] as? [[Int]])?.joined().reduce(0, +) == 8)
      let verdict = try #require(report["verdict"] as? [String: Any])
      #expect(shown.contains(verdict["best"] as? String))
      #expect(outcome.errors.contains("only 8 test samples judge"), "\(outcome.errors)")
      #expect(outcome.errors.contains("All 8 test samples were pre-trained on, without their labels."))

      // As the report judged it, so it is when it is opened again.
      let output = folder.appending(path: "out.csv")
      let predicted = try json(try SwiftletProgram.run("predict", tuned.path, data.path, "-o", output.path, "--json"))
      #expect(predicted["rows"] as? Int == 40 && predicted["resumedAfter"] as? Int == 0)
      let table = try lines(output)
      #expect(table[0] == "path,predicted,p_class0,p_class1" && table.count == 41)
      for line in table.dropFirst() {
        let fields = line.split(separator: ",").map(String.init)
        let chances = fields.suffix(2).compactMap(Double.init)
        #expect(abs(chances[0] + chances[1] - 1) < 1e-5)
        #expect(fields[1] == (chances[0] >= chances[1] ? "class0" : "class1"))
      }
      #expect(!FileManager.default.fileExists(atPath: output.path + ".part"))

      #expect(try json(SwiftletProgram.run("evaluate", tuned.path, data.path, "--json"))["testCount"] as? Int == 40)
      let vectors = folder.appending(path: "v.npy").path
      #expect(try SwiftletProgram.run("embed", tuned.path, data.path, "-o", vectors).code == 0)
      let again = try SwiftletProgram.run("finetune", run.path, data.path, "--output", tuned.path)
      #expect(again.code == 1 && again.errors.contains("is a run already"), "\(again.errors)")
      let resumed = try SwiftletProgram.run("resume", tuned.path)
      #expect(resumed.code == 1 && resumed.errors.contains("was fine-tuned with labels"), "\(resumed.errors)")
      let further = try SwiftletProgram.run(["finetune", tuned.path, data.path, "--only-run"] + Self.quick)
      #expect(further.code == 0, "\(further.errors)")
    }
  }

  /// A learning rate that was given is nobody's choice: the network from scratch is shown, and no comparison is made.
  @Test func aGivenLearningRateMakesNoComparison() throws {
    try withTemporaryFolder { folder in
      let (data, run) = try pretrained(folder)
      let outcome = try SwiftletProgram.run(
        ["finetune", run.path, data.path, "--learning-rate", "1e-3", "--per-class"] + Self.quick)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("The learning rate was given, not chosen for each network"), "\(outcome.errors)")
      #expect(outcome.output.contains("\nsupervised from scratch "), "\(outcome.output)")
      let verdict = try #require(outcome.output.split(separator: "\n").first { $0.hasPrefix("Highest with 32 labels") })
      #expect(!verdict.contains("scratch"))
      #expect(outcome.output.contains("class   samples  precision  recall  most often taken for"), "\(outcome.output)")
      let wrong = try SwiftletProgram.run("finetune", run.path, data.path, "--learning-rates", "1e-3,x")
      #expect(wrong.code == 2 && wrong.errors.contains("--learning-rates 'x' is not a number"), "\(wrong.errors)")
    }
  }

  @Test func severalClassesAndNumbers() throws {
    try withTemporaryFolder { folder in
      let (data, run) = try pretrained(folder)
      var (classes, numbers) = ("path,label\n", "path,p,x,y\n")
      for index in 0..<20 {
        classes += "class0/\(index).png,\(index % 2 == 0 ? "across;even" : "across")\n"
        classes += "class1/\(index).png,\(index % 2 == 0 ? "down;even" : "down")\n"
        numbers += "class0/\(index).png,\(index == 3 ? "nan" : "\(index)"),1,\(index % 2)\nclass1/\(index).png,,0,1\n"
      }
      let (first, second) = (folder.appending(path: "classes.csv"), folder.appending(path: "numbers.csv"))
      try Data(classes.utf8).write(to: first)
      try Data(numbers.utf8).write(to: second)
      let several = try json(
        try SwiftletProgram.run(
          ["finetune", run.path, data.path, "--labels", first.path, "--json", "--only-run"] + Self.quick))
      #expect(several["classes"] as? [String] == ["across", "down", "even"])
      let columns = try json(
        try SwiftletProgram.run(
          ["finetune", run.path, data.path, "--labels", second.path, "--targets", "x,y", "--json", "--only-run"]
            + Self.quick))
      #expect(columns["classes"] as? [String] == ["x", "y"])
      let tuned = folder.appending(path: "tuned").path
      let outcome = try SwiftletProgram.run(
        ["finetune", run.path, data.path, "--labels", second.path, "--target", "p", "--output", tuned] + Self.quick)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("21 of 40 samples have no value of 'p'"), "\(outcome.errors)")
      #expect(outcome.output.contains("MAE") && outcome.output.contains("Spearman"))
      let output = folder.appending(path: "p.csv")
      #expect(try SwiftletProgram.run("predict", tuned, data.path, "-o", output.path).code == 0)
      let table = try lines(output)
      #expect(table[0] == "path,predicted_p" && table.count == 41)
      #expect(table.dropFirst().allSatisfy { Double($0.split(separator: ",")[1]) != nil })
    }
  }

  @Test func labelsAreSpreadOverWhatHasNone() throws {
    try withTemporaryFolder { folder in
      let (data, run) = try pretrained(folder)
      let labels = folder.appending(path: "some.csv")
      let known = (0..<10).map { "class0/\($0).png,a\nclass1/\($0).png,b\n" }.joined()
      try Data(("path,label\n" + known).utf8).write(to: labels)
      let command =
        ["finetune", run.path, data.path, "--labels", labels.path, "--spread-labels", "--json"] + Self.quick
      let outcome = try SwiftletProgram.run(command)
      let report = try json(outcome)
      // It is spread already.
      #expect(!outcome.errors.contains("fine-tuning can learn from them too"), "\(outcome.errors)")
      let evaluated = try SwiftletProgram.run("evaluate", run.path, data.path, "--labels", labels.path)
      #expect(
        evaluated.errors.contains(
          "20 of 40 samples have no label: fine-tuning can learn from them too, with --spread-labels."),
        "\(evaluated.errors)")
      // 40 samples, of which 4 judge and a fifth of the other 16 labels decides when to stop.
      #expect(report["trainingCount"] as? Int == 13)
      #expect(outcome.errors.contains("13 labels were spread over 33 samples"), "\(outcome.errors)")
      let tuning = try #require(report["tuning"] as? [String: Any])
      #expect(tuning["epochs"] as? Int == 3)

      let numbers = folder.appending(path: "numbers.csv")
      try Data(("path,p\n" + (0..<20).map { "class0/\($0).png,\($0)\n" }.joined()).utf8).write(to: numbers)
      let wrong = try SwiftletProgram.run(
        "finetune", run.path, data.path, "--labels", numbers.path, "--target", "p", "--spread-labels")
      #expect(wrong.code == 1 && wrong.errors.contains("leave out --spread-labels"), "\(wrong.errors)")
    }
  }

  /// What is left of a file at any point is gone on with, and the result is that of a run left alone.
  @Test func predictionsGoOnWhereTheyStopped() throws {
    try withTemporaryFolder { folder in
      let (data, run) = try pretrained(folder, perClass: 300)
      let labels = folder.appending(path: "some.csv")
      let known = (0..<12).map { "class0/\($0).png,a\nclass1/\($0).png,b\n" }.joined()
      try Data(("path,label\n" + known).utf8).write(to: labels)
      let output = folder.appending(path: "out.csv")
      let command = ["predict", run.path, data.path, "--labels", labels.path, "-o", output.path, "--json", "--force"]
      let whole = try SwiftletProgram.run(command)
      #expect(try json(whole)["rows"] as? Int == 600)
      #expect(whole.errors.contains("576 of 600 samples have no label"), "\(whole.errors)")
      let expected = try Data(contentsOf: output)
      let all = try lines(output)

      // A kill between two writes, in the midst of one, and after the last.
      let process = try SwiftletProgram.start(command)
      for _ in 0..<2000 where !FileManager.default.fileExists(atPath: output.path + ".part.json") {
        Thread.sleep(forTimeInterval: 0.005)
      }
      let identity = try Data(contentsOf: URL(fileURLWithPath: output.path + ".part.json"))
      try SwiftletProgram.kill(process, after: 0)
      for (kept, resumed) in [(1 + 256, 256), (1 + 300, 256), (1, 0), (601, 600)] {
        let text = all[..<kept].joined(separator: "\n") + "\n" + (kept < 601 ? "class0/half" : "")
        try Data(text.utf8).write(to: URL(fileURLWithPath: output.path + ".part"))
        try identity.write(to: URL(fileURLWithPath: output.path + ".part.json"))
        #expect(try json(SwiftletProgram.run(command))["resumedAfter"] as? Int == resumed)
        #expect(try Data(contentsOf: output) == expected)
      }
      // Of other samples nothing is gone on with.
      try Data((all[..<257].joined(separator: "\n") + "\n").utf8)
        .write(to: URL(fileURLWithPath: output.path + ".part"))
      try identity.write(to: URL(fileURLWithPath: output.path + ".part.json"))
      try FileManager.default.removeItem(at: data.appending(path: "class1/299.png"))
      let other = try json(try SwiftletProgram.run(command))
      #expect(other["resumedAfter"] as? Int == 0 && other["rows"] as? Int == 599)
    }
  }

  @Test func tablesAreFineTunedAndPredicted() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "records.csv"), folder.appending(path: "run"))
      try Data(TableCommandTests.table().utf8).write(to: data)
      let trained = try SwiftletProgram.run(
        ["pretrain", data.path, "--run", run.path, "--label-column", "group"] + TableCommandTests.tiny)
      #expect(trained.code == 0, "\(trained.errors)")
      let (tuned, output) = (folder.appending(path: "tuned").path, folder.appending(path: "out.csv"))
      #expect(
        try SwiftletProgram.run("finetune", run.path, data.path, "--epochs", "5", "--seeds", "1", "--output", tuned)
          .code == 0)
      #expect(try SwiftletProgram.run("predict", tuned, data.path, "-o", output.path).code == 0)
      let table = try lines(output)
      #expect(table[0] == "row,predicted,p_a,p_b,p_c" && table.count == 91 && table[1].hasPrefix("P0,"))
      #expect(try SwiftletProgram.run("predict", run.path, data.path, "-o", output.path, "--force").code == 0)
      let feature = try SwiftletProgram.run("finetune", run.path, data.path, "--target", "weight")
      #expect(feature.code == 1 && feature.errors.contains("learned from the column 'weight'"), "\(feature.errors)")
    }
  }

  @Test func aClassWithOneExampleIsSaid() throws {
    try withTemporaryFolder { folder in
      let (data, run) = try pretrained(folder)
      let rows = (0..<20).map { "class0/\($0).png,\($0 == 0 ? "rare" : "a")\nclass1/\($0).png,b\n" }.joined()
      let labels = folder.appending(path: "labels.csv")
      try Data(("path,label\n" + rows).utf8).write(to: labels)
      let outcome = try SwiftletProgram.run(
        ["finetune", run.path, data.path, "--labels", labels.path, "--only-run"] + Self.quick)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("A single label to learn from: 'rare'."), "\(outcome.errors)")
    }
  }

  @Test func whatIsWrongIsSaidInASentence() throws {
    try withTemporaryFolder { folder in
      let (data, run) = try pretrained(folder, perClass: 4)
      func write(_ name: String, _ text: String) throws -> String {
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
      }
      let absent = try write("absent.csv", "path,label\nclass0/0.png,a\nclass0/x.png,b\nclass0/y.png,b\n")
      let one = try write("one.csv", "path,label\nclass0/0.png,a\nclass0/1.png,a\n")
      let three = try write("three.csv", "path,label\nclass0/0.png,a\nclass1/0.png,b\nclass1/1.png,b\n")
      let numbers = try write("numbers.csv", "path,p\nclass0/0.png,nan\nclass1/0.png,\n")
      let same = try write("same.csv", "path,p\nclass0/0.png,1\nclass1/0.png,1\nclass1/1.png,1\nclass1/2.png,1\n")
      let output = folder.appending(path: "out.csv").path
      let cases: [([String], Int32, String)] = [
        (
          ["finetune", run.path, data.path, "--labels", absent], Int32(1),
          "'class0/x.png', nor 1 other file that the CSV names"
        ),
        (["finetune", run.path, data.path, "--labels", one], 1, "all labels say 'a'"),
        (["finetune", run.path, data.path, "--labels", three, "--label-fraction", "1%"], 1, "too few to learn from"),
        (["finetune", run.path, data.path, "--labels", numbers, "--target", "p"], 1, "no sample has a value"),
        (["finetune", run.path, data.path, "--labels", same, "--target", "p"], 1, "have the same value"),
        (["finetune", run.path, data.path, "--target", "p"], 1, "name that file (--labels FILE)"),
        (["finetune", run.path, data.path, "--target", "p", "--targets", "x"], 2, "leave all but one out"),
        (["finetune", run.path, data.path, "--blocks", "2"], 2, "--blocks is for --mode last-blocks"),
        (["finetune", run.path, data.path, "--mix-up", "2"], 2, "--mix-up 2 must be from 0 to 1"),
        (["finetune", run.path, data.path, "--output", "/proc/x"], 1, "cannot write"),
        (["predict", run.path, data.path, "--labels", one, "-o", output], 1, "all labels say 'a'"),
        (["predict", run.path, data.path + "/class0", "-o", output], 1, "has learned without labels"),
        (["predict", run.path, data.path, "-o", "out.txt"], 2, "must end in .csv"),
        (["predict", run.path, data.path, "-o", one + "/out.csv"], 1, "is no folder"),
        (["predict", "/nowhere", data.path, "-o", output], 1, "is not a run of Swiftlet"),
      ]
      for (arguments, code, mention) in cases {
        let outcome = try SwiftletProgram.run(arguments)
        #expect(outcome.code == code, "\(arguments) \(outcome.errors)")
        #expect(outcome.errors.contains(mention), "\(arguments) \(outcome.errors)")
        #expect(outcome.output.isEmpty)
      }
      #expect(!FileManager.default.fileExists(atPath: output))
    }
  }

  @Test func aModelThatChangedIsNotUsed() throws {
    try withTemporaryFolder { folder in
      let (data, run) = try pretrained(folder)
      let tuned = folder.appending(path: "tuned")
      #expect(
        try SwiftletProgram.run("finetune", run.path, data.path, "--mode", "probe", "--output", tuned.path).code == 0)
      let weights = tuned.appending(path: "tuned.safetensors")
      var bytes = try Data(contentsOf: weights)
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: weights)
      let output = folder.appending(path: "out.csv").path
      let outcome = try SwiftletProgram.run("predict", tuned.path, data.path, "-o", output)
      #expect(outcome.code == 1 && outcome.errors.contains("no longer holds what was written"), "\(outcome.errors)")
    }
  }
}
