import Evaluation
import Measures
import Samples
import Settings

/// The results of the latest evaluation as a table with drawn intervals; without one, the command that makes it.
struct ResultsSection {
  private let report: Report

  init(of report: Report) { self.report = report }

  var html: HTML {
    """
    <section id="results" aria-labelledby="results-title">
    <h2 id="results-title">Results and baselines</h2>
    \(report.evaluation.map(table) ?? absent)
    </section>

    """
  }

  private var absent: HTML {
    let command = Remedy.evaluate.action(for: report.measurements).flatMap(report.wording.command)
    let how = command.map { command -> HTML in
      " This command compares them:</p>\n<pre class=\"command\">\(command)</pre>"
    }
    return """
      <p class="empty">This run has not been compared with raw input and an untrained network yet. With labels for some samples they can be compared, and the next report shows the results.\(how ?? "</p>")
      """
  }

  private func table(_ evaluation: RepresentationReport) -> HTML {
    let rows = evaluation.rows.sorted {
      ($0.labelFraction, order($0), $1.judge.rawValue) > ($1.labelFraction, order($1), $0.judge.rawValue)
    }
    let values = rows.flatMap { row in
      row.results.map(\.balancedAccuracy.value) + [range(row)?.lowerBound].compactMap(\.self)
    }
    let chance = 1 / Double(max(1, evaluation.classes.count))
    let low = ((values + [chance]).min() ?? 0) * 10
    let axis = (low: low.rounded(.down) / 10, high: 1.0)
    return """
      <p>\(Figure.count(evaluation.trainingCount)) training and \(Figure.count(evaluation.testCount)) test samples of \(evaluation.classes.count) classes: \(evaluation.division). Always predicting the most frequent class would be right for \(Figure.percent(evaluation.majority)).</p>
      \(evaluation.claimSentence.map { claim -> HTML in "<p>\(claim)</p>" } ?? .empty)
      \(evaluation.facts.map { fact -> HTML in "<p class=\"explain\">\(fact)</p>" })
      <div class="scroll" tabindex="0" role="region" aria-label="Results table"><table>
      <thead><tr><th scope="col">Representation</th><th scope="col">Judge</th><th scope="col" class="number">Labels</th><th scope="col" class="number">Accuracy</th><th scope="col" class="number">Balanced</th><th scope="col" class="number">AUROC</th><th scope="col" class="wide">Balanced accuracy, \(Int(axis.low * 100))–100 %</th></tr></thead>
      <tbody>\(rows.map { line($0, axis, chance) })</tbody></table></div>
      <p class="explain">Points are balanced accuracies. Where all labels are used, bars are 95 % bootstrap intervals over the test samples; else they reach from the lowest to the highest value over the random subsets of labels. The dashed line is the accuracy of guessing.</p>
      \(evaluation.partVerdicts.map { part -> HTML in "<p>\(part.verdict.text)</p>" })
      \(ClassSection(of: evaluation)?.html ?? .empty)
      """
  }

  private func order(_ row: RepresentationReport.Row) -> Int {
    switch row.representation {
    case .trained: 2
    case .randomInitialisation: 1
    case .rawInput, .furtherInput: 0
    }
  }

  private func line(
    _ row: RepresentationReport.Row, _ axis: (low: Double, high: Double), _ chance: Double
  ) -> HTML {
    func x(_ value: Double) -> String {
      CurveChart.digits(10 + 280 * min(max((value - axis.low) / (axis.high - axis.low), 0), 1))
    }
    let bar: HTML =
      range(row).map { "<path class=\"interval\" d=\"M\(x($0.lowerBound)) 12H\(x($0.upperBound))\"/>" } ?? .empty
    return """
      <tr class="\(row.representation == .trained ? "ours" : "baseline")"><th scope="row">\(row.representation.rawValue)</th><td>\(row.judge.rawValue)</td><td class="number">\(Figure.count(row.labelCount))</td><td class="number">\(Figure.percent(row.accuracy))</td><td class="number">\(Figure.percent(row.balancedAccuracy))</td><td class="number">\(row.auroc.map { Figure.percent($0) } ?? "–")</td><td class="wide"><svg class="dots" viewBox="0 0 300 24" preserveAspectRatio="none" aria-hidden="true"><path class="guess" d="M\(x(chance)) 2V22"/>\(bar)<path class="value" d="M\(x(row.balancedAccuracy)) 12h0.01"/></svg></td></tr>

      """
  }

  private func range(_ row: RepresentationReport.Row) -> ClosedRange<Double>? {
    if row.results.count == 1 { return row.results[0].balancedAccuracy.interval }
    let values = row.results.map(\.balancedAccuracy.value)
    guard let low = values.min(), let high = values.max() else { return nil }
    return low...high
  }
}
