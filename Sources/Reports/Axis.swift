import Foundation

/// Round numbers beside a plot, evenly spaced, that hold all values between the first and the last.
struct Axis: Equatable {
  /// Rising, at least two.
  let marks: [Double]

  init(_ low: Double, _ high: Double, count: Int = 4) {
    // Numbers that a file was edited to hold may be so large that their distance is none.
    let (least, most) = (Self.bounded(low), Self.bounded(high))
    let span = most > least ? most - least : max(abs(most) * 0.1, 1e-6)
    let middle = (least + most) / 2
    let (low, high) = most > least ? (least, most) : (middle - span / 2, middle + span / 2)
    let rough = span / Double(count)
    let power = pow(10, floor(log10(rough)))
    let step = power * ([1, 2, 2.5, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10)
    // A hair's breadth of tolerance, so that 0.3 does not lie above 3 times 0.1.
    let first = floor(low / step + 1e-9)
    let last = max(ceil(high / step - 1e-9), first + 1)
    marks = (0...Int(last - first)).map { (first + Double($0)) * step }
  }

  private static func bounded(_ value: Double) -> Double { value.isNaN ? 0 : min(max(value, -1e300), 1e300) }

  var low: Double { marks[0] }
  var high: Double { marks[marks.count - 1] }

  /// 0 at the first mark, 1 at the last.
  func share(_ value: Double) -> Double { (value - low) / (high - low) }
}
