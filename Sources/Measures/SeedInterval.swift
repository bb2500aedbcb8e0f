/// The mean of what several seeds gave, and how far the mean of other seeds may be from it.
package struct SeedInterval: Codable, Sendable, Hashable {
  /// Of `values`.
  package let mean: Double
  /// The 95 % confidence interval of the mean by Student's t distribution; nil for a single seed.
  package let interval: ClosedRange<Double>?
  /// One per seed, at least one.
  package let values: [Double]

  /// Nil where there are no values.
  package init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    self.values = values
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    self.mean = mean
    guard values.count > 1 else {
      interval = nil
      return
    }
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let reach = Self.quantile(degreesOfFreedom: values.count - 1) * (variance / count).squareRoot()
    interval = mean - reach...mean + reach
  }

  /// The 97.5th percentile of Student's t distribution, to three digits; beyond 30 degrees by Cornish and Fisher's
  /// expansion from the normal's.
  static func quantile(degreesOfFreedom n: Int) -> Double {
    let table = [
      12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
      2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ]
    if n <= table.count { return table[max(n, 1) - 1] }
    let z = 1.959964
    return z + (z * z * z + z) / (4 * Double(n))
  }
}
