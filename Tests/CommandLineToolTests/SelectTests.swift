import Foundation
import TestSupport
import Testing

/// `select` and `compare`, as a user runs them.
@Suite struct SelectTests {
  private static let tiny = [
    "--width", "4", "--image-size", "16", "--batch-size", "8", "--precision", "float32", "--threads", "1",
  ]

  private struct Record: Decodable {
    struct Round: Decodable { let contenders: [Contender] }
    struct Contender: Decodable { let name: String, epochs: Double }
    struct Failed: Decodable { let candidate: String, reason: String }
    let rounds: [Round]
    let failures: [Failed]
  }

  @Test func fourCandidatesAreTriedAndTheBetterHalfGoesOn() throws {
    try withTemporaryFolder { folder in
      let (data, place) = (folder.appending(path: "data"), folder.appending(path: "selection"))
      try drawPictures(in: data)
      let command =
        ["select", data.path, "--run", place.path, "--methods", "simclr,vicreg,mae", "--projectors", "small-2,linear"]
        + ["--backbones", "resnet18", "--epochs", "4", "--json"] + Self.tiny
      let outcome = try SwiftletProgram.run(command)
      #expect(outcome.code == 0, "\(outcome.errors)")
      // How the data were read is said once, not for each candidate.
      #expect(outcome.errors.components(separatedBy: "Data       24 pictures").count == 2, "\(outcome.errors)")
      let record = try JSONDecoder().decode(Record.self, from: Data(outcome.output.utf8))
      #expect(record.failures.map(\.candidate) == ["mae, resnet18"])
      #expect(record.rounds.map(\.contenders.count) == [4, 2])
      let survivors = Set(record.rounds[1].contenders.map(\.name))
      #expect(survivors == Set(record.rounds[0].contenders.prefix(2).map(\.name)))
      #expect(record.rounds[1].contenders.allSatisfy { $0.epochs == 4 })
      #expect(record.rounds[0].contenders.allSatisfy { $0.epochs < 4 })

      // The same again computes nothing anew; another request does not overwrite it.
      let again = try SwiftletProgram.run(command)
      #expect(again.code == 0 && again.output == outcome.output, "\(again.errors)")
      let other = try SwiftletProgram.run(command + ["--seed", "2"])
      #expect(other.code == 1 && other.errors.contains("holds a selection of other candidates"), "\(other.errors)")

      let runs = ["simclr-small-2-resnet18", "vicreg-linear-resnet18"].map { place.appending(path: $0).path }
      let compared = try SwiftletProgram.run(["compare"] + runs)
      #expect(compared.code == 0 && compared.output.contains("LiDAR"), "\(compared.errors)")
      #expect(try SwiftletProgram.run("compare", data.path).code == 1)
    }
  }

  @Test func aKilledSelectionEndsAsOneThatWasNot() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try drawPictures(in: data)
      func command(_ place: URL) -> [String] {
        ["select", data.path, "--run", place.path, "--methods", "simclr,vicreg,byol,dcl", "--epochs", "6", "--json"]
          + Self.tiny
      }
      let (whole, killed) = (folder.appending(path: "whole"), folder.appending(path: "killed"))
      let expected = try SwiftletProgram.run(command(whole))
      #expect(expected.code == 0, "\(expected.errors)")
      let process = try SwiftletProgram.start(command(killed))
      try SwiftletProgram.waitForRun(killed.appending(path: "vicreg"))
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      // Candidates that learn from different samples cannot be compared.
      let added = data.appending(path: "class0/added.png")
      try FileManager.default.copyItem(at: data.appending(path: "class0/0.png"), to: added)
      let refused = try SwiftletProgram.run(command(killed))
      #expect(refused.code == 1 && refused.errors.contains("are not those that the selection"), "\(refused.errors)")
      try FileManager.default.removeItem(at: added)
      let outcome = try SwiftletProgram.run(command(killed))
      #expect(outcome.code == 0 && outcome.output == expected.output, "\(outcome.errors)")
    }
  }

  /// Each candidate is trained in one process, so that it is the run that one process alone would make.
  @Test func processesChooseAsOneDoes() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try drawPictures(in: data)
      func select(_ name: String, _ more: String...) throws -> (outcome: SwiftletProgram.Outcome, place: URL) {
        let place = folder.appending(path: name)
        // MAE cannot have these pictures' network, which is said once.
        let outcome = try SwiftletProgram.run(
          ["select", data.path, "--run", place.path, "--methods", "simclr,vicreg,mae", "--backbones", "resnet18"]
            + ["--epochs", "2", "--json"] + Self.tiny + more)
        #expect(outcome.code == 0, "\(outcome.errors)")
        return (outcome, place)
      }
      let (one, alone) = try select("one")
      let (two, together) = try select("two", "--processes", "2")
      let records = try [one, two].map { try JSONDecoder().decode(Record.self, from: Data($0.output.utf8)) }
      #expect(
        records[0].rounds.map { $0.contenders.map(\.name) } == records[1].rounds.map { $0.contenders.map(\.name) })
      #expect(records[1].failures.map(\.candidate) == ["mae, resnet18"])
      #expect(two.errors.components(separatedBy: "is left out").count == 2, "\(two.errors)")
      for candidate in ["simclr-resnet18", "vicreg-resnet18"] {
        let logs = try [alone, together].map { try Data(contentsOf: $0.appending(path: "\(candidate)/metrics.jsonl")) }
        #expect(logs[0] == logs[1] && !logs[0].isEmpty)
      }
      let again = try select("two", "--processes", "2")
      #expect(again.outcome.output == two.output)
      let other = try SwiftletProgram.run(
        ["select", data.path, "--run", together.path, "--methods", "simclr,vicreg,mae", "--backbones", "resnet18"]
          + ["--epochs", "2"] + Self.tiny)
      #expect(other.code == 1 && other.errors.contains("number of processes"), "\(other.errors)")
    }
  }

  @Test(arguments: [
    (["--methods", "simclr,nonsense"], "--methods 'nonsense' is not known"),
    (["--methods", "simclr"], "name more --methods, --projectors or --backbones"),
    (["--minutes", "0"], "--minutes 0 must be"), (["--minutes", "1", "--epochs", "1"], "exclude each other"),
  ]) func wrongRequestsAreSentences(_ options: [String], _ sentence: String) throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try drawPictures(in: data)
      let place = folder.appending(path: "selection")
      let outcome = try SwiftletProgram.run(["select", data.path, "--run", place.path] + options)
      #expect(outcome.code != 0 && outcome.errors.contains(sentence), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: place.path))
    }
  }
}
