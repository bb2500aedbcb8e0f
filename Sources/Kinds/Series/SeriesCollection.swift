import Learning
import Samples
import Settings

/// Series as a collection of samples.
package struct SeriesCollection: SampleCollection {
  package let seriesConfiguration: SeriesConfiguration
  let samples: SeriesSamples
  /// The places of the samples among all of their files.
  private let places: [Int]

  init(_ samples: SeriesSamples, _ configuration: SeriesConfiguration) {
    self.samples = samples
    seriesConfiguration = configuration
    places = samples.kept ?? Array(samples.names.indices)
  }

  package var names: [String] { samples.names }
  package var labels: Labels? { samples.labels }
  package var groups: Groups? { samples.groups }
  package var skipped: [SampleError] { samples.skipped }
  package var leftOut: [LeftOutFiles] { samples.leftOut }
  package var notes: [String] { samples.notes + [farChannels].compactMap(\.self) }

  /// So many series are looked at for values far from those of the training data.
  private static let examined = 200

  private var farChannels: String? {
    let scaling = seriesConfiguration.scaling
    guard scaling.rule == .channel else { return nil }
    var counts = scaling.means.map { _ in FarValues() }
    for sample in Array(samples.names.indices).evenlySpread(Self.examined) {
      for (offset, value) in scaling.scaled(samples.values(of: sample)).enumerated() {
        counts[offset % counts.count].count(value)
      }
    }
    let far = counts.indices.filter { counts[$0].areMost }.map { "'\(samples.channels[$0])'" }
    guard !far.isEmpty else { return nil }
    return FarValues.sentence + "\(Figure.counted(far.count, "channel")): \(listed(far, limit: 5))."
  }
  package var warnings: [String] { samples.warnings }
  package var configuration: DataConfiguration { DataConfiguration(seriesConfiguration) }

  package func listing(of indices: [Int]) -> SampleListing {
    SampleListing(
      SeriesListing(files: samples.files, samples: indices.map { places[$0] }, labels: samples.labelFile))
  }

  package func trainingViews(
    _ plan: ViewPlan, of indices: [Int], seed: UInt64
  ) throws(DatasetError) -> any ViewSource {
    switch plan {
    case .wholeSeries: return views(indices, .whole(seed: seed))
    case .pair: return views(indices, .pair(seriesConfiguration.recipe, seed: seed))
    case .labelledPair:
      return try ClassifiedViews(trainingViews(.pair, of: indices, seed: seed), classes: trainingClasses(of: indices))
    default: throw .planNotProvided(plan: plan.rawValue, kind: SeriesConfiguration.plural)
    }
  }

  package var steps: (any RecordedSteps)? { SeriesSteps(samples, seriesConfiguration.scaling) }

  package func evaluationView(of indices: [Int]) -> any ViewSource { views(indices, .clean) }

  package func pretextTask(of indices: [Int], seed: UInt64) throws(DatasetError) -> PretextTask {
    PretextTask(
      "whether the pieces of a series stand in their order", classCount: 2,
      views: TamperedViews(clean: evaluationView(of: indices), tampered: views(indices, .shuffled(seed: seed))))
  }

  package var disturbances: [Disturbance.Kind] { [.noise, .lostSteps] }

  package func disturbedViews(_ disturbance: Disturbance, of indices: [Int], seed: UInt64) -> any ViewSource {
    views(indices, .disturbed(disturbance, seed: seed))
  }

  private func views(_ indices: [Int], _ form: SeriesViews.Form) -> SeriesViews {
    SeriesViews(samples, of: indices, form: form, scaling: seriesConfiguration.scaling)
  }

  /// A hash of the values.
  package func fingerprint(of sample: Int) -> UInt64? {
    samples.values(of: sample).withUnsafeBytes { Samples.fingerprint(of: $0) }
  }

  package func preview(of sample: Int, side: Int) -> SamplePreview? {
    SeriesPicture.drawn(samples.values(of: sample), channels: samples.channels.count, side: side).map { .picture($0) }
  }
}

extension ViewPlan {
  /// One view: the whole series, or a random stretch of a very long one.
  package static let wholeSeries: ViewPlan = "whole series"
}
