import Foundation
import Samples

/// A standardised log-mel spectrogram, and what views change in it.
package struct Spectrogram: Sendable, Equatable {
  package let bands: Int
  package let frames: Int
  /// [bands, frames] row by row.
  package var values: [Float]

  package init(bands: Int, frames: Int, values: [Float]) {
    self.bands = bands
    self.frames = frames
    self.values = values
  }

  /// Adds the energy of another one: log((1 − share) eˣ + share · eᶻ) (Niizumi et al. 2023, BYOL-A v2).
  package mutating func mix(in other: Spectrogram, share: Float) {
    for place in values.indices {
      values[place] = log((1 - share) * exp(values[place]) + share * exp(other.values[place]))
    }
  }

  /// A part in the middle of zeros, stretched or squeezed to the whole.
  package struct Part: Equatable, Sendable {
    /// Frames of the canvas, in whose middle the spectrogram stands.
    package var canvasFrames: Int
    /// Of the part on the canvas.
    package var band: Int
    package var frame: Int
    package var bands: Int
    package var frames: Int

    package init(canvasFrames: Int, band: Int, frame: Int, bands: Int, frames: Int) {
      self.canvasFrames = canvasFrames
      self.band = band
      self.frame = frame
      self.bands = bands
      self.frames = frames
    }

    /// BYOL-A v2's random part: 0.6 to 1.5 times as high and as wide, within a canvas as high and 1.5 times as wide.
    ///
    /// - Parameter reach: 1 for that, less for sizes nearer to 1.
    init(of spectrogram: Spectrogram, reach: Double, _ generator: inout ViewGenerator) {
      let range = 1 - 0.4 * Float(reach)...1 + 0.5 * Float(reach)
      canvasFrames = max(
        spectrogram.frames, Int((Double(range.upperBound) * Double(spectrogram.frames)).rounded(.down)))
      func size(_ whole: Int, most: Int) -> Int {
        min(max(1, Int((generator.uniform(in: range) * Float(whole)).rounded(.down))), most)
      }
      bands = size(spectrogram.bands, most: spectrogram.bands)
      frames = size(spectrogram.frames, most: canvasFrames)
      band = generator.integer(below: spectrogram.bands - bands + 1)
      frame = generator.integer(below: canvasFrames - frames + 1)
    }
  }

  /// The part at the size of the whole, by bicubic interpolation from corner to corner (a = −0.75, as in PyTorch).
  package func resized(_ part: Part) -> Spectrogram {
    let margin = (part.canvasFrames - frames) / 2
    let across = Taps(from: part.frames, to: frames)
    let down = Taps(from: part.bands, to: bands)
    // The rows of the part first, each at its final width.
    var rows = [Float](repeating: 0, count: part.bands * frames)
    var line = [Float](repeating: 0, count: part.frames)
    for row in 0..<part.bands {
      for column in 0..<part.frames {
        let frame = part.frame + column - margin
        line[column] = (0..<frames).contains(frame) ? values[(part.band + row) * frames + frame] : 0
      }
      for column in 0..<frames {
        var sum: Float = 0
        for tap in 0..<4 { sum += across.weights[4 * column + tap] * line[across.places[4 * column + tap]] }
        rows[row * frames + column] = sum
      }
    }
    var result = self
    for band in 0..<bands {
      let (places, weights) = (down.places[4 * band..<4 * band + 4], down.weights[4 * band..<4 * band + 4])
      let first = places.startIndex
      for frame in 0..<frames {
        var sum: Float = 0
        for tap in 0..<4 { sum += weights[first + tap] * rows[places[first + tap] * frames + frame] }
        result.values[band * frames + frame] = sum
      }
    }
    return result
  }

  /// For each place of a line, the four places of another that it is made of.
  private struct Taps {
    var places: [Int] = []
    var weights: [Float] = []

    init(from: Int, to: Int) {
      let step = to > 1 ? Double(from - 1) / Double(to - 1) : 0
      for target in 0..<to {
        let place = step * Double(target)
        let whole = min(Int(place), from - 1)
        let rest = Float(place - Double(whole))
        for tap in -1...2 {
          places.append(min(max(whole + tap, 0), from - 1))
          weights.append(Self.weight(Float(tap) - rest))
        }
      }
    }

    /// Keys' cubic.
    private static func weight(_ offset: Float) -> Float {
      let (a, x) = (Float(-0.75), abs(offset))
      return x <= 1
        ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
    }
  }

  /// Adds a straight line over time.
  package mutating func fade(from start: Float, to end: Float) {
    for frame in 0..<frames {
      let shift = start + (end - start) * Float(frame) / Float(max(1, frames - 1))
      for band in 0..<bands { values[band * frames + frame] += shift }
    }
  }

  /// Zeros, which are the mean.
  package mutating func hide(bands hidden: Range<Int>) {
    for band in hidden { for frame in 0..<frames { values[band * frames + frame] = 0 } }
  }

  package mutating func hide(frames hidden: Range<Int>) {
    for band in 0..<bands { for frame in hidden { values[band * frames + frame] = 0 } }
  }
}
