import Foundation
import TestSupport
import Testing

@testable import Sound

@Suite struct MelTests {
  private struct Golden: Decodable {
    struct Case: Decodable {
      let fft, window, hop, bands, frames: Int
      let low, high, power: Double
      let torchaudio, librosa: [Double]
    }
    let samples: [Float]
    let cases: [Case]
  }

  /// Made by scripts/reference/sound.py mel.
  @Test func spectrogramsAreThoseOfTorchaudioAndLibrosa() throws {
    let golden = try golden("mel.json", Golden.self, in: .module)
    #expect(golden.cases.count == 4)
    for test in golden.cases {
      for (scale, expected) in [(MelScale.htk, test.torchaudio), (.slaney, test.librosa)] {
        let frontEnd = MelFrontEnd(
          fft: test.fft, window: test.window, hop: test.hop, bands: test.bands, low: test.low, high: test.high,
          scale: scale, energy: test.power == 2 ? .power : .magnitude)
        let found = try MelSpectra(frontEnd).logMel(of: golden.samples, frames: test.frames)
        // torchaudio computes its filters in float32: the weakest bands of a low energy differ most.
        expectClose(found.map(Double.init), expected, absolute: 1e-4, "\(scale) \(test.fft) \(test.window)")
      }
    }
  }

  /// Against a plain Fourier transform in float64, at each size, with frames that lie beyond the ends.
  @Test(arguments: [32, 64, 128, 512, 2048])
  func spectraAreThoseOfAPlainTransform(size: Int) throws {
    let frontEnd = MelFrontEnd(fft: size, window: size * 3 / 4, hop: 37, bands: 8, low: 0, high: 8000, offset: 1e-6)
    let samples = (0..<700).map { Float(sin(0.3 * Double($0)) + 0.5 * cos(0.011 * Double($0 * $0 % 701))) }
    let frames = 19
    let found = try MelSpectra(frontEnd).logMel(of: samples, frames: frames)
    let filters = frontEnd.scale.filters(bands: 8, low: 0, high: 8000, fft: size, rate: 16_000)
    let first = (size - frontEnd.window) / 2
    var expected = [Double](repeating: 0, count: 8 * frames)
    for frame in 0..<frames {
      var powers: [Double] = []
      for bin in 0...size / 2 {
        var (real, imaginary) = (0.0, 0.0)
        for place in 0..<frontEnd.window {
          var index = frame * 37 - size / 2 + first + place
          while !samples.indices.contains(index) { index = index < 0 ? -index : 2 * (samples.count - 1) - index }
          let weight = 0.5 - 0.5 * cos(2 * .pi * Double(place) / Double(frontEnd.window))
          let angle = -2 * .pi * Double(bin * (first + place) % size) / Double(size)
          real += Double(samples[index]) * weight * cos(angle)
          imaginary += Double(samples[index]) * weight * sin(angle)
        }
        powers.append(real * real + imaginary * imaginary)
      }
      for band in 0..<8 {
        let sum = powers.indices.reduce(0.0) { $0 + powers[$1] * Double(filters[band * (size / 2 + 1) + $1]) }
        expected[band * frames + frame] = log(sum + 1e-6)
      }
    }
    expectClose(found.map(Double.init), expected, absolute: 1e-3)
  }

  /// The first edges of 64 bands from 60 to 7800 Hz, as both libraries have them.
  @Test func edgesAreThoseOfTheDefinitions() {
    let htk = MelScale.htk.edges(bands: 64, low: 60, high: 7800)
    expectClose(Array(htk.prefix(4)), [60, 88.76, 118.61, 149.59], absolute: 0.01)
    let slaney = MelScale.slaney.edges(bands: 64, low: 60, high: 7800)
    expectClose(Array(slaney.prefix(4)), [60, 105.11, 150.21, 195.32], absolute: 0.01)
    for scale in MelScale.allCases {
      for frequency in [0.0, 60, 999, 1000, 1001, 7800] {
        expectClose([scale.frequency(scale.mel(frequency))], [frequency], absolute: 1e-8)
      }
    }
  }

  /// A tone is loudest in the band around it, silence is the floor everywhere.
  @Test func aToneStandsInItsBand() throws {
    let frontEnd = MelFrontEnd()
    let spectra = MelSpectra(frontEnd)
    let edges = frontEnd.scale.edges(bands: 64, low: 60, high: 7800)
    for band in [5, 20, 40, 60] {
      let values = try spectra.logMel(of: WaveFile.tone(edges[band + 1], seconds: 0.2), frames: 20)
      let middle = (0..<64).map { values[$0 * 20 + 10] }
      #expect(abs((middle.firstIndex(of: middle.max() ?? 0) ?? -9) - band) <= 1)
    }
    let silence = try spectra.logMel(of: [0], frames: 16)
    #expect(Set(silence) == [log(Float(MelFrontEnd.epsilon))])
  }

  @Test func framesComeBySixteen() {
    let frontEnd = MelFrontEnd()
    #expect(frontEnd.frames(lasting: 0.95) == 96 && frontEnd.frames(lasting: 0.63) == 64)
    #expect(frontEnd.frames(lasting: 0) == 16 && frontEnd.frames(lasting: 10) == 1008)
    #expect(frontEnd.samples(ofFrames: 96) == 15_200)
    #expect(frontEnd.frames(lasting: .infinity) == MelFrontEnd.mostFrames)
  }
}
