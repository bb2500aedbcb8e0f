import Foundation
import Testing

@testable import Reports

@Suite struct HTMLTests {
  @Test func textCannotBecomeMarkup() {
    let hostile = "\"><script>alert('1')</script>&\u{0}\u{1B}"
    let piece: HTML = "<p title=\"\(hostile)\">\(hostile)</p>"
    let escaped = "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;\\u{0}\\u{1B}"
    #expect(piece.text == "<p title=\"\(escaped)\">\(escaped)</p>")
    let nested: HTML = "<div>\(piece)\([piece, piece])\(3)</div>"
    #expect(nested.text == "<div>\(piece.text)\(piece.text)\(piece.text)3</div>")
  }

  @Test func axesHoldTheirValuesAtRoundMarks() {
    #expect(Axis(0.13, 0.87).marks == [0, 0.2, 0.4, 0.6000000000000001, 0.8, 1])
    for (low, high) in [(0.0, 1.0), (-3.7, -0.2), (4.9, 5.5), (0, 131_072), (1e-7, 3e-7), (2, 2), (0, 0), (0.3, 0.9)] {
      let axis = Axis(low, high)
      #expect(axis.low <= low + 1e-12 && axis.high >= high - 1e-12, "\(low) \(high)")
      #expect((2...8).contains(axis.marks.count), "\(axis.marks)")
      #expect((0...1).contains(axis.share((low + high) / 2)))
    }
  }

  @Test func longCurvesAreThinnedToMeans() {
    let points = (1...3200).map { (step: $0, value: Double($0)) }
    let thin = CurveChart.thinned(points)
    #expect(thin.count == 320)
    #expect(thin[0].step == 10 && thin[0].value == 5.5)
    #expect(thin[319].step == 3200)
    #expect(CurveChart("a", "A", note: "", lastStep: 5, points: [(1, .nan)]) == nil)
  }
}
