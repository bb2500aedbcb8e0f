/// Samples drawn repeatedly with replacement, which shows how far a figure would differ on other samples (Efron 1979).
struct Bootstrap {
  private let all: [Int]
  private let resamples: [[Int]]

  /// - Parameters:
  ///   - count: how many samples there are, at least 1.
  ///   - resampleCount: how often as many are drawn; below 0 counts as 0.
  init(of count: Int, resampleCount: Int, seed: UInt64) {
    let all = Array(0..<count)
    var random = RandomSource(seed: seed)
    self.all = all
    resamples = (0..<max(0, resampleCount)).map { _ in all.map { _ in random.next(below: all.count) } }
  }

  /// The figure over all samples, with the middle 95 % of the figures over resamples.
  func estimate(_ measure: ([Int]) -> Double) -> ClassificationMetrics.Estimate {
    .init(value: measure(all), resampled: resamples.map(measure))
  }

  /// The same of a figure that some resamples may not have.
  ///
  /// - Returns: nil where the samples as a whole have no such figure.
  func estimateIfAny(_ measure: ([Int]) -> Double?) -> ClassificationMetrics.Estimate? {
    measure(all).map { .init(value: $0, resampled: resamples.map(measure)) }
  }
}
