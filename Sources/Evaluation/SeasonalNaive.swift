import Learning

/// The simplest forecast of what repeats itself: the values of one season before.
struct SeasonalNaive {
  /// Steps of a season; 1 where nothing repeats itself, so that the last value stays.
  let season: Int

  /// A weaker correlation is no season.
  private static let leastCorrelation = 0.3
  private static let longestSeason = 1000
  private static let examinedSteps = 20_000
  private static let examinedRecordings = 8

  init(season: Int) { self.season = season }

  /// Finds the season: the lag at which the autocorrelation has its highest peak, over some recordings and all channels.
  ///
  /// - Parameters:
  ///   - values: [steps, channels] of each recording, none missing.
  init(of values: [[Float]], channels: Int) {
    var sums: [Double] = []
    var weights: [Double] = []
    for recording in values.evenlySpread(Self.examinedRecordings) {
      let steps = min(recording.count / channels, Self.examinedSteps)
      let last = min(Self.longestSeason, steps / 3)
      guard last >= 3 else { continue }
      for channel in 0..<channels {
        let line = (0..<steps).map { Double(recording[$0 * channels + channel]) }
        let mean = line.reduce(0, +) / Double(steps)
        let centred = line.map { $0 - mean }
        let energy = centred.reduce(0) { $0 + $1 * $1 }
        guard energy > 0, energy.isFinite else { continue }
        while sums.count <= last {
          sums.append(0)
          weights.append(0)
        }
        for lag in 0...last {
          var product = 0.0
          for step in lag..<steps { product += centred[step] * centred[step - lag] }
          // As if all lags had as many pairs.
          sums[lag] += product / energy * Double(steps) / Double(steps - lag)
          weights[lag] += 1
        }
      }
    }
    let correlations = zip(sums, weights).map { $1 > 0 ? $0 / $1 : 0 }
    var best = (lag: 1, value: Self.leastCorrelation)
    if correlations.count >= 3 {
      for lag in 2..<correlations.count - 1
      where correlations[lag] > correlations[lag - 1] && correlations[lag] >= correlations[lag + 1] {
        // Of a season and its double, the season.
        if correlations[lag] > best.value + 0.02 { best = (lag, correlations[lag]) }
      }
    }
    season = best.lag
  }

  /// - Parameters:
  ///   - values: [steps, channels]
  ///   - origin: the last step that is known.
  /// - Returns: [horizon, channels]
  func forecast(of values: [Float], channels: Int, after origin: Int, horizon: Int) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(horizon * channels)
    for ahead in 1...horizon {
      let seasons = (ahead + season - 1) / season
      let step = max(0, origin + ahead - seasons * season)
      result += values[step * channels..<(step + 1) * channels]
    }
    return result
  }
}
