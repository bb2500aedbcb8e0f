import Samples
import Settings

/// A stretch of a file.
struct SoundClip: Codable, Sendable, Equatable, Hashable {
  /// Its place among the files.
  let file: Int
  /// In samples of the rate that files are brought to.
  let start: Int
  let count: Int
}

/// How files become samples of one channel and one rate.
struct SoundReading: Codable, Sendable, Equatable {
  /// Samples a second.
  var rate: Int
  var mixing: SoundMixing

  /// Sound lies between −1 and 1; files of floating-point numbers may go beyond, but not that far.
  private static let greatest: Float = 1e6
  /// A damaged file may lack this part of a clip; it is filled up as a short one is.
  private static let leastDecoded = 0.9

  /// The samples of a clip, at most `clip.count`. Memory grows with the clip alone.
  func samples(of clip: SoundClip, in path: String) throws(SoundProblem) -> [Float] {
    let file = try SoundFile(path: path)
    let own = file.header.rate
    let first = clip.start * own / rate
    let count = min(file.header.frames - first, (clip.count * own + rate - 1) / rate)
    guard count > 0 else { throw SoundProblem("has changed: it ends before the clip begins") }
    if first > 0 { try file.seek(to: first) }
    var result: [Float] = []
    result.reserveCapacity(clip.count + 1)
    if own == rate {
      try file.readMixed(count, by: mixing) { result += $0 }
    } else {
      let resampler = try Resampler(from: own, to: rate)
      try file.readMixed(count, by: mixing) { samples throws(SoundProblem) in
        try resampler.add(samples, to: &result)
      }
      try resampler.finish(into: &result)
    }
    if result.count > clip.count { result.removeLast(result.count - clip.count) }
    guard Double(result.count) >= Self.leastDecoded * Double(clip.count), !result.isEmpty else {
      throw SoundProblem(
        "is damaged: \(SoundTime.text(Double(result.count) / Double(rate))) of "
          + "\(SoundTime.text(Double(clip.count) / Double(rate))) can be decoded")
    }
    // One pass: a sum is not finite if a value is not.
    var (sum, most): (Float, Float) = (0, 0)
    for value in result {
      sum += value * 0
      most = max(most, abs(value))
    }
    guard sum == 0 else { throw SoundProblem("holds values that are no finite numbers") }
    guard most <= Self.greatest else {
      throw SoundProblem("holds values up to \(most), where sound lies between -1 and 1")
    }
    return result
  }
}

/// What fills a clip that is shorter than a view.
package enum ShortClipRule: String, Codable, Sendable, CaseIterable, OptionConvertible {
  /// Itself, again and again.
  case `repeat`
  /// Zeros behind it.
  case silence
}
