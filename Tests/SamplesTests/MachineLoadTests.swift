import Foundation
import TestSupport
import Testing

@testable import Samples

@Suite struct MachineLoadTests {
  /// Hundredths of seconds of all cores.
  private func moment(_ user: Int, idle: Int) throws -> MachineLoad.Moment? {
    try withTemporaryFolder { root in
      let proc = root.appending(path: "proc")
      try FileManager.default.createDirectory(at: proc, withIntermediateDirectories: true)
      let text = "cpu  \(user) 0 0 \(idle) 0 0 0 0 0 0\ncpu0 1 0 0 1 0 0 0 0 0 0\ncpu1 1 0 0 1 0 0 0 0 0 0\nintr 5\n"
      try Data(text.utf8).write(to: proc.appending(path: "stat"))
      return MachineLoad.Moment(root: root.path)
    }
  }

  @Test func whatOthersUsed() throws {
    let first = try #require(try moment(1000, idle: 0))
    #expect(try moment(1000, idle: 0)?.load(since: first) == nil, "too soon")
    Thread.sleep(forTimeInterval: 0.25)
    // This process hardly computes meanwhile; 0.5 seconds of two cores in a quarter of a second are both.
    let load = try #require(try moment(1050, idle: 0)?.load(since: first))
    #expect(load.cores == 2 && load.others > 1.2 && load.others <= 2 && load.threads == 1)
    let idle = try #require(try moment(1000, idle: 50)?.load(since: first))
    #expect(idle.others < 0.5 && idle.threads == 2)
  }

  @Test(arguments: ["", "nothing", "cpu 1 2\n"]) func anotherSystemSaysNothing(_ text: String) throws {
    try withTemporaryFolder { root in
      let proc = root.appending(path: "proc")
      try FileManager.default.createDirectory(at: proc, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: proc.appending(path: "stat"))
      #expect(MachineLoad.Moment(root: root.path) == nil)
    }
  }

  @Test func threadsAreAtLeastOne() {
    #expect(MachineLoad(cores: 2, others: 9).threads == 1)
    #expect(MachineLoad(cores: 8, others: 2.9).threads == 5)
    #expect(MachineLoad(cores: 8, others: -1).others == 0)
  }
}
