import Foundation
import TestSupport
import Testing

/// The built program: a run that begins with another's weights, on other data, and on changed ones.
@Suite struct TransferTests {
  private func json(_ outcome: SwiftletProgram.Outcome) throws -> [String: Any] {
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  @Test func aRunBeginsWithAnother() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try drawPictures(in: data)
      let (first, second) = (folder.appending(path: "first"), folder.appending(path: "second"))
      #expect(try SwiftletProgram.pretrain(data, first).code == 0)
      let begun = try SwiftletProgram.pretrain(data, second, ["--init", first.path])
      #expect(begun.code == 0, "\(begun.errors)")
      // Not the run that the same seed makes of random weights.
      let logs = try [first, second].map { try SwiftletProgram.lines($0, "metrics.jsonl")[0] }
      #expect(logs[0] != logs[1])
      #expect(try SwiftletProgram.lines(second, "configuration.json").contains { $0.contains("\"beginsWith\"") })

      // Going on before the first checkpoint begins with the same weights.
      let third = folder.appending(path: "third")
      try FileManager.default.copyItem(at: second, to: third)
      try FileManager.default.removeItem(at: third.appending(path: "checkpoints"))
      try FileManager.default.createDirectory(
        at: third.appending(path: "checkpoints"), withIntermediateDirectories: false)
      let resumed = try SwiftletProgram.run("resume", third.path)
      #expect(resumed.code == 0, "\(resumed.errors)")
      #expect(try SwiftletProgram.lines(third, "metrics.jsonl") == SwiftletProgram.lines(second, "metrics.jsonl"))

      let other = try SwiftletProgram.pretrain(
        data, folder.appending(path: "other"), ["--init", first.path, "--width", "8"])
      #expect(other.code == 1)
      for said in ["do not fit resnet18", "of another shape: ", "is [4,", "--init-partial"] {
        #expect(other.errors.contains(said), "\(said) \(other.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "other").path))
      // What would not help is not advised.
      let none = try SwiftletProgram.run(
        "pretrain", data.path, "--run", folder.appending(path: "none").path, "--init", first.path, "--init-partial",
        "--backbone", "vit-tiny", "--image-size", "16", "--epochs", "1", "--threads", "1")
      #expect(none.code == 1 && none.errors.contains("0 weights fit"), "\(none.errors)")
      #expect(!none.errors.contains("take what fits"))
      let partial = try SwiftletProgram.pretrain(
        data, folder.appending(path: "partial"),
        ["--init", first.path, "--init-partial", "--backbone", "resnet34"])
      #expect(partial.code == 0 && partial.errors.contains("Taken in part"), "\(partial.errors)")
      let replayed = try SwiftletProgram.run(
        "pretrain", data.path, "--run", folder.appending(path: "again").path, "--config", second.path)
      #expect(replayed.code != 0 && replayed.errors.contains("name them with --init"), "\(replayed.errors)")
      for (arguments, code, mention) in [
        (["--init-partial"], Int32(2), "--init-partial is for --init FILE"),
        (["--init", "/nowhere"], 1, "there is no such file"),
        (["--init", "model.pth"], 1, "Save the weights as safetensors"),
      ] {
        let outcome = try SwiftletProgram.pretrain(data, folder.appending(path: "wrong"), arguments)
        #expect(outcome.code == code && outcome.errors.contains(mention), "\(outcome.errors)")
      }
    }
  }

  @Test func severalSetsInOneTable() throws {
    try withTemporaryFolder { folder in
      let (data, other, run) = (
        folder.appending(path: "data"), folder.appending(path: "other"), folder.appending(path: "run")
      )
      try drawPictures(in: data)
      try drawPictures(in: other, classes: 2, perClass: 10, side: 24)
      #expect(try SwiftletProgram.pretrain(data, run).code == 0)
      let labels = folder.appending(path: "labels.csv")
      let rows = (0..<10).map { "class0/\($0).png,x\nclass1/\($0).png,y\n" }.joined()
      try Data(("path,label\n" + rows).utf8).write(to: labels)
      // The file's paths count from its own folder or from the data's.
      let report = try json(
        try SwiftletProgram.run("transfer", run.path, data.path, other.path, "--json", "--labels", "-", labels.path))
      let sets = try #require(report["sets"] as? [[String: Any]])
      #expect(sets.map { $0["data"] as? String } == [data.path, other.path])
      let second = try #require(sets[1]["report"] as? [String: Any])
      #expect(second["classes"] as? [String] == ["x", "y"] && (second["rows"] as? [Any])?.count == 6)
      let wrong = try SwiftletProgram.run("transfer", run.path, data.path, other.path, "--labels", labels.path)
      #expect(wrong.code == 2 && wrong.errors.contains("names 1 files for 2 sets"), "\(wrong.errors)")
      let table = try SwiftletProgram.run("transfer", run.path, data.path)
      #expect(
        table.code == 0 && table.output.contains("random initialisation")
          && table.output.contains("\(data.path): Highest with "), "\(table.errors)")
    }
  }

  @Test func whatDisturbsPictures() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data, perClass: 20)
      #expect(try SwiftletProgram.pretrain(data, run).code == 0)
      let report = try json(try SwiftletProgram.run("robustness", run.path, data.path, "--json"))
      let rows = try #require(report["rows"] as? [[String: Any]])
      #expect(rows.count == 12 && report["count"] as? Int == 8)
      let drifts = rows.compactMap { $0["drift"] as? Double }
      // A blur of a third of a pixel may change nothing that features tell.
      #expect(drifts.count == 12 && drifts.allSatisfy { (0...1).contains($0) })
      // Noise: the stronger, the further.
      #expect(0 < drifts[9] && drifts[9] < drifts[10] && drifts[10] < drifts[11])
      let again = try json(try SwiftletProgram.run("robustness", run.path, data.path, "--json"))
      #expect(report as NSDictionary == again as NSDictionary)
      let plain = try SwiftletProgram.run("robustness", run.path, data.path + "/class0")
      #expect(plain.code == 0 && plain.errors.contains("There are no labels"), "\(plain.errors)")
      #expect(plain.output.contains("drift") && !plain.output.contains("accuracy"))
    }
  }

  @Test func whatDisturbsATable() throws {
    try withTemporaryFolder { folder in
      let (data, run) = try TableCommandTests.pretrained(in: folder)
      let report = try json(try SwiftletProgram.run("robustness", run.path, data.path, "--json"))
      let rows = try #require(report["rows"] as? [[String: Any]])
      #expect(rows.count == 6 && rows.allSatisfy { ($0["drift"] as? Double ?? 0) > 0 })
    }
  }
}
