import Foundation
import TestSupport
import Testing

/// Run folders that an earlier program wrote (`Golden/make-runs`): later programs have to understand them.
@Suite struct FormerRunTests {
  enum Former: String, CaseIterable {
    case pictures, transformer, table

    var data: String { self == .table ? "data/records.csv" : "data/pictures" }
  }

  /// A copy of the run, unpacked, and of the data that it names.
  private func with(_ former: Former, _ body: (_ folder: URL, _ run: URL) throws -> Void) throws {
    let golden = Bundle.module.bundleURL.appending(path: "Golden/runs")
    try withTemporaryFolder { folder in
      for name in ["data", former.rawValue] {
        try FileManager.default.copyItem(at: golden.appending(path: name), to: folder.appending(path: name))
      }
      let run = folder.appending(path: former.rawValue)
      let samples = run.appending(path: "samples.json")
      let listed = try String(contentsOf: samples, encoding: .utf8)
      try #require(listed.contains("@DATA@"))
      try Data(listed.replacing("@DATA@", with: folder.path + "/data").utf8).write(to: samples)
      try unpack(run)
      try body(folder, run)
    }
  }

  private func unpack(_ run: URL) throws {
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-dr", run.path]
    try gzip.run()
    gzip.waitUntilExit()
    try #require(gzip.terminationStatus == 0)
  }

  private func numbers(_ lines: [String]) throws -> [[String: Double]] {
    try lines.map { try JSONDecoder().decode([String: Double].self, from: Data($0.utf8)) }
  }

  /// What the earlier program computed from there on. Another machine rounds otherwise, hence not to the bit.
  @Test(arguments: [Former.pictures, .table]) func aRunThatWasStoppedGoesOnToItsEnd(_ former: Former) throws {
    let golden = Bundle.module.bundleURL.appending(path: "Golden/runs")
    let whole = try SwiftletProgram.lines(golden, "\(former.rawValue)-whole.jsonl")
    try #require(whole.count == 6)
    try with(former) { folder, run in
      try #require(try SwiftletProgram.lines(run, "metrics.jsonl") == Array(whole.prefix(3)))
      let resumed = try SwiftletProgram.run("resume", run.path)
      #expect(resumed.code == 0 && resumed.errors.contains("Going on after step 3 of 6"), "\(resumed.errors)")
      for damage in ["damaged", "skipped"] { #expect(!resumed.errors.contains(damage), "\(resumed.errors)") }

      let lines = try SwiftletProgram.lines(run, "metrics.jsonl")
      #expect(lines.prefix(3) == whole.prefix(3))
      let (computed, expected) = (try numbers(lines), try numbers(whole))
      try #require(computed.map { $0["step"] } == [1, 2, 3, 4, 5, 6])
      for (line, recorded) in zip(computed, expected) {
        #expect(Set(line.keys) == Set(recorded.keys))
        for name in ["loss", "learningRate", "gradientNorm", "weightNorm", "effectiveRank"] {
          expectClose([try #require(line[name])], [try #require(recorded[name])], absolute: 0, relative: 0.01, name)
        }
      }
      let saved = try FileManager.default.contentsOfDirectory(atPath: run.path + "/checkpoints").sorted()
      #expect(saved == ["step-00000003", "step-00000006"])
    }
  }

  @Test(arguments: Former.allCases) func aRunIsEvaluatedAndReported(_ former: Former) throws {
    try with(former) { folder, run in
      let evaluated = try SwiftletProgram.run("evaluate", run.path, folder.path + "/" + former.data, "--json")
      #expect(evaluated.code == 0 && !evaluated.errors.contains("damaged"), "\(evaluated.errors)")
      let evaluation = try object(evaluated.output)
      #expect(evaluation["classes"] as? [String] == (former == .table ? ["a", "b", "c"] : ["across", "along"]))
      let rows = try #require(evaluation["rows"] as? [[String: Any]])
      let judged = rows.map { "\($0["representation"] ?? ""), \($0["judge"] ?? "")" }
      #expect(judged.prefix(2) == ["this run, kNN", "this run, linear probe"])
      #expect(judged.contains { $0.hasPrefix("random initialisation") })

      let reported = try SwiftletProgram.run("report", run.path, "--json")
      #expect(reported.code == 0 && !reported.errors.contains("damaged"), "\(reported.errors)")
      let figures = try #require(try object(reported.output)["figures"] as? [String: Any])
      #expect(figures["encoded"] as? Int == (former == .table ? 60 : 24))
      let page = try String(contentsOf: run.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("random initialisation"))
    }
  }

  @Test func aFinishedRunIsKnownToBeFinished() throws {
    try with(.transformer) { _, run in
      let metrics = try SwiftletProgram.lines(run, "metrics.jsonl")
      let resumed = try SwiftletProgram.run("resume", run.path)
      #expect(resumed.code == 0 && resumed.errors.contains("finished"), "\(resumed.errors)")
      #expect(try SwiftletProgram.lines(run, "metrics.jsonl") == metrics)
    }
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }
}
