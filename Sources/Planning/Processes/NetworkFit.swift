import Settings

/// The line of time over size that measured sums of several processes lie on.
package struct NetworkFit: Sendable, Equatable, Encodable {
  /// A sum over all processes that was timed.
  package struct Sum: Sendable, Equatable, Codable {
    package let bytes: Int
    package let seconds: Double

    package init(bytes: Int, seconds: Double) {
      self.bytes = bytes
      self.seconds = seconds
    }
  }

  package let network: ProcessNetwork
  /// The largest difference between a measured time and the line, as a part of the measured one.
  package let error: Double

  /// The line a + b·bytes with the least squares of relative differences, so that small sums count as much as large ones.
  ///
  /// - Parameters:
  ///   - sums: of at least two sizes.
  ///   - processes: at least 2.
  /// - Returns: nil where the times do not grow with the size, as those of sums that other programs disturbed.
  package init?(_ sums: [Sum], among processes: Int) {
    let times = sums.filter { $0.seconds > 0 && $0.seconds.isFinite }
    guard processes > 1, let line = Line(times.map { (Double($0.bytes), $0.seconds) }), line.slope > 0,
      line.start > 0
    else { return nil }
    let count = Double(processes)
    network = ProcessNetwork(
      latency: line.start / (2 * (count - 1)), bandwidth: 2 * (count - 1) / count / line.slope)
    let fitted = network
    error = times.map { abs(fitted.sum(Double($0.bytes), among: processes) - $0.seconds) / $0.seconds }.max() ?? 0
  }
}

/// y = start + slope·x, by the least squares of relative differences.
struct Line: Equatable {
  let start: Double
  let slope: Double

  /// - Parameter points: y above 0; at least two different x.
  init?(_ points: [(x: Double, y: Double)]) {
    let weights = points.map { 1 / ($0.y * $0.y) }
    let total = weights.reduce(0, +)
    guard total > 0, total.isFinite else { return nil }
    let meanX = zip(weights, points).reduce(0) { $0 + $1.0 * $1.1.x } / total
    let meanY = zip(weights, points).reduce(0) { $0 + $1.0 * $1.1.y } / total
    let spread = zip(weights, points).reduce(0) { $0 + $1.0 * ($1.1.x - meanX) * ($1.1.x - meanX) }
    guard spread > 0 else { return nil }
    slope = zip(weights, points).reduce(0) { $0 + $1.0 * ($1.1.x - meanX) * ($1.1.y - meanY) } / spread
    start = meanY - slope * meanX
  }
}
