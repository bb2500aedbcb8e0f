extension Picture {
  /// Each pixel is the mean of a box of `factor` x `factor` pixels (smaller at the right and lower edge), as codecs
  /// reduce pictures.
  func reduced(by factor: Int) -> Picture {
    guard factor > 1 else { return self }
    switch samples {
    case .uint8(let values):
      return reduced(by: factor, values.map(Double.init)) { .uint8($0.map { UInt8($0.rounded()) }) }
    case .uint16(let values):
      return reduced(by: factor, values.map(Double.init)) { .uint16($0.map { UInt16($0.rounded()) }) }
    case .float32(let values): return reduced(by: factor, values.map(Double.init)) { .float32($0.map { Float($0) }) }
    }
  }

  private func reduced(by factor: Int, _ values: [Double], _ stored: ([Double]) -> Samples) -> Picture {
    let (columns, rows) = (width.dividedUp(by: factor), height.dividedUp(by: factor))
    var means = [Double](repeating: 0, count: columns * rows * channels)
    for y in 0..<height {
      for x in 0..<width {
        let (source, target) = ((y * width + x) * channels, (y / factor * columns + x / factor) * channels)
        for channel in 0..<channels { means[target + channel] += values[source + channel] }
      }
    }
    for row in 0..<rows {
      for column in 0..<columns {
        let area = min(factor, height - row * factor) * min(factor, width - column * factor)
        for channel in 0..<channels { means[(row * columns + column) * channels + channel] /= Double(area) }
      }
    }
    // The number of samples fits by construction.
    return Picture(width: columns, height: rows, channels: channels, samples: stored(means)) ?? self
  }
}
