import Evaluation
import Foundation
import Measures
import Settings

/// Precision and recall of each class by the run's better judge, and which class is taken for which.
struct ClassSection {
  private let row: RepresentationReport.Row
  private let results: ClassResults

  /// A matrix of more classes does not fit on a page.
  static let mostForMatrix = 20
  /// Of more classes, those that are recognised worst are shown.
  static let mostRows = 100

  /// Nil where the evaluation does not know it.
  init?(of evaluation: RepresentationReport) {
    guard let row = evaluation.bestOwnRow, let results = row.perClass else { return nil }
    (self.row, self.results) = (row, results)
  }

  var html: HTML {
    let worst = results.classes.sorted { ($0.recall ?? 2, $0.name) < ($1.recall ?? 2, $1.name) }
    let isCut = worst.count > Self.mostRows
    let shown = isCut ? Array(worst.prefix(Self.mostRows)) : results.classes
    let draws: HTML = results.drawCount > 1 ? " \(results.drawCount) draws of the labels are counted together." : ""
    let cut: HTML =
      isCut ? " The \(Self.mostRows) of \(Figure.count(worst.count)) classes with the lowest recall are shown." : ""
    return """
      <h3>Class by class</h3>
      <p>By \(row.name), with \(Figure.counted(row.labelCount, "label")).\(draws)\(cut)</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Results of each class"><table>
      <thead><tr><th scope="col">Class</th><th scope="col" class="number">Test samples</th><th scope="col" class="number">Precision</th><th scope="col" class="number">Recall</th><th scope="col">Most often taken for</th></tr></thead>
      <tbody>\(shown.map(line))</tbody></table></div>
      <p class="explain">Precision: the share of the samples taken for a class that belong to it. Recall: the share of the samples of a class that are recognised.</p>
      \(matrix)
      """
  }

  private func line(_ found: ClassResults.Class) -> HTML {
    func percent(_ share: Double?) -> String { share.map { Figure.percent($0) } ?? "–" }
    let mistaken = results.mostMistaken(found.name).map { "\($0.name) (\(Figure.count($0.count)))" } ?? "–"
    return """
      <tr><th scope="row"><bdi>\(found.name)</bdi></th><td class="number">\(Figure.count(found.support))</td><td class="number">\(percent(found.precision))</td><td class="number">\(percent(found.recall))</td><td><bdi>\(mistaken)</bdi></td></tr>

      """
  }

  private var matrix: HTML {
    guard let confusion = results.confusion, confusion.count <= Self.mostForMatrix else { return .empty }
    let names = results.classes.map(\.name)
    let heads = names.map { name -> HTML in "<th scope=\"col\" class=\"number\"><bdi>\(name)</bdi></th>" }
    let rows = zip(names, confusion).map { name, counts -> HTML in
      let cells = counts.map { count -> HTML in "<td class=\"number\">\(Figure.count(count))</td>" }
      return "<tr><th scope=\"row\"><bdi>\(name)</bdi></th>\(cells)</tr>"
    }
    return """
      <p>Test samples by their class (rows) and the class that they are taken for (columns):</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix"><table>
      <thead><tr><th scope="col">Class</th>\(heads)</tr></thead>
      <tbody>\(rows)</tbody></table></div>
      """
  }
}
