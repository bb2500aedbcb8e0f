import Samples
import Settings

/// How values are scaled before a network sees them.
package struct SeriesScaling: Codable, Sendable, Equatable {
  package enum Rule: String, Codable, Sendable, CaseIterable, OptionConvertible {
    /// Each channel by its mean and standard deviation over all training samples.
    case channel
    /// Each channel of each series by its own.
    case series
    /// As they are.
    case none
  }

  package var rule: Rule
  /// Of each channel, over the training samples; 0 and 1 for other rules.
  package var means: [Float]
  package var deviations: [Float]

  /// Values below this deviation count as constant.
  private static let least: Float = 1e-8

  package init(rule: Rule, means: [Float], deviations: [Float]) {
    self.rule = rule
    self.means = means
    self.deviations = deviations
  }

  /// - Parameter samples: those to fit on, [steps, channels] each.
  init(_ rule: Rule, channels: Int, fittedOn samples: some Collection<ArraySlice<Float>>) {
    var sums = [(count: Double, sum: Double, squares: Double)](repeating: (0, 0, 0), count: channels)
    if rule == .channel {
      for values in samples {
        for (offset, value) in values.enumerated() where !value.isNaN {
          let channel = offset % channels
          sums[channel].count += 1
          sums[channel].sum += Double(value)
        }
      }
      for values in samples {
        for (offset, value) in values.enumerated() where !value.isNaN {
          let channel = offset % channels
          let distance = Double(value) - sums[channel].sum / sums[channel].count
          sums[channel].squares += distance * distance
        }
      }
    }
    self.init(
      rule: rule, means: sums.map { $0.count > 0 ? Float($0.sum / $0.count) : 0 },
      deviations: sums.map { sum in
        let deviation = sum.count > 0 ? Float((sum.squares / sum.count).squareRoot()) : 1
        return deviation > Self.least ? deviation : 1
      })
  }

  /// The scaled values; what is missing stays so.
  func scaled(_ values: ArraySlice<Float>) -> [Float] {
    let channels = means.count
    switch rule {
    case .none: return Array(values)
    case .channel:
      return values.enumerated().map { ($1 - means[$0 % channels]) / deviations[$0 % channels] }
    case .series:
      return SeriesScaling(.channel, channels: channels, fittedOn: CollectionOfOne(values)).scaled(values)
    }
  }
}

extension SeriesScaling: Validated {
  package func validate() throws(SettingError) {
    try checkCount(of: means, in: 1...SeriesConfiguration.mostChannels, "means")
    guard deviations.count == means.count else {
      throw SettingError("deviations", "a list of \(deviations.count)", expected: "a list of \(means.count), as means")
    }
    for mean in means { try check(mean, in: -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude, "means") }
    for deviation in deviations { try check(deviation, above: 0, through: Float.greatestFiniteMagnitude, "deviations") }
  }
}
