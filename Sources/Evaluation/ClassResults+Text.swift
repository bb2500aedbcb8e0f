import Foundation
import Measures
import Settings

extension ClassResults {
  /// As a table for people, and of up to twelve classes the confusion matrix below it.
  package var text: String {
    func percent(_ share: Double?) -> String { share.map { String(format: "%.1f", $0 * 100) } ?? "–" }
    let header = ["class", "samples", "precision", "recall"] + (mistakes == nil ? [] : ["most often taken for"])
    var lines = alignedColumns(
      [header]
        + classes.map { found in
          [found.name, "\(found.support)", percent(found.precision), percent(found.recall)]
            + (mistakes == nil ? [] : [mistaken(found.name)])
        })
    if let confusion, classes.count <= 12 {
      lines += ["", "Samples by their class (rows) and the class that they are taken for (columns):", ""]
      lines += alignedColumns(
        [[""] + classes.map(\.name)]
          + zip(classes, confusion).map { found, counts in [found.name] + counts.map { "\($0)" } })
    }
    if drawCount > 1 { lines += ["", "\(drawCount) draws of the labels are counted together."] }
    return lines.joined(separator: "\n")
  }

  /// "cat (12)"
  private func mistaken(_ name: String) -> String {
    mostMistaken(name).map { "\($0.name) (\($0.count))" } ?? "–"
  }

  /// What samples of a class are most often taken for, if not for itself; nil if all are recognised.
  package func mostMistaken(_ name: String) -> (name: String, count: Int)? {
    guard let row = classes.firstIndex(where: { $0.name == name }) else { return nil }
    guard let confusion else {
      return mistakes?.first { $0.truth == name }.map { ($0.predicted, $0.count) }
    }
    let others = confusion[row].indices.filter { $0 != row && confusion[row][$0] > 0 }
    return others.max { (confusion[row][$0], $1) < (confusion[row][$1], $0) }.map {
      (classes[$0].name, confusion[row][$0])
    }
  }
}
