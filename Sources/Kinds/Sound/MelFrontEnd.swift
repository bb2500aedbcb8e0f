import CSpectra
import Foundation
import Settings

/// From samples to a log-mel spectrogram.
package struct MelFrontEnd: Codable, Sendable, Equatable {
  package enum Energy: String, Codable, Sendable, CaseIterable, OptionConvertible {
    /// The squares of magnitudes, as in BYOL-A.
    case power
    /// As in COLA.
    case magnitude
  }

  package enum Level: String, Codable, Sendable, CaseIterable {
    /// As loud as the file is.
    case stored
    /// Of a clip, the mean of the squares is that of one second whose length as a vector is 1, as in COLA.
    case unit
  }

  /// Samples a second.
  package var rate: Int
  /// Samples of a Fourier transform, a power of 2.
  package var fft: Int
  /// Samples of a frame, at most `fft`; Hann's window, as long as that, stands in the middle of the transform.
  package var window: Int
  /// Samples from one frame to the next.
  package var hop: Int
  package var bands: Int
  /// In hertz.
  package var low: Double
  package var high: Double
  package var scale: MelScale
  package var energy: Energy
  package var level: Level
  /// A band's value is log(min(max(energy + offset, floor), ceiling)).
  package var offset: Double
  package var floor: Double
  package var ceiling: Double

  /// BYOL-A's: 1024 samples each 10 ms, 64 bands from 60 to 7800 Hz.
  package init(
    rate: Int = 16_000, fft: Int = 1024, window: Int? = nil, hop: Int? = nil, bands: Int = 64, low: Double = 60,
    high: Double? = nil, scale: MelScale = .htk, energy: Energy = .power, level: Level = .stored,
    offset: Double = Self.epsilon, floor: Double = 0, ceiling: Double = 1e30
  ) {
    self.rate = rate
    self.fft = fft
    self.window = window ?? fft
    self.hop = hop ?? max(1, rate / 100)
    self.bands = bands
    self.low = low
    self.high = high ?? min(7800, 0.4875 * Double(rate))
    self.scale = scale
    self.energy = energy
    self.level = level
    self.offset = offset
    self.floor = floor
    self.ceiling = ceiling
  }

  /// The distance of 1 from the next float.
  package static let epsilon = 1.1920928955078125e-7

  /// The samples of so many frames, the first and the last of which are centred at the ends.
  package func samples(ofFrames frames: Int) -> Int { (frames - 1) * hop }

  package func seconds(ofFrames frames: Int) -> Double { Double(samples(ofFrames: frames)) / Double(rate) }

  /// The frames that last at least so long, a multiple of 16, by which networks divide.
  package func frames(lasting seconds: Double) -> Int {
    let needed = wholeNumber((seconds * Double(rate) / Double(hop)).rounded(.up), in: 0...Self.mostFrames) + 1
    return min(max(16, (needed + 15) / 16 * 16), Self.mostFrames)
  }

  static let mostFrames = 1 << 17

  /// As half a sentence.
  package var summary: String {
    "\(bands) mel bands (\(scale.rawValue)) from \(plain(low)) to \(plain(high)) Hz, every \(plain(1000 * Double(hop) / Double(rate))) ms"
  }
}

extension MelFrontEnd: Validated {
  static let rates = 1000...192_000
  static let ffts = 32...32_768

  package func validate() throws(SettingError) {
    try check(rate, in: Self.rates, "rate")
    try check(fft, in: Self.ffts, "fft")
    guard fft.nonzeroBitCount == 1 else { throw SettingError("fft", fft, expected: "a power of 2") }
    try check(window, in: 2...fft, "window")
    try check(hop, in: 1...rate, "hop")
    try check(bands, in: 8...512, "bands")
    try check(low, in: 0...96_000, "low")
    try check(high, in: 1...Double(rate) / 2, "high")
    guard low < high else { throw SettingError("low", low, expected: "below high, \(plain(high))") }
    try check(offset, in: 0...1, "offset")
    try check(floor, in: 0...1, "floor")
    guard offset + floor > 0 else { throw SettingError("floor", floor, expected: "above 0 where offset is 0") }
    try check(ceiling, in: 1...1e38, "ceiling")
  }
}

/// What is the same for all spectrograms of a front end.
final class MelSpectra: Sendable {
  let frontEnd: MelFrontEnd
  // An immutable plan that several threads may use at once.
  private nonisolated(unsafe) let plan: OpaquePointer?

  init(_ frontEnd: MelFrontEnd) {
    self.frontEnd = frontEnd
    var window = [Float](repeating: 0, count: frontEnd.fft)
    let first = (frontEnd.fft - frontEnd.window) / 2
    for place in 0..<frontEnd.window {
      window[first + place] = Float(0.5 - 0.5 * cos(2 * .pi * Double(place) / Double(frontEnd.window)))
    }
    let filters = frontEnd.scale.filters(
      bands: frontEnd.bands, low: frontEnd.low, high: frontEnd.high, fft: frontEnd.fft, rate: frontEnd.rate)
    plan = cspectra_open(frontEnd.fft, window, frontEnd.bands, filters)
  }

  deinit { cspectra_close(plan) }

  /// The bands of each frame, [bands, frames] row by row.
  ///
  /// - Parameters:
  ///   - samples: at least one; around them they are mirrored.
  ///   - frames: frame i is centred at sample i · hop.
  func logMel(of samples: [Float], frames: Int) throws(SoundProblem) -> [Float] {
    var result = [Float](repeating: 0, count: frontEnd.bands * frames)
    let rule = cspectra_rule(
      hop: frontEnd.hop, takes_magnitude: frontEnd.energy == .magnitude, offset: Float(frontEnd.offset),
      floor: Float(frontEnd.floor), ceiling: Float(frontEnd.ceiling))
    guard let plan, cspectra_bands(plan, rule, samples, samples.count, frames, &result) else {
      throw SoundProblem("finds no memory for its spectrogram")
    }
    return result
  }

  /// The samples as loud as the front end wants them.
  ///
  /// - Parameter clip: all of the clip, of which `samples` are a part.
  func levelled(_ samples: [Float], of clip: [Float]) -> [Float] {
    guard frontEnd.level == .unit else { return samples }
    let squares = clip.reduce(0.0) { $0 + Double($1) * Double($1) }
    let scale = Float((Double(clip.count) / (Double(frontEnd.rate) * max(squares, 1e-12))).squareRoot())
    return samples.map { $0 * scale }
  }
}
