import Learning

/// What values the training data have: the simplest score for steps that stand out.
struct UsualValues {
  /// Of each channel.
  let means: [Double]
  /// 1 for a channel that is constant.
  let deviations: [Double]

  /// Missing values do not count.
  init(of steps: any RecordedSteps) {
    let channels = steps.channels.count
    var sums = [(count: Double, mean: Double, squares: Double)](repeating: (0, 0, 0), count: channels)
    for sample in steps.lengths.indices {
      for (place, value) in steps.values(of: sample).enumerated() where !value.isNaN {
        // By Welford's rule.
        let channel = place % channels
        sums[channel].count += 1
        let distance = Double(value) - sums[channel].mean
        sums[channel].mean += distance / sums[channel].count
        sums[channel].squares += distance * (Double(value) - sums[channel].mean)
      }
    }
    means = sums.map(\.mean)
    deviations = sums.map { sum in
      let deviation = sum.count > 0 ? (sum.squares / sum.count).squareRoot() : 0
      return deviation > 0 ? deviation : 1
    }
  }

  /// How many deviations the value of each step is away from the mean, of the channel where this is most; nil where all values
  /// are missing.
  ///
  /// - Parameter values: [steps, channels]
  func scores(of values: [Float]) -> [Double?] {
    let channels = means.count
    return (0..<values.count / channels).map { step in
      (0..<channels).compactMap { channel in
        let value = values[step * channels + channel]
        return value.isNaN ? nil : abs(Double(value) - means[channel]) / deviations[channel]
      }.max()
    }
  }
}
