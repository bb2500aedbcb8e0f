import Foundation
import Settings

/// Values over time, drawn without a script: one line, with stretches and steps that are marked.
struct SignalPlot {
  let title: String
  /// One for each step; nil leaves a gap.
  let values: [Double?]
  /// The number of the first step, counted from 1.
  let firstStep: Int
  /// Steps that are labelled, as ranges of places in `values`.
  var stretches: [Range<Int>] = []
  /// Places of steps that stand out.
  var marks: [Int] = []
  /// A line across the plot.
  var threshold: Double?

  /// More columns cannot be told apart on a screen.
  static let columns = 800

  var html: HTML {
    let known = values.compactMap(\.self).filter(\.isFinite)
    guard let least = known.min(), let most = known.max() else { return .empty }
    let axis = Axis(least, max(most, min(threshold ?? most, most * 2)))
    let edges = [axis.high, axis.low].map { edge -> HTML in "<span>\(Figure.number(edge))</span>" }
    let steps = [firstStep, firstStep + values.count / 2, firstStep + max(0, values.count - 1)].map { step -> HTML in
      "<span>\(Figure.count(step))</span>"
    }
    let description =
      "\(title): \(Figure.number(least)) to \(Figure.number(most)) in \(Figure.count(values.count)) steps"
    let bands = stretches.map { stretch -> HTML in
      let (left, right) = (x(Double(stretch.lowerBound)), x(Double(stretch.upperBound)))
      return
        "<rect class=\"truth\" x=\"\(digits(left))\" y=\"0\" width=\"\(digits(max(1.5, right - left)))\" height=\"100\"/>"
    }
    let lines = marks.map { mark -> HTML in "<path class=\"peak\" d=\"M\(digits(x(Double(mark) + 0.5))) 0V100\"/>" }
    let limit: HTML =
      threshold.map { threshold -> HTML in
        threshold <= axis.high
          ? "<path class=\"limit\" d=\"M0 \(digits(100 * (1 - axis.share(threshold))))H800\"/>" : .empty
      } ?? .empty
    return """
      <figure class="signal"><figcaption>\(title)</figcaption>
      <div class="plot"><div class="ys" aria-hidden="true">\(edges)</div>
      <div class="area"><svg viewBox="0 0 800 100" preserveAspectRatio="none" role="img" aria-label="\(description)">\(bands)\(lines)\(limit)<path class="curve" d="\(path(axis))"/></svg></div>
      <div class="xs" aria-hidden="true">\(steps)</div></div></figure>

      """
  }

  /// From 0 to 800.
  private func x(_ place: Double) -> Double { 800 * place / Double(max(1, values.count)) }

  private func digits(_ value: Double) -> String { CurveChart.digits(value) }

  /// Each column shows the least and the greatest of its values, so that no single step is lost.
  private func path(_ axis: Axis) -> String {
    func y(_ value: Double) -> String { digits(100 * (1 - axis.share(value))) }
    var result = ""
    var isDrawing = false
    let columns = min(Self.columns, values.count)
    for column in 0..<columns {
      let range = column * values.count / columns..<(column + 1) * values.count / columns
      let own = values[range].compactMap(\.self).filter(\.isFinite)
      guard let first = own.first, let least = own.min(), let most = own.max() else {
        isDrawing = false
        continue
      }
      let place = digits(x(Double(range.lowerBound) + Double(range.count) / 2))
      result += "\(isDrawing ? "L" : "M")\(place) \(y(first))"
      if own.count > 1 { result += "V\(y(least))V\(y(most))V\(y(own[own.count - 1]))" }
      if own.count == 1, !isDrawing { result += "h0.01" }
      isDrawing = true
    }
    return result
  }
}
