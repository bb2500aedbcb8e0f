import Samples
import Settings

/// Draws a spectrogram as a small picture: time from left to right, pitch from below, loud parts dark.
enum SoundPicture {
  /// What is so much softer than the loudest part, in natural logarithms of power, is white: about 52 dB.
  private static let reach: Float = 12

  /// - Parameter side: the width in pixels; the height is half of it.
  static func drawn(_ spectrogram: Spectrogram, side: Int) -> PreviewPicture? {
    let (width, height) = (max(16, min(side, 4096)), max(8, min(side, 4096) / 2))
    guard spectrogram.frames > 0, spectrogram.bands > 0 else { return nil }
    let most = spectrogram.values.max() ?? 0
    var bytes: [UInt8] = []
    bytes.reserveCapacity(width * height)
    for row in 0..<height {
      let band = (height - 1 - row) * spectrogram.bands / height
      for column in 0..<width {
        let start = column * spectrogram.frames / width
        let end = max(start + 1, (column + 1) * spectrogram.frames / width)
        let values = spectrogram.values[band * spectrogram.frames + start..<band * spectrogram.frames + end]
        let share = ((values.max() ?? most) - most + reach) / reach
        bytes.append(UInt8(255 - wholeNumber(Double(255 * share), in: 0...255)))
      }
    }
    return PreviewPicture(width: width, height: height, channels: 1, bytes: bytes)
  }
}
