import Foundation

extension AnomalyReport {
  /// Rows written at a time.
  private static let rowsAtOnce = 4096

  /// A CSV with a row for each step: the recording, the step from 1, each score, and the label where some step has one. A cell
  /// is empty where a step has no score.
  package func writeTable(to file: OutputFile, nameColumn: String) throws(RepresentationExportError) {
    let hasLabels = recordings.contains { $0.labels != nil }
    let header = [nameColumn, "step"] + Score.allCases.map(\.rawValue) + (hasLabels ? ["label"] : [])
    try file.write(Data((header.joined(separator: ",") + "\n").utf8))
    for recording in recordings {
      let name = csvField(recording.name)
      let scores = Score.allCases.map { recording.scores[$0] ?? [] }
      for first in stride(from: 0, to: recording.length, by: Self.rowsAtOnce) {
        var rows = ""
        for step in first..<min(first + Self.rowsAtOnce, recording.length) {
          let cells = scores.map { $0[step].map { String(format: "%.6g", $0) } ?? "" }
          let label = hasLabels ? [csvField((recording.labels?[step] ?? nil) ?? "")] : []
          rows += ([name, String(step + 1)] + cells + label).joined(separator: ",") + "\n"
        }
        try file.write(Data(rows.utf8))
      }
    }
  }
}
