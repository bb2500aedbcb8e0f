import Samples
import Settings

/// How random views of a series are drawn. What is drawn for a view is drawn for all its channels, except noise.
///
/// Sizes are relative to the scaled values, whose standard deviation is about 1.
package struct SeriesRecipe: Codable, Sendable, Equatable {
  /// The part of the steps that a view shows, drawn evenly between these two; 1 for the whole series.
  package var leastCrop: Double
  package var mostCrop: Double
  /// The standard deviation of noise that is added to each value (jitter).
  package var jitter: Double
  /// The standard deviation of a factor around 1 for each channel (scaling).
  package var scaling: Double
  /// The part of the steps that are hidden, in stretches (masking).
  package var masking: Double
  /// The most pieces that a view is cut into, which then stand in random order (permutation); 1 for none.
  package var pieces: Int
  /// The size of frequencies that are added or taken away, three for each channel.
  package var frequencyNoise: Double

  package init(
    leastCrop: Double = 1, mostCrop: Double = 1, jitter: Double = 0, scaling: Double = 0, masking: Double = 0,
    pieces: Int = 1, frequencyNoise: Double = 0
  ) {
    self.leastCrop = leastCrop
    self.mostCrop = mostCrop
    self.jitter = jitter
    self.scaling = scaling
    self.masking = masking
    self.pieces = pieces
    self.frequencyNoise = frequencyNoise
  }

  /// As half a sentence.
  var summary: String {
    var parts: [String] = []
    if leastCrop < 1 { parts.append("crops of \(plain(leastCrop)) to \(plain(mostCrop)) of a series") }
    if jitter > 0 { parts.append("noise of \(plain(jitter))") }
    if scaling > 0 { parts.append("scaled by \(plain(scaling))") }
    if masking > 0 { parts.append("\(plain(masking)) of the steps hidden") }
    if pieces > 1 { parts.append("up to \(pieces) pieces in random order") }
    if frequencyNoise > 0 { parts.append("frequencies changed by \(plain(frequencyNoise))") }
    return parts.isEmpty ? "whole series" : parts.joined(separator: ", ")
  }

  /// What a user chose instead.
  mutating func apply(_ options: OptionValues) throws(Refusal) {
    if let least = options[TimeSeries.leastCrop] { leastCrop = least }
    if let most = options[TimeSeries.mostCrop] { mostCrop = most }
    if let jitter = options[TimeSeries.jitter] { self.jitter = jitter }
    if let scaling = options[TimeSeries.amplitude] { self.scaling = scaling }
    if let masking = options[TimeSeries.masking] { self.masking = masking }
    if let pieces = options[TimeSeries.pieces] { self.pieces = pieces }
    if let noise = options[TimeSeries.frequencyNoise] { frequencyNoise = noise }
    guard leastCrop <= mostCrop else {
      throw Refusal(
        TimeSeries.leastCrop.option.name, leastCrop, "is more than \(plain(mostCrop)), the largest part of a series",
        .change(
          "choose a smaller one", settings: [TimeSeries.leastCrop.option.name, TimeSeries.mostCrop.option.name]))
    }
  }
}

extension SeriesRecipe: Validated {
  package func validate() throws(SettingError) {
    try check(leastCrop, in: 0.01...1, "leastCrop")
    try check(mostCrop, in: 0.01...1, "mostCrop")
    guard leastCrop <= mostCrop else {
      throw SettingError("leastCrop", leastCrop, expected: "at most mostCrop, \(plain(mostCrop))")
    }
    try check(jitter, in: 0...10, "jitter")
    try check(scaling, in: 0...10, "scaling")
    try check(masking, in: 0...0.9, "masking")
    try check(pieces, in: 1...100, "pieces")
    try check(frequencyNoise, in: 0...10, "frequencyNoise")
  }
}
