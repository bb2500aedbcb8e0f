import Backbones
import Foundation
import Learning
import Samples
import Settings

/// Sound files: what libsndfile reads, as log-mel spectrograms.
public enum Sounds: DataKind {
  public typealias Settings = SoundConfiguration

  public static var summary: String {
    "sound files in folders: WAV, AIFF, AU, CAF, FLAC, Ogg, Opus and MP3; long ones are cut into clips"
  }
  public static var plans: [ViewPlan] { [.single, .grid, .pair, .labelledPair, .spectrogramPair] }
  public static var candidates: [MethodName] { ["simclr", "cola", "byol-a", "vicreg", "barlow-twins"] }
  public static var usualBackbone: BackboneName { "byol-a-cnn" }
  public static var presets: [Preset] { SoundPresets.all }

  // MARK: Finding

  /// Sound by its name or its first bytes, and folders most of whose files are sound by their names.
  public static func claim(_ places: [String]) -> Claim? {
    guard !places.isEmpty else { return nil }
    let areFolders = places.map { resolve($0)?.isFolder ?? false }
    let areSound = zip(places, areFolders).map { place, isFolder in
      isFolder ? holdsSound(place) : isNamedSound(place) || isSound(place)
    }
    if areSound.allSatisfy({ $0 }) {
      return Claim(
        .certain,
        because: areFolders.contains(true) ? "most files in the folder are sound by their names" : "the files are sound"
      )
    }
    return areFolders.contains(true) ? Claim(.onRequest, because: "a folder may hold sound") : nil
  }

  private static func isNamedSound(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    let suffix = name[name.index(after: dot)...].lowercased()
    return SoundFile.extensions.contains(suffix)
      || ForeignSound.extensions.contains(suffix) && !Self.videoSuffixes.contains(suffix)
  }

  /// Names of sound that are more often those of videos.
  private static let videoSuffixes: Set<String> = ["mp4", "webm"]

  private static func isSound(_ place: String) -> Bool {
    resolve(place).map { SoundFile.verdict(on: $0.path) == .sample } ?? false
  }

  /// So many files of a folder are looked at.
  private static let examined = 1000

  private static func holdsSound(_ folder: String) -> Bool {
    guard let files = FileManager.default.enumerator(atPath: folder) else { return false }
    var (sounds, others, seen) = (0, 0, 0)
    while seen < examined, let name = files.nextObject() as? String {
      guard name.contains("."), !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { continue }
      seen += 1
      if isNamedSound(name) { sounds += 1 } else { others += 1 }
    }
    return sounds > others
  }

  public static func source(
    _ places: [String], _ annotations: Annotations, _ options: OptionValues
  ) throws -> any DataSource {
    SoundSource(try SoundFiles(places, annotations, fewest: 2))
  }
}

/// Sound files that were found: `try SoundSource("recordings")`.
public struct SoundSource: DataSource {
  let files: SoundFiles

  init(_ files: SoundFiles) { self.files = files }

  /// - Parameters:
  ///   - places: files, and folders that hold them.
  ///   - labels: a CSV with the columns path, label and perhaps split; nil if folders are the labels, or there are none.
  public init(_ places: String..., labels: String? = nil) throws(DatasetError) {
    self.init(try SoundFiles(places, Annotations(labels: labels.map { .file($0) }), fewest: 2))
  }

  public var kind: String { Sounds.name }

  /// Longer files are cut unless a user says otherwise.
  private static let longestClip = 10.0
  private static let usualView = 0.95

  public func propose(_ request: DataRequest) throws -> DataProposal {
    let preset = try request.preset(usual: SoundPresets.usual)
    let options = request.options.completed(by: preset.input.options)
    let frontEnd = try Sounds.frontEnd(options)
    let viewFrames = frontEnd.frames(lasting: options[Sounds.viewSeconds] ?? Self.usualView)
    let asked = options[Sounds.clipSeconds]
    let clipFrames = max(viewFrames, frontEnd.frames(lasting: asked ?? min(files.usualLength, Self.longestClip)))
    var recipe = SoundRecipe()
    recipe.apply(options)
    var configuration = SoundConfiguration(
      reading: SoundReading(rate: frontEnd.rate, mixing: options[Sounds.mixing] ?? .mean), frontEnd: frontEnd,
      viewFrames: viewFrames, clipFrames: clipFrames, stride: try Sounds.strideSamples(options, rate: frontEnd.rate),
      shortClips: options[Sounds.shortClips] ?? .repeat, mean: 0, deviation: 1, recipe: recipe)
    try configuration.validate()
    let samples = try SoundSamples(files, configuration)
    guard samples.clips.count >= 2 else {
      throw DatasetError.tooFewSamples(count: samples.clips.count, lookedFor: SoundFile.lookedFor)
    }
    let training = try SoundCollection(samples, configuration).trainingIndices()
    let survey = SoundSurvey(samples, of: training, frontEnd, configuration.reading)
    (configuration.mean, configuration.deviation) = (survey.mean, survey.deviation)
    var choices: [Choice] = []
    if asked == nil {
      choices.append(
        Choice(
          "clips", SoundTime.text(frontEnd.seconds(ofFrames: clipFrames)),
          because: files.usualLength > Self.longestClip
            ? "longer files are cut"
            : files.usualLength < files.longest
              ? "19 of 20 files are no longer, and the others are cut" : "as long as the longest file"))
    }
    return DataProposal(
      data: SoundCollection(samples, configuration, warnings: survey.warnings), preset: preset, choices: choices)
  }
}
