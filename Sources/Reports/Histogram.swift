import Foundation
import Settings

/// The distribution of distances on a logarithmic scale, with those past a limit marked.
struct Histogram {
  enum Side { case below, above }

  let distances: [Double]
  let median: Double
  let limit: Double
  let side: Side

  var html: HTML {
    let logarithms = distances.map { log10($0) }
    guard let least = logarithms.min(), let greatest = logarithms.max() else { return .empty }
    let edge = log10(limit)
    let low = min(least, edge) - 0.05
    let high = max(greatest, edge) + 0.05
    let count = 48
    var bins = [Int](repeating: 0, count: count)
    for value in logarithms { bins[min(count - 1, Int((value - low) / (high - low) * Double(count)))] += 1 }
    let most = Double(bins.max() ?? 1)
    let bars = bins.enumerated().filter { $0.element > 0 }.map { place, number -> HTML in
      let centre = low + (Double(place) + 0.5) / Double(count) * (high - low)
      let isPast = side == .below ? centre < edge : centre > edge
      let height = max(1.5, 100 * Double(number) / most)
      let x = CurveChart.digits(600 * Double(place) / Double(count) + 1)
      let width = CurveChart.digits(600 / Double(count) - 2)
      return """
        <rect class="\(isPast ? "bar past" : "bar")" x="\(x)" y="\(CurveChart.digits(100 - height))" width="\(width)" height="\(CurveChart.digits(height))"/>
        """
    }
    let x = CurveChart.digits(600 * (edge - low) / (high - low))
    let past = distances.count { side == .below ? $0 <= limit : $0 > limit }
    let summary =
      "\(Figure.count(distances.count)) distances from \(Figure.number(pow(10, least))) to \(Figure.number(pow(10, greatest))), median \(Figure.number(median)); \(Figure.count(past)) are past the limit of \(Figure.number(limit))"
    let ends = [low, (low + high) / 2, high].map { place -> HTML in "<span>\(Figure.number(pow(10, place)))</span>" }
    return """
      <div class="histogram"><svg viewBox="0 0 600 100" preserveAspectRatio="none" role="img" aria-label="\(summary)">
      \(bars)<path class="limit" d="M\(x) 0V100"/></svg><div class="xs" aria-hidden="true">\(ends)</div></div>
      """
  }
}
