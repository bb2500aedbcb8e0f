import Foundation
import TestSupport
import Testing

/// The built program: a run's network for other tools. `scripts/reference/export` opens it there.
@Suite struct ExportCommandTests {
  private func json(_ outcome: SwiftletProgram.Outcome) throws -> [String: Any] {
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  private func text(_ place: URL) throws -> String { String(decoding: try Data(contentsOf: place), as: UTF8.self) }

  /// The metadata of a safetensors file.
  private func notes(_ place: URL) throws -> [String: Any] {
    let data = try Data(contentsOf: place)
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: data.dropFirst(8).prefix(length)) as? [String: Any]
    return try #require(header?["__metadata__"] as? [String: Any])
  }

  /// Names of columns are a user's; the card shows them and none acts on what shows the card.
  @Test func namesOfColumnsInTheCard() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "records.csv"), folder.appending(path: "run"))
      let rows = (0..<40).map { "\($0 * 7 % 11).5,\($0 % 5),\($0 * 3 % 7).25\n" }
      try Data(("wei\u{1B}[2Jght,<b>_dose_\u{202E},c\n" + rows.joined()).utf8).write(to: data)
      let trained = try SwiftletProgram.run(["pretrain", data.path, "-o", run.path, "--epochs", "2", "--threads", "1"])
      #expect(trained.code == 0, "\(trained.errors)")
      let exported = try SwiftletProgram.run("export", run.path, "--json")
      #expect(exported.code == 0, "\(exported.errors)")
      let card = try text(run.appending(path: "export/README.md"))
      #expect(!card.unicodeScalars.contains { [0x1B, 0x202E].contains($0.value) })
      #expect(card.contains(#"wei\\u\{1B\}\[2Jght, \<b\>\_dose\_\\u\{202E\}"#), "\(card)")
    }
  }

  @Test func aRunAndWhatWasMadeOfIt() throws {
    try withTemporaryFolder { folder in
      let (data, run, tuned) = (
        folder.appending(path: "data"), folder.appending(path: "run"), folder.appending(path: "tuned")
      )
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, run).code == 0)
      let outcome = try json(try SwiftletProgram.run("export", run.path, "--json"))
      let export = run.appending(path: "export")
      #expect(outcome["folder"] as? String == export.path)
      // timm builds no network of four channels.
      #expect(outcome["timm"] == nil)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: export.path).sorted()
          == ["README.md", "model.onnx", "model.safetensors"])
      let checks = try #require(outcome["checks"] as? [[String: Any]])
      #expect(checks.count == 2 && checks.allSatisfy { $0["largestDifference"] as? Double ?? 1 < 1e-5 })
      let card = try text(export.appending(path: "README.md"))
      for said in ["# run", "simclr", "24 pictures", "Not judged", "InferenceSession", "--init model.safetensors"] {
        #expect(card.contains(said), "\(said)")
      }
      // Weights are those of the run: another begins with them, strictly.
      let other = folder.appending(path: "begun")
      let begun = try SwiftletProgram.pretrain(
        data, other, ["--init", export.appending(path: "model.safetensors").path, "--precision", "bfloat16"])
      #expect(begun.code == 0, "\(begun.errors)")
      #expect(try SwiftletProgram.run("export", other.path).code == 0)
      #expect(try text(other.appending(path: "export/README.md")).contains("(`swiftlet embed`) are in bfloat16"))

      #expect(try SwiftletProgram.run("evaluate", run.path, data.path).code == 0)
      let again = try SwiftletProgram.run("export", run.path, "--format", "safetensors")
      #expect(again.code == 0 && !again.errors.contains("model.onnx"), "\(again.errors)")
      #expect(try text(export.appending(path: "README.md")).contains("linear probe"))

      let fine = try SwiftletProgram.run(
        "finetune", run.path, data.path, "--output", tuned.path, "--epochs", "2", "--only-run")
      #expect(fine.code == 0, "\(fine.errors)")
      let model = folder.appending(path: "model")
      #expect(try SwiftletProgram.run("export", tuned.path, "-o", model.path).code == 0)
      let target = try #require(notes(model.appending(path: "model.safetensors"))["target"] as? String)
      #expect(target.contains("class0") && target.contains("class1"))
      #expect(try text(model.appending(path: "README.md")).contains("2 classes a sample has (class0, class1)"))
    }
  }

  @Test func timmIsToldWhereItKnowsTheNetwork() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let trained = try SwiftletProgram.run(
        "pretrain", data.path, "--run", run.path, "--method", "mae", "--image-size", "16", "--patch-size", "8",
        "--layers", "2", "--batch-size", "8", "--epochs", "1")
      #expect(trained.code == 0, "\(trained.errors)")
      let outcome = try json(try SwiftletProgram.run("export", run.path, "--json"))
      #expect(outcome["timm"] as? String == "local-dir:\(run.path)/export")
      let model = try #require(
        try JSONSerialization.jsonObject(
          with: Data(contentsOf: run.appending(path: "export/config.json"))) as? [String: Any])
      let arguments = try #require(model["model_args"] as? [String: Any])
      #expect(model["architecture"] as? String == "vit_tiny_patch16_224" && model["num_classes"] as? Int == 0)
      #expect(arguments["img_size"] as? Int == 16 && arguments["depth"] as? Int == 2)
    }
  }

  @Test func aTable() throws {
    try withTemporaryFolder { folder in
      let (data, run) = try TableCommandTests.pretrained(in: folder, labelColumn: "weight")
      let tuned = folder.appending(path: "tuned")
      let fine = try SwiftletProgram.run(
        "finetune", run.path, data.path, "--target", "weight", "--output", tuned.path, "--epochs", "2", "--only-run")
      #expect(fine.code == 0, "\(fine.errors)")
      for place in [run, tuned] {
        let outcome = try SwiftletProgram.run("export", place.path)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try text(place.appending(path: "export/README.md")).contains("height, dose"))
      }
      #expect(try text(tuned.appending(path: "export/README.md")).contains("the number 'weight'"))
    }
  }

  @Test func whatCannotBe() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, run).code == 0)
      let file = folder.appending(path: "file")
      try Data("mine".utf8).write(to: file)
      for (arguments, code, mention) in [
        ([data.path], Int32(1), "is not a run of Swiftlet"),
        ([run.path, "-o", file.path], 1, "it is a file; name a folder"),
        ([run.path, "-o", file.path + "/below"], 1, "cannot write"),
        ([run.path, "--format", "pickle"], 2, "safetensors"),
      ] {
        let outcome = try SwiftletProgram.run(["export"] + arguments)
        #expect(outcome.code == code && outcome.errors.contains(mention), "\(outcome.errors)")
      }
      #expect(try text(file) == "mine")
      let closed = folder.appending(path: "closed")
      try FileManager.default.createDirectory(
        at: closed, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o555])
      if let outcome = try SwiftletProgram.runUnprivileged(["export", run.path, "-o", closed.path]) {
        #expect(outcome.code == 1 && outcome.errors.contains("cannot write"), "\(outcome.errors)")
      }
      // A run that was cut off before its first checkpoint.
      try FileManager.default.removeItem(at: run.appending(path: "checkpoints"))
      let empty = try SwiftletProgram.run("export", run.path)
      #expect(empty.code == 1 && empty.errors.contains("checkpoint"), "\(empty.errors)")
      #expect(!FileManager.default.fileExists(atPath: run.appending(path: "export").path))
    }
  }
}
