import Foundation
import TestSupport
import Testing

/// Every command says which files it left out and which classes it found, and takes folders for what they are.
@Suite struct FoundFilesTests {
  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func everyCommandSaysWhatItLeftOut() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "drawn"), folder.appending(path: "run"))
      try drawPictures(in: data)
      try Data("GIF89a and more".utf8).write(to: data.appending(path: "class0/a.gif"))
      try Data("x".utf8).write(to: data.appending(path: "notes.txt"))
      try FileManager.default.createDirectory(
        at: data.appending(path: "@eaDir"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: data.appending(path: "class0/0.png"), to: data.appending(path: "@eaDir/0.png"))
      let made = try SwiftletProgram.pretrain(data, run, ["--json"])
      #expect(made.code == 0, "\(made.errors)")
      var outcomes = [("pretrain", made)]
      let requests = [
        ["evaluate", "run", "drawn", "--only-run"], ["embed", "run", "drawn", "-o", "out.npy"],
        ["finetune", "run", "drawn", "--only-run", "--mode", "probe", "--output", "tuned", "--epochs", "1"],
        ["predict", "tuned", "drawn", "-o", "predictions.csv"], ["suggest", "run", "drawn", "--count", "2"],
        ["robustness", "run", "drawn"], ["transfer", "run", "drawn"], ["report", "run", "drawn"], ["report", "run"],
        ["curve", "run", "drawn", "--only-frozen", "--fractions", "100%", "--seeds", "1"],
      ]
      for request in requests {
        outcomes.append((request[0], try SwiftletProgram.run(request + ["--json"], in: folder)))
      }
      for (command, outcome) in outcomes {
        #expect(outcome.code == 0, "\(command): \(outcome.errors)")
        let whole = try object(outcome.output)
        let found = try #require(
          whole["data"] as? [String: Any] ?? (whole["data"] as? [[String: Any]])?.first, "\(command)")
        #expect(found["samples"] as? Int == 24, "\(command)")
        let leftOut = try #require(found["leftOut"] as? [[String: Any]], "\(command)")
        #expect(Set(leftOut.compactMap { ($0["names"] as? [String])?.first }) == ["@eaDir", "notes.txt"], "\(command)")
      }
      for (command, outcome) in outcomes where command != "report" {
        #expect(outcome.errors.contains("Left out   1 of another kind: notes.txt"), "\(command): \(outcome.errors)")
        #expect(outcome.errors.contains("class0/a.gif: is a GIF picture"), "\(command): \(outcome.errors)")
      }
      for (command, outcome) in outcomes where !["embed", "predict", "suggest", "report"].contains(command) {
        #expect(outcome.errors.contains("2: class0 12, class1 12"), "\(command): \(outcome.errors)")
      }
      let page = try String(contentsOf: run.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("class0 12, class1 12") && page.contains("notes.txt: of another kind"))
      #expect(page.contains("is a GIF picture, which Swiftlet does not read"))
    }
  }

  @Test func trainAndTestFoldersAreKeptApart() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "set"), folder.appending(path: "run"))
      for (part, count) in [("train", 12), ("val", 3), ("test", 4)] {
        try drawPictures(in: data.appending(path: part), perClass: count)
      }
      let made = try SwiftletProgram.pretrain(data, run)
      #expect(made.code == 0, "\(made.errors)")
      #expect(made.errors.contains("38 pictures, 14 of them held out by the labels"), "\(made.errors)")
      #expect(
        made.errors.contains("train (24) to learn from; val (6) to make choices by; test (8) to judge by"),
        "\(made.errors)")
      let judged = try SwiftletProgram.run("evaluate", "run", "set", "--only-run", "--json", in: folder)
      #expect(judged.code == 0, "\(judged.errors)")
      let report = try object(judged.output)
      #expect(report["classes"] as? [String] == ["class0", "class1"])
      #expect(report["trainingCount"] as? Int == 24 && report["testCount"] as? Int == 8)
      let parts = (report["data"] as? [String: Any])?["parts"] as? [String: Int]
      #expect(parts == ["train": 24, "validation": 6, "test": 8])
      let tuned = try SwiftletProgram.run(
        "finetune", "run", "set", "--only-run", "--mode", "probe", "--epochs", "1", in: folder)
      #expect(tuned.code == 0 && tuned.errors.contains("class0 19, class1 19"), "\(tuned.errors)")
    }
  }
}
