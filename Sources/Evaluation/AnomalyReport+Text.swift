import Foundation
import Settings

extension AnomalyReport {
  /// What was found, a sentence each.
  package var sentences: [String] {
    var result = notes
    if let threshold {
      let count = recordings.reduce(0) { $0 + ($1.scores[.representation] ?? []).count { $0 != nil } }
      result.append(
        "\(Figure.count(unusualCount)) of \(Figure.count(count)) steps have a score of this run (hidden step) above \(Figure.number(threshold)), the mean and "
          + "four deviations over training steps.")
    }
    if let judged, !accuracies.isEmpty {
      result.append(
        "\(Figure.count(judged.anomalies)) of \(Figure.count(judged.steps)) steps that have a label and every score are anomalies. Each step "
          + "counts by itself: finding one of an anomaly does not count for the others.")
    }
    return result
  }

  /// The steps that stand out and how well scores find labelled anomalies, as tables for people.
  package var text: String {
    let rows = peaks.map { peak in
      [peak.score.title, peak.recording, "\(peak.step)", Figure.number(peak.value), peak.label ?? ""]
    }
    let hasLabels = peaks.contains { $0.label != nil }
    var lines = alignedColumns(
      ([["score", "recording", "step", "value", "label"]] + rows).map { hasLabels ? $0 : $0.dropLast() })
    if let judged, !accuracies.isEmpty {
      lines.append("")
      lines += alignedColumns(
        [["score", "average precision"]]
          + accuracies.map { [$0.score.title, String(format: "%.3f", $0.averagePrecision)] }
          + [["by chance", String(format: "%.3f", Double(judged.anomalies) / Double(max(1, judged.steps)))]])
    }
    return (lines + [""] + sentences).joined(separator: "\n")
  }
}
