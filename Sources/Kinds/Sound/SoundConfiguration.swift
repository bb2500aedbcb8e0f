import Backbones
import Learning
import Samples
import Settings

/// How sound becomes the input of a model. It is fitted once, and then used unchanged on all data of the run.
public struct SoundConfiguration: Codable, Sendable, Equatable {
  var reading: SoundReading
  package var frontEnd: MelFrontEnd
  /// Frames of a training view, and of a clip, which is what evaluation looks at; multiples of 16.
  package var viewFrames: Int
  package var clipFrames: Int
  /// Samples from the beginning of a clip to that of the next; nil for the length of a clip.
  var stride: Int?
  package var shortClips: ShortClipRule
  /// Of the log-mel spectrograms of the training samples.
  package var mean: Float
  package var deviation: Float
  /// How training views are drawn.
  package var recipe: SoundRecipe

  /// A hundred days at the highest rate.
  static let mostSamples = 1 << 41
  /// More would need gigabytes for a batch.
  static let mostValues = 1 << 22

  var cutting: SoundCutting {
    let length = frontEnd.samples(ofFrames: clipFrames)
    return SoundCutting(length: length, stride: stride ?? length)
  }

  private func seconds(_ frames: Int) -> String { SoundTime.text(frontEnd.seconds(ofFrames: frames)) }
}

extension SoundConfiguration: DataSettings {
  public static var kind: String { "sound" }
  public static var plural: String { "clips" }
  public static var nameColumn: String { "path" }

  public var summary: String { "\(seconds(viewFrames)) of log-mel, \(recipe.summary)" }

  public var details: [Explanation] {
    [
      "clips of \(seconds(clipFrames)) at \(reading.rate) samples a second; \(frontEnd.summary)",
      shortClips == .repeat ? "a shorter clip is repeated" : "silence follows a shorter clip",
    ].map { Explanation($0) }
  }

  /// Of the view that evaluation looks at.
  public var sampleShapes: [[Int]]? { [[1, frontEnd.bands, clipFrames]] }

  public func scan(_ places: [String], _ annotations: Annotations) throws -> any SampleCollection {
    let files = try SoundFiles(places, annotations, fewest: 1)
    return SoundCollection(try SoundSamples(files, self), self)
  }

  public func open(_ listing: SoundListing) throws -> any SampleCollection {
    let files = try SoundFiles(listing.files)
    return SoundCollection(SoundSamples(files, listed: listing.clips, rate: reading.rate), self)
  }

  public func drawingViews(as other: SoundConfiguration) -> SoundConfiguration {
    var result = self
    result.recipe = other.recipe
    return result
  }

  public func changed(by options: OptionValues) throws(Refusal) -> SoundConfiguration {
    for name in Sounds.fixedOptions where options[name] != nil {
      throw Refusal(
        name, nil, "cannot be changed: a run that is made again hears as the first", .leaveOut)
    }
    var result = self
    result.recipe.apply(options)
    return result
  }

  public func fineTuning(_ backbone: BackboneConfiguration, labelCount: Int) -> FineTuning {
    .adapting(to: labelCount, epochs: 10...100, batchSize: 32, weightDecay: 0.01)
  }

  public var usualDraws: Int { 3 }

  public var exportedInput: ExportedInput {
    ExportedInput(
      shape: [1, frontEnd.bands, clipFrames],
      preparation:
        "A log-mel spectrogram [1, \(frontEnd.bands) bands, \(clipFrames) frames] of \(seconds(clipFrames)) of sound at "
        + "\(reading.rate) samples a second, one channel: \(frontEnd.summary); Fourier transforms of \(frontEnd.fft) samples, "
        + "Hann's window of \(frontEnd.window), frames centred, the sound mirrored at its ends; the logarithm of "
        + "min(max(\(frontEnd.energy.rawValue) + \(frontEnd.offset), \(frontEnd.floor)), \(frontEnd.ceiling)), less \(mean), divided by "
        + "\(deviation). " + (shortClips == .repeat ? "Shorter sound is repeated." : "Silence follows shorter sound."),
      metadata: SoundMetadata(
        frontEnd: frontEnd, clipFrames: clipFrames, shortClips: shortClips, mean: mean, deviation: deviation),
      limits: [
        "It takes spectrograms, not samples: the front end is not part of the file.",
        "It hears nothing outside of \(plain(frontEnd.low)) to \(plain(frontEnd.high)) Hz.",
      ])
  }
}

private struct SoundMetadata: Encodable, Sendable {
  let frontEnd: MelFrontEnd
  let clipFrames: Int
  let shortClips: ShortClipRule
  let mean: Float
  let deviation: Float
}

extension SoundConfiguration: Validated {
  public func validate() throws(SettingError) {
    try Settings.validate(frontEnd, under: "frontEnd")
    guard reading.rate == frontEnd.rate else {
      throw SettingError("reading.rate", reading.rate, expected: "the front end's, \(frontEnd.rate)")
    }
    try check(viewFrames, in: 16...MelFrontEnd.mostFrames, "viewFrames")
    try check(clipFrames, in: viewFrames...MelFrontEnd.mostFrames, "clipFrames")
    guard clipFrames * frontEnd.bands <= Self.mostValues else {
      throw SettingError(
        "clipFrames", clipFrames,
        expected: "at most \(Self.mostValues / frontEnd.bands) frames of \(frontEnd.bands) bands")
    }
    if let stride { try check(stride, in: 1...Self.mostSamples, "stride") }
    guard mean.isFinite else { throw SettingError("mean", "\(mean)", expected: "a finite number") }
    guard deviation.isFinite, deviation > 0 else {
      throw SettingError("deviation", "\(deviation)", expected: "a finite number above 0")
    }
    try Settings.validate(recipe, under: "recipe")
  }
}
