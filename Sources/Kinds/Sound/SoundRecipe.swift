import Samples
import Settings

/// How random views of a clip are drawn. Sizes of values are relative to the standardised spectrogram, whose deviation is
/// about 1.
package struct SoundRecipe: Codable, Sendable, Equatable {
  /// Where the two views of a pair are cut out.
  package enum Places: String, Codable, Sendable, CaseIterable, OptionConvertible {
    /// At one place, as in BYOL-A.
    case same
    /// Each at a place of its own, as in COLA.
    case apart
  }

  package var places: Places
  /// The most by which a view is louder or softer, in decibels.
  package var gain: Double
  /// The deviation of noise that is added to the samples, in root mean squares of the view.
  package var noise: Double
  /// Whether only the second view of a pair gets noise, as in COLA.
  package var spareFirst: Bool
  /// The most of another clip that is mixed in, as in BYOL-A: 0.2 there.
  package var mixing: Double
  /// How far parts are stretched and squeezed along time and pitch: 1 for BYOL-A's 0.6 to 1.5, 0 for not at all.
  package var resizing: Double
  /// The most that is added at the beginning and at the end, with a straight line between them: 1 in BYOL-A.
  package var fader: Double
  /// The largest part of the frames that are hidden in one stretch, and of the bands (SpecAugment, Park et al. 2019).
  package var hiddenTime: Double
  package var hiddenBands: Double

  package init(
    places: Places = .same, gain: Double = 0, noise: Double = 0, spareFirst: Bool = false, mixing: Double = 0,
    resizing: Double = 0, fader: Double = 0, hiddenTime: Double = 0, hiddenBands: Double = 0
  ) {
    self.places = places
    self.gain = gain
    self.noise = noise
    self.spareFirst = spareFirst
    self.mixing = mixing
    self.resizing = resizing
    self.fader = fader
    self.hiddenTime = hiddenTime
    self.hiddenBands = hiddenBands
  }

  /// As half a sentence.
  var summary: String {
    var parts = [places == .same ? "views of one place" : "views of two places"]
    if gain > 0 { parts.append("up to \(plain(gain)) dB louder or softer") }
    if noise > 0 { parts.append("noise of \(plain(noise))") }
    if mixing > 0 { parts.append("up to \(plain(mixing)) of another clip") }
    if resizing > 0 { parts.append("parts stretched and squeezed") }
    if fader > 0 { parts.append("faded") }
    if hiddenTime > 0 || hiddenBands > 0 { parts.append("stretches hidden") }
    return parts.joined(separator: ", ")
  }

  /// What a user chose instead.
  mutating func apply(_ options: OptionValues) {
    if let places = options[Sounds.places] { self.places = places }
    if let gain = options[Sounds.gain] { self.gain = gain }
    if let noise = options[Sounds.noise] { self.noise = noise }
    if let mixing = options[Sounds.mixed] { self.mixing = mixing }
    if let resizing = options[Sounds.resizing] { self.resizing = resizing }
    if let fader = options[Sounds.fader] { self.fader = fader }
    if let hidden = options[Sounds.hiddenTime] { hiddenTime = hidden }
    if let hidden = options[Sounds.hiddenBands] { hiddenBands = hidden }
    if let spare = options[Sounds.spareFirst] { spareFirst = spare > 0 }
  }
}

extension SoundRecipe: Validated {
  package func validate() throws(SettingError) {
    try check(gain, in: 0...60, "gain")
    try check(noise, in: 0...100, "noise")
    try check(mixing, in: 0...0.9, "mixing")
    try check(resizing, in: 0...1, "resizing")
    try check(fader, in: 0...100, "fader")
    try check(hiddenTime, in: 0...0.9, "hiddenTime")
    try check(hiddenBands, in: 0...0.9, "hiddenBands")
  }
}
