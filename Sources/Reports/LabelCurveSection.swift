import Evaluation
import Foundation
import Measures
import Samples
import Settings

/// Results over the number of labels, as a drawing and a table; without them, what measures them.
struct LabelCurveSection {
  private let report: Report

  init(of report: Report) { self.report = report }

  var html: HTML {
    """
    <section id="labels" aria-labelledby="labels-title">
    <h2 id="labels-title">Results by number of labels</h2>
    \(report.labelCurve.map(content) ?? absent)
    </section>

    """
  }

  private var absent: HTML {
    let command = Remedy.measureLabelCurve.action(for: report.measurements).flatMap(report.wording.command)
    let how = command.map { command -> HTML in
      " This command measures it:</p>\n<pre class=\"command\">\(command)</pre>"
    }
    return """
      <p class="empty">It has not been measured yet how results depend on the number of labels, with this run and without pre-training.\(how ?? "</p>")
      """
  }

  private func content(_ curve: LabelCurve) -> HTML {
    let figures = PredictionMetrics.figures(of: curve.target)
    let heads = figures.map { figure -> HTML in "<th scope=\"col\" class=\"number\">\(figure.name)</th>" }
    let findings = curve.findings.map { sentence -> HTML in "<p>\(sentence)</p>" }
    return """
      \(findings)
      <p>\(Figure.count(curve.trainingCount)) training and \(Figure.count(curve.testCount)) test samples: \(curve.division).</p>
      \(LabelCurveDrawing(curve)?.html ?? .empty)
      <div class="scroll" tabindex="0" role="region" aria-label="Results by number of labels"><table>
      <thead><tr><th scope="col">Line</th><th scope="col" class="number">Labels</th>\(heads)<th scope="col" class="number">Draws</th></tr></thead>
      <tbody>\(curve.sortedPoints.map { row($0, of: curve) })</tbody></table></div>
      <p class="explain">± is the half width of the 95 % interval of the mean over the draws of labels. The fine-tuned network and the network from scratch saw the same views for the same number of steps, and their learning rates were chosen from the same values on a fifth of the labels. Where labels are spread, a sample without a label gets those of its nearest neighbours in the features; the network learns from all of them, and more from those that are more certain.</p>
      """
  }

  private func row(_ point: LabelCurve.Point, of curve: LabelCurve) -> HTML {
    let cells = curve.cells(of: point).map { cell -> HTML in "<td class=\"number\">\(cell)</td>" }
    return """
      <tr class="\(point.line.isPretrained ? "ours" : "baseline")"><th scope="row">\(point.line.rawValue)</th><td class="number">\(Figure.count(point.labelCount))</td>\(cells)<td class="number">\(point.results.count)</td></tr>

      """
  }
}

/// Curves of a result over the logarithm of the number of labels, with the intervals of their points and a legend.
struct LabelCurveDrawing {
  /// A point of a curve, in the units of the drawing.
  struct Mark: Equatable {
    let x: Double
    let y: Double
    /// The ends of the interval.
    let low: Double
    let high: Double
  }

  /// The width in the units of the drawing.
  static let width = 600.0
  static let height = 240.0

  let lines: [(name: String, isPretrained: Bool, marks: [Mark])]
  private let axis: Axis
  private let labelCounts: [Int]
  private let figure: PredictionMetrics.Figure

  /// Nil with fewer than two numbers of labels: a line needs two points.
  init?(_ curve: LabelCurve) {
    figure = PredictionMetrics.figures(of: curve.target)[0]
    let figure = figure
    let points = curve.sortedPoints.compactMap { point in
      SeedInterval(point.results.compactMap(figure.value)).map { (point, $0) }
    }
    let counts = Set(points.map(\.0.labelCount)).sorted()
    guard let least = counts.first, let most = counts.last, most > least else { return nil }
    let reached = points.flatMap { [$0.1.interval?.lowerBound ?? $0.1.mean, $0.1.interval?.upperBound ?? $0.1.mean] }
    // An interval of few draws can reach below 0 or above 1, where no share can be.
    let (bottom, top) = figure.isPercent ? (0.0, 1.0) : (-Double.infinity, .infinity)
    let axis = Axis(max(reached.min() ?? 0, bottom), min(reached.max() ?? 1, top))
    self.axis = axis
    labelCounts = counts
    func place(_ value: Double) -> Double { Self.height * (1 - min(max(axis.share(value), 0), 1)) }
    lines = LabelCurve.Line.allCases.compactMap { line in
      let marks = points.filter { $0.0.line == line }.map { point, value in
        Mark(
          x: Self.x(point.labelCount, least, most), y: place(value.mean),
          low: place(value.interval?.lowerBound ?? value.mean), high: place(value.interval?.upperBound ?? value.mean))
      }
      return marks.isEmpty ? nil : (line.rawValue, line.isPretrained, marks)
    }
  }

  private static func x(_ count: Int, _ least: Int, _ most: Int) -> Double {
    width * log(Double(count) / Double(least)) / log(Double(most) / Double(least))
  }

  var html: HTML {
    let marks = axis.marks.reversed().map { mark -> HTML in "<span>\(text(mark))</span>" }
    // The middle of a logarithmic scale is the geometric mean of its ends.
    let (least, most) = (labelCounts[0], labelCounts[labelCounts.count - 1])
    let middle = Int((Double(least) * Double(most)).squareRoot().rounded())
    let steps = [least, middle, most].map { count -> HTML in "<span>\(Figure.count(count))</span>" }
    let legend = lines.enumerated().map { index, line -> HTML in
      "<li class=\"line\(index)\">\(line.name)</li>"
    }
    return """
      <figure class="chart labels">
      <figcaption><strong>\(figure.name)</strong> <small>over the number of labels, on a logarithmic scale</small></figcaption>
      <div class="plot"><div class="ys" aria-hidden="true">\(marks)</div>
      <div class="area" role="img" aria-label="\(figure.name) over the number of labels; the table below has the values">\(drawing)</div>
      <div class="xs" aria-hidden="true">\(steps)</div></div>
      <ul class="legend">\(legend)</ul>
      </figure>

      """
  }

  private var drawing: HTML {
    let rules = axis.marks.map { mark -> HTML in
      "<path class=\"rule\" d=\"M0 \(CurveChart.digits(Self.height * (1 - axis.share(mark))))H600\"/>"
    }
    let curves = lines.enumerated().map { index, line -> HTML in
      let path = line.marks.map { "\(CurveChart.digits($0.x)) \(CurveChart.digits($0.y))" }.joined(separator: "L")
      let reaches = line.marks.map {
        "M\(CurveChart.digits($0.x)) \(CurveChart.digits($0.low))V\(CurveChart.digits($0.high))"
      }.joined()
      let dots = line.marks.map { "M\(CurveChart.digits($0.x)) \(CurveChart.digits($0.y))h0.01" }.joined()
      return """
        <g class="line\(index)"><path class="reach" d="\(reaches)"/><path class="curve" d="M\(path)"/><path class="dot" d="\(dots)"/></g>
        """
    }
    return """
      <svg viewBox="0 0 600 240" preserveAspectRatio="none" aria-hidden="true">\(rules)\(curves)</svg>
      """
  }

  private func text(_ value: Double) -> String { CurveChart.text(value, isPercent: figure.isPercent) }
}
