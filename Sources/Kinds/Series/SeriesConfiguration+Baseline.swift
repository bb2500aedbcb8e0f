import Learning
import Samples
import Torch

extension SeriesConfiguration {
  /// MiniRocket's features: they need no labels and no training.
  public var rawBaseline: RawBaseline {
    RawBaseline("MiniRocket's features of the series, which need no training") { data, training in
      let series = try Self.series(of: data)
      let filled = series.values.map { Self.filled($0, channels: series.channels) }
      let fitted = training.isEmpty ? filled : training.map { filled[$0] }
      let rocket = MiniRocket(fittedOn: fitted, channels: series.channels)
      let features = rocket.features(of: filled)
      return (
        try Tensor(features, shape: [filled.count, rocket.featureCount]), Array(filled.indices), []
      )
    }
  }

  /// Statistics of each channel.
  public var furtherBaseline: RawBaseline? {
    RawBaseline("statistics of each channel, such as mean, deviation and quartiles", suitsProbe: true) { data, _ in
      let series = try Self.series(of: data)
      let rows = series.values.map { SeriesStatistics.features(of: $0, channels: series.channels) }
      return (
        try Tensor(rows.flatMap(\.self), shape: [rows.count, rows.first?.count ?? 0]), Array(rows.indices), []
      )
    }
  }

  private static func series(of data: any SampleCollection) throws -> (values: [[Float]], channels: Int) {
    guard let series = data as? SeriesCollection else { throw DatasetError.foreignListing(kind: plural) }
    let scaling = series.seriesConfiguration.scaling
    return (
      series.names.indices.map { scaling.scaled(series.samples.values(of: $0)) }, series.samples.channels.count
    )
  }

  /// Missing values on straight lines between their neighbours; those at the ends as the nearest; zeros where a channel has
  /// none.
  static func filled(_ values: [Float], channels: Int) -> [Float] {
    guard values.contains(where: \.isNaN) else { return values }
    var result = values
    let steps = values.count / channels
    for channel in 0..<channels {
      let known = (0..<steps).filter { !values[$0 * channels + channel].isNaN }
      guard let first = known.first, let last = known.last else {
        for step in 0..<steps { result[step * channels + channel] = 0 }
        continue
      }
      for step in 0..<first { result[step * channels + channel] = values[first * channels + channel] }
      for step in last..<steps { result[step * channels + channel] = values[last * channels + channel] }
      for (left, right) in zip(known, known.dropFirst()) where right > left + 1 {
        let (low, high) = (values[left * channels + channel], values[right * channels + channel])
        for step in left + 1..<right {
          result[step * channels + channel] = low + (high - low) * Float(step - left) / Float(right - left)
        }
      }
    }
    return result
  }
}
