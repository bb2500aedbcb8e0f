import Settings

/// How several channels become one.
package enum SoundMixing: String, Codable, Sendable, CaseIterable, OptionConvertible {
  /// The mean of all.
  case mean
  /// The first alone, such as the left one.
  case first

  /// - Parameters:
  ///   - samples: the channels of each frame follow each other.
  ///   - result: room for a value a frame.
  func mix(_ samples: [Float], channels: Int, frames: Int, into result: inout [Float]) {
    if channels == 1 || self == .first {
      for frame in 0..<frames { result[frame] = samples[frame * channels] }
      return
    }
    for frame in 0..<frames {
      var sum: Float = 0
      for channel in 0..<channels { sum += samples[frame * channels + channel] }
      result[frame] = sum / Float(channels)
    }
  }
}
