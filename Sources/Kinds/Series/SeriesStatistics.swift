import Foundation

/// Plain numbers about each channel of a series, whatever its length.
enum SeriesStatistics {
  static let names = [
    "mean", "deviation", "least", "most", "lower quartile", "median", "upper quartile", "mean change",
    "deviation of changes",
    "autocorrelation", "crossings of the mean", "slope", "missing",
  ]

  /// - Parameters:
  ///   - values: [steps, channels], not a number where one is missing.
  /// - Returns: `names.count` numbers for each channel, then the logarithm of the number of steps.
  static func features(of values: [Float], channels: Int) -> [Float] {
    let steps = values.count / channels
    var result: [Float] = []
    for channel in 0..<channels {
      let line = (0..<steps).map { Double(values[$0 * channels + channel]) }
      let known = line.filter { !$0.isNaN }
      let missing = Double(steps - known.count) / Double(max(1, steps))
      guard !known.isEmpty else {
        result += Array(repeating: 0, count: names.count - 1) + [1]
        continue
      }
      let count = Double(known.count)
      let mean = known.reduce(0, +) / count
      let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      let sorted = known.sorted()
      func quantile(_ share: Double) -> Double { sorted[Int(share * (count - 1))] }
      let changes = zip(known.dropFirst(), known).map(-)
      let changeCount = Double(max(1, changes.count))
      let meanChange = changes.reduce(0) { $0 + abs($1) } / changeCount
      let changeVariance = changes.reduce(0) { $0 + $1 * $1 } / changeCount
      var (product, crossings, slope, spread) = (0.0, 0.0, 0.0, 0.0)
      for (first, second) in zip(known, known.dropFirst()) {
        product += (first - mean) * (second - mean)
        crossings += (first < mean) != (second < mean) ? 1 : 0
      }
      let middle = (count - 1) / 2
      for (step, value) in known.enumerated() {
        slope += (Double(step) - middle) * (value - mean)
        spread += (Double(step) - middle) * (Double(step) - middle)
      }
      let numbers = [
        mean, variance.squareRoot(), sorted[0], sorted[sorted.count - 1], quantile(0.25), quantile(0.5), quantile(0.75),
        meanChange, changeVariance.squareRoot(), variance > 1e-12 ? product / (count * variance) : 0,
        crossings / changeCount, spread > 0 ? slope / spread * count : 0, missing,
      ]
      result += numbers.map { Float($0) }
    }
    return result + [Float(log(Double(max(1, steps))))]
  }
}
