/// Samples drawn again and again with replacement: how far a figure would differ on other samples (Efron 1979).
struct Bootstrap {
  private let all: [Int]
  private let resamples: [[Int]]

  /// - Parameter count: of the samples, at least 1.
  init(of count: Int, resampleCount: Int, seed: UInt64) {
    let all = Array(0..<count)
    var random = RandomSource(seed: seed)
    self.all = all
    resamples = (0..<max(0, resampleCount)).map { _ in all.map { _ in random.next(below: all.count) } }
  }

  /// The figure over all samples, with the middle of those over resamples that have one.
  func estimate(_ measure: ([Int]) -> Double) -> ClassificationMetrics.Estimate {
    .init(value: measure(all), interval: ClassificationMetrics.middle(resamples.map(measure)))
  }

  /// - Returns: nil where all samples have no such figure.
  func estimateIfAny(_ measure: ([Int]) -> Double?) -> ClassificationMetrics.Estimate? {
    measure(all).map { .init(value: $0, interval: ClassificationMetrics.middle(resamples.compactMap(measure))) }
  }
}
