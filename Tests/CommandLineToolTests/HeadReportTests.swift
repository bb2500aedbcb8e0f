import Foundation
import TestSupport
import Testing

/// `swiftlet evaluate` of a fine-tuned model: its own head is judged.
@Suite struct HeadReportTests {
  private func json(_ outcome: SwiftletProgram.Outcome) throws -> [String: Any] {
    try #require(outcome.code == 0, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  private func tuned(_ folder: URL, _ more: [String] = []) throws -> (data: URL, model: String) {
    let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
    try drawPictures(in: data, perClass: 20)
    #expect(try SwiftletProgram.pretrain(data, run).code == 0)
    let model = folder.path + "/tuned"
    let tuning = try SwiftletProgram.run(
      ["finetune", run.path, data.path, "--epochs", "3", "--only-run", "-o", model] + more)
    try #require(tuning.code == 0, "\(tuning.errors)")
    return (data, model)
  }

  /// The oracle: what `predict` writes, counted by hand.
  @Test func isWhatPredictTells() throws {
    try withTemporaryFolder { folder in
      let (_, model) = try tuned(folder)
      let new = folder.appending(path: "new")
      try drawPictures(in: new, classes: 3, perClass: 7)
      let table = folder.path + "/p.csv"
      #expect(try SwiftletProgram.run("predict", model, new.path, "-o", table).code == 0)
      let rows = try SwiftletProgram.lines(folder, "p.csv").dropFirst().map { $0.split(separator: ",") }
      let known = rows.filter { !$0[0].hasPrefix("class2/") }
      let right = known.count { $0[0].hasPrefix($0[1] + "/") }

      let outcome = try SwiftletProgram.run("evaluate", model, new.path, "--json")
      let report = try json(outcome)
      #expect(report["testCount"] as? Int == 14 && report["unknownCount"] as? Int == 7)
      #expect(report["unknownClasses"] as? [String] == ["class2"] && report["seenCount"] as? Int == 0)
      let accuracy = ((report["result"] as? [String: Any])?["accuracy"] as? [String: Any])?["value"] as? Double
      #expect(abs(try #require(accuracy) - Double(right) / 14) < 1e-9)
      #expect(outcome.errors.contains("The head does not know the class 'class2': 7 samples are left out."))
      #expect(try SwiftletProgram.run("evaluate", model, new.path).output.contains("the model's own head"))
      let probe = try json(SwiftletProgram.run("evaluate", model, new.path, "--new-probe", "--only-run", "--json"))
      #expect(probe["rows"] != nil)
    }
  }

  @Test func theSamplesThatItLearnedFromAreSaid() throws {
    try withTemporaryFolder { folder in
      let (data, model) = try tuned(folder)
      let outcome = try SwiftletProgram.run("evaluate", model, data.path, "--json")
      #expect(try json(outcome)["seenCount"] as? Int == 32)
      #expect(
        outcome.errors.contains(
          "32 of the 40 samples were used in the fine-tuning, to learn from or to make choices by: the figures are better"
        ),
        "\(outcome.errors)")

      // A split column says which judge.
      let rows = (0..<40).map { "class\($0 / 20)/\($0 % 20).png,class\($0 / 20),\($0 % 4 == 0 ? "test" : "train")\n" }
      let labels = folder.path + "/labels.csv"
      try ("path,label,split\n" + rows.joined()).write(toFile: labels, atomically: true, encoding: .utf8)
      let part = try json(SwiftletProgram.run("evaluate", model, data.path, "--labels", labels, "--json"))
      #expect(part["testCount"] as? Int == 10 && part["division"] as? String == "the test part")

      let strange = rows.map { $0.replacing(",class", with: ",thing") }
      try ("path,label,split\n" + strange.joined()).write(toFile: labels, atomically: true, encoding: .utf8)
      let refused = try SwiftletProgram.run("evaluate", model, data.path, "--labels", labels)
      #expect(refused.code == 1 && refused.errors.contains("knows none of the classes"), "\(refused.errors)")
      let fractions = try SwiftletProgram.run("evaluate", model, data.path, "--label-fractions", "10%")
      #expect(fractions.code == 2 && fractions.errors.contains("add --new-probe"), "\(fractions.errors)")
    }
  }

  /// Test samples of a split column were in the list of the model, and were never learned from.
  @Test(arguments: [[], ["--spread-labels"]]) func theTestPartOfItsFineTuningIsNotSaidToBeLearnedFrom(
    _ options: [String]
  ) throws {
    try withTemporaryFolder { folder in
      let rows = (0..<40).map { row in
        let label = options.isEmpty || row % 4 < 2 ? "class\(row / 20)" : ""
        return "data/class\(row / 20)/\(row % 20).png,\(label),\(row % 4 == 0 ? "test" : "train")\n"
      }
      let labels = folder.path + "/labels.csv"
      try ("path,label,split\n" + rows.joined()).write(toFile: labels, atomically: true, encoding: .utf8)
      let (data, model) = try tuned(folder, ["--labels", labels] + options)
      let outcome = try SwiftletProgram.run("evaluate", model, data.path, "--labels", labels, "--json")
      let report = try json(outcome)
      #expect(report["testCount"] as? Int == 10 && report["seenCount"] as? Int == 0)
      #expect(!outcome.errors.contains("fine-tuning"), "\(outcome.errors)")

      // Those that it learned from, and of spread labels those that had none too.
      let all = rows.map { $0.replacing(",test\n", with: ",train\n") }.enumerated().map { row, line in
        line.replacing(",,", with: ",class\(row / 20),")
      }
      try ("path,label,split\n" + all.joined()).write(toFile: labels, atomically: true, encoding: .utf8)
      let learned = try json(SwiftletProgram.run("evaluate", model, data.path, "--labels", labels, "--json"))
      #expect(learned["testCount"] as? Int == 40 && learned["seenCount"] as? Int == 30)
    }
  }

  /// That probabilities were calibrated is said only where they were.
  @Test(arguments: [(20, "others calibrated its probabilities"), (8, "too few to calibrate by")])
  func calibrationIsSaidWhereItWasDone(_ perClass: Int, _ said: String) throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data, classes: 3, perClass: perClass)
      #expect(try SwiftletProgram.pretrain(data, run).code == 0)
      let outcome = try SwiftletProgram.run(
        "predict", run.path, data.path, "-o", folder.path + "/p.csv", "--json")
      #expect(outcome.errors.contains(said), "\(outcome.errors)")
      #expect((try json(outcome)["temperature"] != nil) == said.hasPrefix("others"))
      #expect(outcome.errors.components(separatedBy: "calibrate").count == 2, "\(outcome.errors)")
    }
  }

  /// A number is told by the column that the model learned.
  @Test func aNumber() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try drawPictures(in: data, perClass: 20)
      let rows = (0..<40).map { "data/class\($0 / 20)/\($0 % 20).png,\($0 % 20)\n" }
      let labels = folder.path + "/labels.csv"
      try ("path,height\n" + rows.joined()).write(toFile: labels, atomically: true, encoding: .utf8)
      let (_, model) = try tuned(folder, ["--labels", labels, "--target", "height"])
      let report = try json(SwiftletProgram.run("evaluate", model, data.path, "--labels", labels, "--json"))
      #expect(report["testCount"] as? Int == 40)
      #expect((report["result"] as? [String: Any])?["meanAbsoluteError"] != nil)
      // Numbers have no probabilities that could be calibrated, by many labels or by few.
      let table = folder.path + "/p.csv"
      let predicted = try SwiftletProgram.run(
        "predict", folder.path + "/run", data.path, "--labels", labels, "--target", "height", "-o", table)
      #expect(
        predicted.code == 0 && predicted.errors.contains("A linear probe was fitted to 40 labels.")
          && !predicted.errors.contains("calibrat"), "\(predicted.errors)")
      #expect(try SwiftletProgram.run("export", model).code == 0)
      let card = try String(contentsOf: URL(fileURLWithPath: model + "/export/README.md"), encoding: .utf8)
      #expect(!card.contains("overconfident") && !card.contains("calibrat"), "\(card)")
      let other = try SwiftletProgram.run("evaluate", folder.path + "/run", data.path, "--target", "height")
      #expect(other.code == 2 && other.errors.contains("is judged by classes"), "\(other.errors)")
    }
  }
}
