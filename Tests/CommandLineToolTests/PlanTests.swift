import Foundation
import TestSupport
import Testing

/// `swiftlet plan` and `swiftlet bench processes`.
@Suite(.serialized) struct PlanTests {
  private struct Plan: Decodable {
    struct Row: Decodable {
      let processes: Int
      let batchOfEach: Int
      let isPossible: Bool
      let seconds: Double
      let computing: Double
      let communication: Double
    }
    struct Network: Decodable {
      let latency: Double
      let bandwidth: Double
    }
    struct Curve: Decodable {
      let fixed: Double
      let perSample: Double
    }
    struct Run: Decodable {
      let seconds: Double
      let batch: Int
    }
    let rows: [Row]
    let network: Network
    let curve: Curve
    let runs: [Run]
    let networkOrigin: String
    let stepOrigin: String
  }

  private func plan(_ arguments: [String]) throws -> Plan {
    let outcome = try SwiftletProgram.run(["plan", "--json"] + arguments)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return try JSONDecoder().decode(Plan.self, from: Data(outcome.output.utf8))
  }

  private static let network = ["--latency", "100", "--bandwidth", "0.5"]

  /// A table, and a run on it.
  private func pretrain(in folder: URL, _ name: String = "run", _ more: [String] = []) throws -> String {
    let table = folder.appending(path: "table.csv")
    let rows = (0..<96).map { "\($0 % 7),\($0 % 5),\($0 % 3)" }
    try Data((["a,b,c"] + rows).joined(separator: "\n").utf8).write(to: table)
    let run = folder.appending(path: name).path
    let outcome = try SwiftletProgram.run(
      ["pretrain", table.path, "-o", run, "--threads", "1", "--precision", "float32", "--epochs", "8"]
        + (more.contains("--batch-size") ? [] : ["--batch-size", "16"]) + more)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return run
  }

  /// Rewrites the log of a run, so that its steps take what the test says.
  private func setTimes(_ run: String, _ rates: [Double]) throws {
    let lines = rates.enumerated().map { index, rate in
      #"{"samplesPerSecond":\#(rate),"seconds":\#(index),"step":\#(index == 0 ? 1 : index * 10),"waiting":0}"#
    }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: run + "/timing.jsonl"))
  }

  /// The median of the log is the step of one process, without its first line, and the model makes the others of it.
  @Test func aRunIsReadAndPlanned() throws {
    try withTemporaryFolder { folder in
      let run = try pretrain(in: folder)
      try setTimes(run, [1, 160, 80, 40])
      let plan = try plan([run, "--processes", "1,2,8,9", "--overlap", "0"] + Self.network)
      expectClose([plan.runs[0].seconds], [16.0 / 80], absolute: 1e-9)
      expectClose([plan.curve.fixed, plan.curve.perSample], [0, 1.0 / 80], absolute: 1e-9)
      expectClose([plan.rows[0].seconds, plan.rows[0].communication], [0.2, 0], absolute: 1e-9)
      #expect(plan.rows.map(\.processes) == [1, 2, 8, 9])
      #expect(plan.rows.map(\.batchOfEach) == [16, 8, 2, 2])
      #expect(plan.rows.map(\.isPossible) == [true, true, true, false])
      for row in plan.rows { expectClose([row.seconds], [row.computing + row.communication], absolute: 1e-9) }
      #expect(plan.rows[1].communication > 2e-4)
      // Gradients travel during the backward pass, unless it is asked what that brings.
      let usual = try self.plan([run, "--processes", "2"] + Self.network)
      #expect(usual.rows[0].seconds < plan.rows[1].seconds && usual.rows[0].seconds > plan.rows[1].computing)
      #expect(plan.networkOrigin == "given" && plan.stepOrigin == "oneRun")
      let text = try SwiftletProgram.run(["plan", run, "--processes", "2,64"] + Self.network)
      #expect(text.code == 0)
      #expect(text.output.contains("efficiency"))
      #expect(text.output.contains("gives 64 processes less than 2 samples each"))
      #expect(text.errors.contains("Network    100 µs a message, 0.5 GB/s, as given"), "\(text.errors)")
    }
  }

  @Test func severalRunsGiveALine() throws {
    try withTemporaryFolder { folder in
      let runs = [try pretrain(in: folder), try pretrain(in: folder, "other", ["--batch-size", "32"])]
      // 16 samples take 0.2 s, and 32 take 0.3 s.
      try setTimes(runs[0], [1, 80])
      try setTimes(runs[1], [1, 32 / 0.3])
      let plan = try plan(runs + ["--processes", "2"] + Self.network)
      expectClose([plan.curve.fixed, plan.curve.perSample], [0.1, 0.1 / 16], absolute: 1e-6)
      #expect(plan.stepOrigin == "severalRuns")
      let other = try pretrain(in: folder, "third", ["--method", "vime"])
      let refused = try SwiftletProgram.run(["plan", runs[0], other, "--processes", "2"] + Self.network)
      #expect(refused.code == 1)
      #expect(refused.errors.contains("has another method than"), "\(refused.errors)")
    }
  }

  @Test func theNetworkIsMeasured() throws {
    let plan = try plan([
      "--method", "simclr", "--width", "16", "--image-size", "32", "--samples-per-second", "100", "--batch-size", "64",
      "--processes", "2",
    ])
    #expect(plan.networkOrigin == "measured" && plan.stepOrigin == "given")
    // Memory of one machine: above a microsecond, below what any memory copies.
    #expect(plan.network.latency > 1e-6 && plan.network.latency < 1)
    #expect(plan.network.bandwidth > 1e6 && plan.network.bandwidth < 1e12)
  }

  @Test func sumsAreTimed() throws {
    struct Speed: Decodable {
      struct Sum: Decodable {
        let bytes: Int
        let seconds: Double
      }
      let processes: Int
      let sums: [Sum]
    }
    let outcome = try SwiftletProgram.run("bench", "processes", "--processes", "2", "--json")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let speed = try JSONDecoder().decode(Speed.self, from: Data(outcome.output.utf8))
    #expect(speed.processes == 2)
    let (first, last) = (try #require(speed.sums.first), try #require(speed.sums.last))
    #expect(first.bytes == 4 && last.bytes == 1 << 26)
    #expect(first.seconds > 0 && last.seconds > first.seconds)
    let alone = try SwiftletProgram.run("bench", "processes")
    #expect(alone.code != 0 && alone.errors.contains("one process sends nothing"), "\(alone.errors)")
  }

  // MARK: What cannot be planned

  @Test(arguments: [
    (["--processes", "0"], "--processes '0' must be numbers from 1 to 65536"),
    (["--processes", "two"], "--processes 'two' must be numbers"),
    (["--processes", "2,"], "--processes '2,' must be numbers"),
    (["--processes", "2", "--latency", "5"], "--latency and --bandwidth go together"),
    (["--processes", "2", "--bandwidth", "0", "--latency", "1"], "--bandwidth 0 must be from"),
    (["--processes", "2", "--batch-size", "8", "--batch-per-process", "8"], "exclude each other"),
    (["--processes", "2", "--overlap", "2"], "--overlap 2 must be from 0 to 1"),
    (["--processes", "2"], "name a run; or give --samples-per-second and --batch-size"),
    (["--processes", "2", "absent"], "absent is not a run"),
  ]) func wrongOptionsGetASentence(_ arguments: [String], _ mention: String) throws {
    let outcome = try SwiftletProgram.run(["plan"] + arguments)
    #expect(outcome.code != 0 && outcome.output.isEmpty)
    #expect(outcome.errors.contains(mention), "\(outcome.errors)")
  }

  @Test func runsWithoutTimesGetASentence() throws {
    try withTemporaryFolder { folder in
      let run = try pretrain(in: folder)
      func expectRefusal(_ mention: String, _ more: [String] = []) throws {
        let outcome = try SwiftletProgram.run(["plan", run, "--processes", "2"] + Self.network + more)
        #expect(outcome.code == 1 && outcome.output.isEmpty)
        #expect(outcome.errors.contains(mention), "\(outcome.errors)")
      }
      let log = URL(fileURLWithPath: run + "/timing.jsonl")
      try setTimes(run, [100])
      try expectRefusal("only its first step was timed")
      try Data("no times\n".utf8).write(to: log)
      try expectRefusal("its timing.jsonl says nothing")
      try FileManager.default.removeItem(at: log)
      try expectRefusal("its timing.jsonl says nothing")
      try setTimes(run, [100, 0, -5])
      try expectRefusal("only its first step was timed")
      try setTimes(run, [100, 100])
      let outcome = try SwiftletProgram.run(["plan", run, "--processes", "2", "--method", "simclr"] + Self.network)
      #expect(outcome.errors.contains("the runs say how they learn: leave out --method"), "\(outcome.errors)")
      try FileManager.default.removeItem(at: folder.appending(path: "table.csv"))
      try expectRefusal("table.csv")
    }
  }
}
