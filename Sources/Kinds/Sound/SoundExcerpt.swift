import Samples

/// The beginning of a clip, as small as a page with many of them needs it.
enum SoundExcerpt {
  private static let rate = 8000
  private static let seconds = 2
  /// As loud as this, whatever the clip is; silence stays silent.
  private static let peak: Float = 0.9
  private static let silence: Float = 1e-4

  static func sound(_ clip: [Float], _ reading: SoundReading) throws(SoundProblem) -> PreviewSound {
    let start = Array(clip.prefix(seconds * reading.rate))
    var samples: [Float] = []
    if reading.rate > rate {
      let resampler = try Resampler(from: reading.rate, to: rate)
      // Typed errors do not pass through the closure that lends the memory.
      var problem: SoundProblem?
      start.withUnsafeBufferPointer { part in
        do throws(SoundProblem) {
          try resampler.add(part, to: &samples)
        } catch {
          problem = error
        }
      }
      if let problem { throw problem }
      try resampler.finish(into: &samples)
    } else {
      samples = start
    }
    let most = samples.reduce(Float(0)) { max($0, abs($1)) }
    let scale = most > silence ? peak / most : 0
    let bytes = samples.map { UInt8(min(max(128 + 127 * $0 * scale, 0), 255)) }
    guard let sound = PreviewSound(rate: min(rate, reading.rate), samples: bytes) else {
      throw SoundProblem("is too short to be played")
    }
    return sound
  }
}
