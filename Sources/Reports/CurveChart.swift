import Foundation
import Settings

/// One measured quantity over the steps of a run: a drawing that needs no script, and the values that the script shows
/// under the pointer.
struct CurveChart {
  struct Values: Encodable {
    var x: [Double]
    var y: [Double]
    /// The values at the left, right, lower and upper edges.
    var edges: [Double]
  }

  let identifier: String
  let title: String
  let note: String
  let isPercent: Bool
  let values: Values
  private let axis: Axis

  /// More points cannot be told apart on a screen.
  static let pointLimit = 320

  /// Nil where no value is finite.
  init?(
    _ identifier: String, _ title: String, note: String, isPercent: Bool = false, lastStep: Int,
    points: [(step: Int, value: Double)]
  ) {
    let points = Self.thinned(points.filter { $0.value.isFinite })
    guard let low = points.map(\.value).min(), let high = points.map(\.value).max() else { return nil }
    self.identifier = identifier
    self.title = title
    self.note = note
    self.isPercent = isPercent
    axis = Axis(low, high)
    values = Values(
      x: points.map { Double($0.step) }, y: points.map(\.value),
      edges: [0, Double(max(lastStep, 1)), axis.low, axis.high])
  }

  /// At most `pointLimit` points: the means of as many runs of neighbouring points.
  static func thinned(_ points: [(step: Int, value: Double)]) -> [(step: Int, value: Double)] {
    guard points.count > pointLimit else { return points }
    return (0..<pointLimit).map { part in
      let range = part * points.count / pointLimit..<(part + 1) * points.count / pointLimit
      let mean = points[range].reduce(0) { $0 + $1.value } / Double(range.count)
      return (points[range.upperBound - 1].step, mean)
    }
  }

  var html: HTML {
    let marks = axis.marks.reversed().map { mark -> HTML in "<span>\(text(mark))</span>" }
    let steps = [0, values.edges[1] / 2, values.edges[1]].map { step -> HTML in
      "<span>\(Figure.count(Figure.whole(step)))</span>"
    }
    let ends =
      "\(title): \(text(values.y[0])) at step \(Figure.whole(values.x[0])), \(text(values.y[values.y.count - 1])) at step \(Figure.whole(values.x[values.x.count - 1]))"
    return """
      <figure class="chart" data-curve="\(identifier)" data-percent="\(isPercent ? "yes" : "no")">
      <figcaption><strong>\(title)</strong> <output>\(text(values.y[values.y.count - 1]))</output><small>\(note)</small></figcaption>
      <div class="plot"><div class="ys" aria-hidden="true">\(marks)</div>
      <div class="area" tabindex="0" role="img" aria-label="\(ends)">\(drawing)</div>
      <div class="xs" aria-hidden="true">\(steps)</div></div>
      </figure>

      """
  }

  private var drawing: HTML {
    let lines = axis.marks.map { mark -> HTML in
      let y = Self.digits(200 * (1 - axis.share(mark)))
      return "<path class=\"rule\" d=\"M0 \(y)H600\"/>"
    }
    let places = zip(values.x, values.y).map { x, y in
      "\(Self.digits(600 * x / values.edges[1])) \(Self.digits(200 * (1 - axis.share(y))))"
    }
    let curve: HTML =
      places.count > 1
      ? "<path class=\"curve\" d=\"M\(places.joined(separator: "L"))\"/>" : .empty
    let dots: [HTML] = places.count > 24 ? [] : places.map { "<path class=\"dot\" d=\"M\($0)h0.01\"/>" }
    return """
      <svg viewBox="0 0 600 200" preserveAspectRatio="none" aria-hidden="true">\(lines)\(curve)\(dots)</svg>
      """
  }

  private func text(_ value: Double) -> String { Self.text(value, isPercent: isPercent) }

  /// A value beside an axis.
  static func text(_ value: Double, isPercent: Bool) -> String {
    isPercent ? Figure.number(value * 100) + " %" : Figure.number(value)
  }

  /// A coordinate in a drawing.
  static func digits(_ value: Double) -> String { String(format: "%.1f", value) }
}
