import Foundation
import TestSupport
import Testing

/// Smaller views beside the pair, as a user asks for them.
@Suite struct LocalViewsTests {
  @Test(arguments: ["simclr", "lejepa"]) func aRunWithLocalCropsIsMadeJudgedAndContinued(method: String) throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let words = ["--method", method, "--local-crops", "2"]
      let begun = try SwiftletProgram.pretrain(data, run, words)
      #expect(begun.code == 0 && begun.errors.contains("and 2 of 16"), "\(begun.errors)")
      // As many losses as without them, and other ones.
      let plain = folder.appending(path: "plain")
      #expect(try SwiftletProgram.pretrain(data, plain, ["--method", method]).code == 0)
      let logs = try [run, plain].map { try SwiftletProgram.lines($0, "metrics.jsonl") }
      #expect(logs[0].count == logs[1].count && logs[0] != logs[1])
      let again = folder.appending(path: "again")
      #expect(try SwiftletProgram.pretrain(data, again, words).code == 0)
      #expect(try SwiftletProgram.lines(again, "metrics.jsonl") == logs[0])
      let judged = try SwiftletProgram.run("evaluate", run.path, data.path, "--threads", "1")
      #expect(judged.code == 0, "\(judged.errors)")
    }
  }

  @Test func aMethodThatTakesTwoViewsRefusesMore() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try drawPictures(in: data)
      let outcome = try SwiftletProgram.pretrain(
        data, folder.appending(path: "run"), ["--method", "byol", "--local-crops", "2"])
      #expect(outcome.code != 0 && outcome.errors.contains("--local-crops"), "\(outcome.errors)")
    }
  }
}
