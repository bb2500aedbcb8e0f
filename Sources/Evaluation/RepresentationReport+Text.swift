import Foundation
import Measures
import Settings

extension RepresentationReport {
  /// The results as a table for people, with the sentences that it needs.
  package var text: String {
    var lines = [
      "\(classes.count) classes, \(trainingCount) training and \(testCount) test samples: \(division).",
      "Always naming the most frequent class would be right for \(Figure.percent(majority)).",
    ]
    lines += [claimSentence, ""].compactMap(\.self)
    let header = ["labels", "representation", "judge", "accuracy", "balanced", "AUROC"]
    let body = rows.sorted { ($0.labelFraction, $0.judge.rawValue) > ($1.labelFraction, $1.judge.rawValue) }.map {
      row in
      [
        "\(row.labelCount) (\(Figure.percent(row.labelFraction, digits: 0)))", row.representation.rawValue,
        row.judge.rawValue,
        cell(row) {
          $0.accuracy.value
        } interval: {
          $0.accuracy.interval(ofShareOf: $0.count)
        },
        cell(row) {
          $0.balancedAccuracy.value
        } interval: {
          $0.balancedAccuracy.interval
        },
        cell(row) {
          $0.auroc?.value
        } interval: {
          $0.auroc?.interval
        },
      ]
    }
    lines += alignedColumns([header] + body)
    lines.append("")
    lines.append(
      "Ranges: where all labels are used, the 95 % bootstrap interval over the test samples"
        + (testCount < TestPart.enough ? " (of accuracy, for so few of them, Wilson's)" : "")
        + "; where a part is used, the lowest and highest over its random subsets.")
    lines.append("")
    lines += partVerdicts.map(\.verdict.text)
    return lines.joined(separator: "\n")
  }

  /// Precision and recall of each class by the run's better judge, as a table for people; nil where they are not known.
  package var perClassText: String? {
    bestOwnRow.flatMap { row in
      row.perClass.map { "Each class by \(row.name), \(Figure.counted(row.labelCount, "label")):\n\n\($0.text)" }
    }
  }

  private func cell(
    _ row: Row, _ value: (ClassificationMetrics) -> Double?, interval: (ClassificationMetrics) -> ClosedRange<Double>?
  ) -> String {
    let values = row.results.compactMap(value)
    guard let low = values.min(), let high = values.max() else { return "–" }
    // Two values are no range.
    if values.count == 2 { return values.map { String(format: "%.1f", $0 * 100) }.joined(separator: ", ") }
    let mean = values.reduce(0, +) / Double(values.count)
    let range = row.results.count == 1 ? interval(row.results[0]) : low...high
    return String(format: "%.1f", mean * 100)
      + (range.map { String(format: " (%.1f–%.1f)", $0.lowerBound * 100, $0.upperBound * 100) } ?? "")
  }
}
