import Files
import Foundation
import Measures
import Settings
import Training

extension LabelCurve {
  /// The figures of one point, in the order of `PredictionMetrics.figures`: the mean and half of the 95 % interval over
  /// the draws; of two draws both values, as an interval of two says nothing.
  package func cells(of point: Point) -> [String] {
    PredictionMetrics.figures(of: target).map { figure in
      guard let found = SeedInterval(point.results.compactMap(figure.value)) else { return "–" }
      let (factor, form) = figure.isPercent ? (100.0, "%.1f") : (1.0, "%.3f")
      if found.values.count == 2 {
        return found.values.map { String(format: form, $0 * factor) }.joined(separator: ", ")
      }
      let reach = found.interval.map { " ± " + String(format: form, ($0.upperBound - found.mean) * factor) } ?? ""
      return String(format: form, found.mean * factor) + reach
    }
  }

  /// The points sorted by fraction, and within a fraction in the order of `Line`.
  package var sortedPoints: [Point] {
    let order = Line.allCases
    return points.sorted {
      ($0.labelCount, order.firstIndex(of: $0.line) ?? 0) < ($1.labelCount, order.firstIndex(of: $1.line) ?? 0)
    }
  }

  /// The curve as a table for people, with what it says.
  package var text: String {
    var lines = ["\(trainingCount) training and \(testCount) test samples: \(division).", ""]
    let figures = PredictionMetrics.figures(of: target).map(\.name)
    lines += alignedColumns(
      [["labels", "line"] + figures + ["draws", "learning rate", "seconds"]]
        + sortedPoints.map { point in
          ["\(point.labelCount) (\(String(format: "%.4g", point.fraction * 100)) %)", point.line.rawValue]
            + cells(of: point)
            + [
              "\(point.results.count)", point.learningRate.map { String(format: "%.3g", $0) } ?? "–",
              String(format: "%.0f", point.seconds),
            ]
        })
    if points.contains(where: { $0.results.count > 2 }) {
      lines += ["", "± reaches over the 95 % interval of the mean over the draws of labels (Student's t)."]
    } else {
      lines.append("")
    }
    if let pretrainingSeconds {
      lines.append(
        String(format: "Pre-training itself took %.1f minutes; they are not in the table.", pretrainingSeconds / 60))
    }
    return (lines + findings).joined(separator: "\n")
  }

  /// Writes it into the run as its latest curve; the file is whole or as before. What it was made from is needed until then.
  package func keep(in run: RunFolder) throws(RunFolder.Failure) {
    try run.record(self, as: run.curve)
    // Left behind, it would only be looked at once more.
    try? removeFile(run.curveDraft)
  }

  /// The latest curve of a run; nil where there is none.
  package static func kept(in run: RunFolder) throws(RunFolder.Failure) -> LabelCurve? {
    try run.recorded(Self.self, in: run.curve, remedy: "make the curve again")
  }
}
