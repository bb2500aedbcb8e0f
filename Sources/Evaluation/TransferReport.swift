import Foundation
import Learning
import Samples
import Settings
import Training

/// One network, frozen, on several sets of data, beside the same network untrained and the raw input.
package struct TransferReport: Codable, Sendable {
  package struct Entry: Codable, Sendable {
    package let data: String
    package let report: RepresentationReport
  }

  package let run: String
  package let sets: [Entry]

  /// - Parameters:
  ///   - sets: each with a name for people, and labels.
  ///   - seed: divides what no split column divides.
  /// - Throws: `EvaluationError` where a set has no labels of two classes.
  package init(
    of run: RunFolder, on sets: [(name: String, data: any SampleCollection)], seed: UInt64 = 0,
    progress: (String) -> Void = { _ in }
  ) throws {
    self.run = run.path
    self.sets = try sets.map { set in
      Entry(
        data: set.name,
        report: try RepresentationReport(of: run, on: set.data, seed: seed) { progress("\(set.name): \($0)") })
    }
  }

  /// For people: the accuracy of each representation by each judge, a line a set.
  package var text: String {
    var lines: [[String]] = [["data", "representation", "judge", "accuracy", "balanced", "AUROC"]]
    for set in sets {
      let rows = set.report.rows.sorted { $0.judge.rawValue > $1.judge.rawValue }
      for (number, row) in rows.enumerated() {
        lines.append([
          number == 0 ? set.data : "", row.representation.rawValue, row.judge.rawValue, percent(row.accuracy),
          percent(row.balancedAccuracy), row.auroc.map(percent) ?? "–",
        ])
      }
    }
    let counts = sets.map { set in
      "\(set.data): \(set.report.classes.count) classes, \(set.report.trainingCount) training and "
        + "\(set.report.testCount) test samples: \(set.report.division)."
    }
    let verdicts = sets.flatMap { set in set.report.partVerdicts.map { "\(set.data): \($0.verdict.text)" } }
    return (alignedColumns(lines) + [""] + counts + [""] + verdicts).joined(separator: "\n")
  }

  private func percent(_ value: Double) -> String { String(format: "%.1f", value * 100) }
}
