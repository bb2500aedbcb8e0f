import Learning
import Samples
import Settings

/// Clips of sound as a collection of samples.
package struct SoundCollection: SampleCollection {
  package let soundConfiguration: SoundConfiguration
  let samples: SoundSamples
  private let spectra: MelSpectra
  /// What a look at some clips said; empty where nobody looked.
  private let surveyed: [String]

  /// Decoded clips may take up to an eighth of the memory.
  private static let cacheBytes = MachineMemory.current.total / 8
  private let cache = ClipCache(limit: Self.cacheBytes)

  init(_ samples: SoundSamples, _ configuration: SoundConfiguration, warnings: [String] = []) {
    self.samples = samples
    soundConfiguration = configuration
    spectra = MelSpectra(configuration.frontEnd)
    surveyed = warnings
  }

  package var names: [String] { samples.names }
  package var labels: Labels? { samples.labels }
  package var groups: Groups? { samples.groups }
  package var skipped: [SampleError] { samples.files.labelled.skipped }
  package var leftOut: [LeftOutFiles] { samples.files.labelled.leftOut }
  package var notes: [String] { samples.files.labelled.notes + samples.notes }
  package var warnings: [String] { surveyed }
  package var configuration: DataConfiguration { DataConfiguration(soundConfiguration) }

  package func listing(of indices: [Int]) -> SampleListing {
    // Files that no clip is of are not listed.
    let used = Set(indices.map { samples.clips[$0].file }).sorted()
    let place = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($0.element, $0.offset) })
    let clips = indices.map { index in
      let clip = samples.clips[index]
      return SoundClip(file: place[clip.file] ?? 0, start: clip.start, count: clip.count)
    }
    return SampleListing(SoundListing(files: samples.files.labelled.listing(of: used), clips: clips))
  }

  package func trainingViews(
    _ plan: ViewPlan, of indices: [Int], seed: UInt64
  ) throws(DatasetError) -> any ViewSource {
    switch plan {
    case .single: return views(indices, .single(seed: seed))
    case .grid:
      guard soundConfiguration.viewFrames == soundConfiguration.frontEnd.bands else {
        throw .undecided(
          "The method wants views that are squares, as many frames as bands (\(soundConfiguration.frontEnd.bands)), and they have "
            + "\(soundConfiguration.viewFrames) frames: choose the length of a view",
          setting: Sounds.viewSeconds.option.name)
      }
      return views(indices, .single(seed: seed))
    case .pair, .spectrogramPair: return views(indices, .pair(soundConfiguration.recipe, seed: seed))
    case .labelledPair:
      return try ClassifiedViews(trainingViews(.pair, of: indices, seed: seed), classes: trainingClasses(of: indices))
    default: throw .planNotProvided(plan: plan.rawValue, kind: SoundConfiguration.plural)
    }
  }

  package func supervisedViews(seed: UInt64) -> any ViewSource { views(Array(names.indices), .supervised(seed: seed)) }

  package func evaluationView(of indices: [Int]) -> any ViewSource { views(indices, .clean) }

  /// What fills a clip up is no part of it.
  package func stepsView(of indices: [Int]) -> any ViewSource { views(indices, .measured) }

  package func pretextTask(of indices: [Int], seed: UInt64) throws(DatasetError) -> PretextTask {
    PretextTask(
      "whether a sound runs backwards", classCount: 2,
      views: TamperedViews(clean: evaluationView(of: indices), tampered: views(indices, .backwards)))
  }

  package var disturbances: [Disturbance.Kind] { [.noise, .lostSound] }

  package func disturbedViews(_ disturbance: Disturbance, of indices: [Int], seed: UInt64) -> any ViewSource {
    views(indices, .disturbed(disturbance, seed: seed))
  }

  func views(_ indices: [Int], _ form: SoundViews.Form) -> SoundViews {
    SoundViews(samples, of: indices, form: form, soundConfiguration, spectra: spectra, cache: cache)
  }

  package func numbers(
    in columns: [String], of file: String?, parse: (String) -> Double?
  ) throws(DatasetError) -> (columns: [[Double?]], splits: [Labels.Split?]) {
    let (values, splits) = try samples.files.labelled.numbers(in: columns, of: file, parse: parse)
    return (
      values.map { column in samples.clips.map { column[$0.file] } }, samples.clips.map { splits[$0.file] }
    )
  }

  package func changes() -> SampleChanges? {
    samples.files.labelled.changes { place in try? SoundFiles.scan([place]).files }
  }

  package func samplesInMemory(of indices: [Int]) -> (byteCount: Int, share: Double) {
    ClipCache.kept(
      of: indices.reduce(0) { $0 + samples.clips[$1].count * MemoryLayout<Float>.size }, limit: Self.cacheBytes)
  }

  /// The log-mel spectrogram of a clip as long as it is, neither repeated nor standardised; nil if it cannot be read.
  func ownSpectrogram(of sample: Int) -> Result<Spectrogram, SampleError> {
    do throws(SoundProblem) {
      let clip = try samples.values(of: sample, soundConfiguration.reading)
      let frames = clip.count / soundConfiguration.frontEnd.hop + 1
      let values = try spectra.logMel(of: spectra.levelled(clip, of: clip), frames: frames)
      return .success(Spectrogram(bands: soundConfiguration.frontEnd.bands, frames: frames, values: values))
    } catch {
      return .failure(SampleError(name: names[sample], reason: error.reason))
    }
  }

  /// A spectrogram, and the beginning of the clip to listen to.
  package func preview(of sample: Int, side: Int) -> SamplePreview? {
    guard case .success(let spectrogram) = ownSpectrogram(of: sample),
      let picture = SoundPicture.drawn(spectrogram, side: side)
    else { return nil }
    let sound = try? SoundExcerpt.sound(
      samples.values(of: sample, soundConfiguration.reading), soundConfiguration.reading)
    return sound.map { .sound(picture, $0) } ?? .picture(picture)
  }
}

extension ViewPlan {
  /// As `pair`, for methods that take spectrograms alone.
  package static let spectrogramPair: ViewPlan = "pair of spectrograms"
}
