import Files
import Foundation
import TestSupport
import Testing

@testable import Evaluation

/// The file of predictions while it grows.
@Suite struct PredictionTableTests {
  private let names = (0..<6).map { "s\($0)" }

  private func identity(model: UInt32 = 1) -> PredictionTable.Identity {
    PredictionTable.Identity(run: "r", model: model, samples: 2, contents: 3, header: "name,p", batchSize: 2)
  }

  /// The second of two commands is refused, whatever the first has done so far, and the first is not disturbed.
  @Test func twoCommandsDoNotShareATable() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "out.csv").path
      let first = try PredictionTable(path, identity: identity(), names: names)
      for model: UInt32 in [1, 2] {
        #expect(throws: RepresentationExportError.self) {
          try PredictionTable(path, identity: identity(model: model), names: names)
        }
      }
      try first.append(["s0,1", "s1,2"])
      try first.finish()
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "name,p\ns0,1\ns1,2\n")
      #expect(PredictionTable.unfinishedFiles(path).allSatisfy { !FileManager.default.fileExists(atPath: $0) })
    }
  }

  /// Whole batches are kept for the same model, and none for another.
  @Test func anUnfinishedTableIsContinuedByTheSameModelAlone() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "out.csv").path
      func unfinished() throws {
        let table = try PredictionTable(path, identity: identity(), names: names)
        try table.append(["s0,1", "s1,2", "s2,3"])
      }
      try unfinished()
      let same = try PredictionTable(path, identity: identity(), names: names)
      #expect(same.firstSample == 2 && same.keptRows == 2 && same.discarded == nil)
      try same.append(["s2,3", "s3,4", "s4,5", "s5,6"])
      try same.finish()
      #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == 7)
      try unfinished()
      let other = try PredictionTable(path, identity: identity(model: 9), names: names)
      #expect(other.firstSample == 0 && other.discarded?.contains("changed since") == true)
      try other.finish()
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "name,p\n")
    }
  }
}
