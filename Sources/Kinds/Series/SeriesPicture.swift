import Samples

/// Draws a series as a small picture of lines, a colour for each channel.
enum SeriesPicture {
  /// Colours that people with any colour vision tell apart (Okabe and Ito 2008), red, green and blue.
  private static let colours: [(UInt8, UInt8, UInt8)] = [
    (0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (230, 159, 0), (86, 180, 233),
  ]
  private static let mostChannels = 6

  /// - Parameters:
  ///   - values: [steps, channels] row by row; a missing value leaves a gap.
  ///   - side: the width in pixels; the height is half of it.
  /// - Returns: nil if there is nothing to draw.
  static func drawn(_ values: ArraySlice<Float>, channels: Int, side: Int) -> PreviewPicture? {
    let (width, height) = (max(16, min(side, 4096)), max(8, min(side, 4096) / 2))
    let steps = values.count / max(1, channels)
    guard channels > 0, steps > 0 else { return nil }
    var bytes = [UInt8](repeating: 255, count: width * height * 3)
    for channel in 0..<min(channels, mostChannels) {
      let line = (0..<steps).map { values[values.startIndex + $0 * channels + channel] }
      let known = line.filter(\.isFinite)
      guard let low = known.min(), let high = known.max() else { continue }
      let middle = low / 2 + high / 2
      let reach = max(high / 2 - low / 2, 1e-30)
      func y(_ value: Float) -> Int {
        // A line that does not change runs through the middle.
        let share = (value - middle) / reach / 2 + 0.5
        return min(max(Int(Float(height - 3) * (1 - share)) + 1, 0), height - 1)
      }
      let colour = colours[channel % colours.count]
      var last: (column: Int, row: Int)?
      for column in 0..<width {
        let from = column * steps / width
        let to = max(from + 1, (column + 1) * steps / width)
        let own = line[from..<min(to, steps)].filter(\.isFinite)
        guard let least = own.min(), let most = own.max() else {
          last = nil
          continue
        }
        var (top, bottom) = (y(most), y(least))
        if let last {
          // Joined with the column before.
          (top, bottom) = (min(top, last.row), max(bottom, last.row))
        }
        for row in top...bottom {
          let place = (row * width + column) * 3
          (bytes[place], bytes[place + 1], bytes[place + 2]) = colour
        }
        last = (column, y(own[own.endIndex - 1]))
      }
    }
    return PreviewPicture(width: width, height: height, channels: 3, bytes: bytes)
  }
}
