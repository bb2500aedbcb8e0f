import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Training

@Suite struct RunHoldTests {
  @Test func whereThereAreNoLocksThisIsSaid() throws {
    try withTemporaryFolder { folder in
      let file = folder.path + "/run.lock"
      let hold = try RunHold(file, in: folder.path, lock: { _ in ENOLCK })
      #expect(hold.problem?.contains("has no locks (No locks available)") == true)
    }
  }

  @Test func aHeldRunIsRefusedWithTheProcess() throws {
    try withTemporaryFolder { folder in
      let file = folder.path + "/run.lock"
      try Data("4711\n".utf8).write(to: URL(fileURLWithPath: file))
      #expect(
        performing: { try RunHold(file, in: folder.path, lock: { _ in EWOULDBLOCK }) },
        throws: { error in
          guard case RunFolder.Failure.inUse(_, let process) = error else { return false }
          return process == 4711
        })
    }
  }

  /// A hold of a new folder that nothing came into leaves things as they were.
  @Test func aClaimIsTakenBack() throws {
    try withTemporaryFolder { folder in
      let manager = FileManager.default
      let (new, old) = (folder.path + "/a/new", folder.path + "/old")
      try manager.createDirectory(atPath: old, withIntermediateDirectories: true)
      for path in [new, old] {
        let run = RunFolder(path + "/", .standard)
        #expect(run.path == path)
        var first: RunHold? = try run.claim()
        var second: RunHold? = try run.claim()
        #expect(manager.fileExists(atPath: path + "/run.lock"))
        withExtendedLifetime(first) {}
        first = nil
        #expect(manager.fileExists(atPath: path + "/run.lock"), "the second still holds it")
        withExtendedLifetime(second) {}
        second = nil
      }
      #expect(!manager.fileExists(atPath: new))
      #expect(try manager.contentsOfDirectory(atPath: old).isEmpty)
    }
  }
}
