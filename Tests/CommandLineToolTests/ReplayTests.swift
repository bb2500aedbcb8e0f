import Foundation
import TestSupport
import Testing

/// `--config`: a run made again from its configuration.
@Suite struct ReplayTests {
  private func configuration(_ run: URL) throws -> [String: Any] {
    let data = try Data(contentsOf: run.appending(path: "configuration.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func sameDataSameMetrics() throws {
    try withTemporaryFolder { folder in
      let (data, first) = (folder.appending(path: "data"), folder.appending(path: "first"))
      try drawPictures(in: data)
      let options = ["--temperature", "0.37", "--seed", "5", "--projector", "linear", "--learning-rate", "0.01"]
      #expect(try SwiftletProgram.pretrain(data, first, options).code == 0)
      // Of the file, of the run, and of a replay.
      for (name, source) in [("a", "first/configuration.json"), ("b", "first"), ("c", "a")] {
        let again = try SwiftletProgram.run("pretrain", "data", "--config", source, "--run", name, in: folder)
        #expect(again.code == 0, "\(again.errors)")
        let run = folder.appending(path: name)
        #expect(
          try Data(contentsOf: run.appending(path: "metrics.jsonl"))
            == Data(contentsOf: first.appending(path: "metrics.jsonl")))
        #expect(try NSDictionary(dictionary: configuration(run)) == NSDictionary(dictionary: configuration(first)))
      }
    }
  }

  @Test func whatIsAskedForBesideItIsDoneAndSaid() throws {
    try withTemporaryFolder { folder in
      let (data, first, second) = (
        folder.appending(path: "data"), folder.appending(path: "first"), folder.appending(path: "second")
      )
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, first).code == 0)
      let changed = try SwiftletProgram.run(
        "pretrain", "data", "--config", "first", "--run", "second", "--batch-size", "6", "--seed", "3", "--width", "8",
        in: folder)
      #expect(changed.code == 0, "\(changed.errors)")
      let run = try configuration(second)
      #expect(run["batchSize"] as? Int == 6 && run["seed"] as? Int == 3 && run["stepsPerEpoch"] as? Int == 4)
      // The same three epochs.
      #expect(try SwiftletProgram.lines(second, "metrics.jsonl").count == 12)
      let departures = try #require(run["departures"] as? [String]).joined(separator: "; ")
      for said in [
        "batch 6 (first/configuration.json: 8)", "seed 3 (first/configuration.json: 0)", "resnet18 of width 8",
        "image size 16 (preset: 64)",
      ] { #expect(departures.contains(said) && changed.errors.contains(said), "\(departures)") }
      #expect(!departures.contains("batch 8"))
    }
  }

  /// Other data of another number: as many epochs.
  @Test func otherDataOfAnotherNumber() throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "data"))
      try drawPictures(in: folder.appending(path: "more"), perClass: 20)
      #expect(
        try SwiftletProgram.pretrain(folder.appending(path: "data"), folder.appending(path: "first")).code == 0)
      let other = try SwiftletProgram.run("pretrain", "more", "--config", "first", "--run", "second", in: folder)
      #expect(other.code == 0, "\(other.errors)")
      #expect(other.errors.contains("steps an epoch 5 (first/configuration.json: 3)"), "\(other.errors)")
      #expect(try SwiftletProgram.lines(folder.appending(path: "second"), "metrics.jsonl").count == 15)
    }
  }

  @Test func aFileThatIsNotThere() throws {
    let outcome = try SwiftletProgram.run("pretrain", "x", "--config", "/nowhere.json", "--run", "new")
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("cannot read /nowhere.json: there is no such file"), "\(outcome.errors)")
  }
}
