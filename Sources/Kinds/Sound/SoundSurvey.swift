import Foundation
import Samples
import Settings
import Synchronization

/// What some clips have in common: how energies are distributed, and what looks like a mistake.
struct SoundSurvey: Sendable {
  /// Of the log-mel spectrograms.
  private(set) var mean: Float = 0
  private(set) var deviation: Float = 1
  private(set) var examined = 0
  private(set) var silent = 0
  private(set) var clipped = 0

  /// So many clips are looked at.
  static let most = 512
  /// Softer than the last bit of 16.
  private static let silence: Float = 1e-5
  private static let clippedShare = 1e-3

  private struct Found {
    var count = 0.0
    var sum = 0.0
    var squares = 0.0
    var isSilent = false
    var isClipped = false
  }

  /// - Parameter indices: the clips that are learned from.
  init(_ samples: SoundSamples, of indices: [Int], _ frontEnd: MelFrontEnd, _ reading: SoundReading) {
    let chosen = indices.evenlySpread(Self.most)
    let spectra = MelSpectra(frontEnd)
    let all = Mutex([Found?](repeating: nil, count: chosen.count))
    concurrently(count: chosen.count, threads: 2) { place in
      guard let clip = try? samples.values(of: chosen[place], reading),
        let values = try? spectra.logMel(of: spectra.levelled(clip, of: clip), frames: clip.count / frontEnd.hop + 1)
      else { return }
      var found = Found()
      found.count = Double(values.count)
      for value in values {
        found.sum += Double(value)
        found.squares += Double(value) * Double(value)
      }
      let peak = clip.reduce(Float(0)) { max($0, abs($1)) }
      found.isSilent = peak < Self.silence
      // Clipped peaks stand at one height, which lies near the greatest number that a file holds.
      let high = clip.count { abs($0) >= 0.999 * peak }
      found.isClipped = peak >= 0.98 && Double(high) > Self.clippedShare * Double(clip.count)
      all.withLock { $0[place] = found }
    }
    // In their order, so that the sum does not depend on threads.
    var sum = Found()
    for found in all.withLock({ $0 }) {
      guard let found else { continue }
      examined += 1
      silent += found.isSilent ? 1 : 0
      clipped += found.isClipped ? 1 : 0
      // Silence says nothing about sound.
      guard !found.isSilent else { continue }
      sum.count += found.count
      sum.sum += found.sum
      sum.squares += found.squares
    }
    guard sum.count > 0 else { return }
    mean = Float(sum.sum / sum.count)
    let variance = max(0, sum.squares / sum.count - sum.sum / sum.count * (sum.sum / sum.count))
    deviation = variance > 1e-8 ? Float(variance.squareRoot()) : 1
  }

  /// A clause without a full stop each.
  var warnings: [String] {
    var warnings: [String] = []
    if silent > 0 {
      warnings.append(
        silent == examined
          ? "all \(examined) examined clips are silent: nothing can be learned from them; check whether this is the right folder"
          : "\(silent) of \(examined) examined clips \(silent == 1 ? "is" : "are") silent: all that can be learned of them is that"
      )
    }
    if clipped > 0 {
      warnings.append(
        "\(clipped) of \(examined) examined clips \(clipped == 1 ? "is" : "are") clipped, recorded too loud: their spectra hold what was not in the sound"
      )
    }
    return warnings
  }
}
