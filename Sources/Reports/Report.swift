import Evaluation
import Files
import Foundation
import Learning
import Measures
import Pictures
import Samples
import Settings
import Torch
import Training

/// What a run learned, as one page that needs nothing but a browser:
///
///     try Report(of: run).write(to: "report.html")
public struct Report {
  /// How much of a large set a report shows. The page says what it leaves out.
  public struct Limits: Sendable {
    /// The most samples that are encoded and searched for neighbours.
    public var samples = 20_000
    /// The most samples on the map, whose time grows with the square of their number.
    public var mapPoints = 2_000

    public init() {}
  }

  public let run: RunFolder
  public let configuration: RunConfiguration
  /// What the numbers of the run mean, by topic.
  package let findings: [Finding]
  /// How the page names settings, and what a reader can do.
  public private(set) var wording = Wording.neutral

  let history: RunHistory
  let step: Int
  let evaluation: RepresentationReport?
  let labelCurve: LabelCurve?
  let samples: ReportedSamples
  let skipped: [SampleError]
  let map: EmbeddingMap
  let neighbours: NeighbourLists
  let odd: OddSamples
  let sheets: NeighbourSheets
  package let data: any SampleCollection
  let measurements: RunMeasurements

  /// Encodes the data with the newest checkpoint and gathers what the page shows.
  ///
  /// - Parameters:
  ///   - run: the folder of a run with a checkpoint.
  ///   - data: the samples to show; nil for those that the run trained on.
  ///   - limits: how much of a large set is shown.
  ///   - progress: called with what is done next, a few words each.
  /// - Throws: `RunFolder.Failure` where there is no run or no checkpoint; `DatasetError` where the data are gone.
  public init(
    of run: RunFolder, on data: (any SampleCollection)? = nil, limits: Limits = Limits(),
    progress: (String) -> Void = { _ in }
  ) throws {
    let (configuration, listing) = try run.open()
    self.run = run
    self.configuration = configuration
    history = RunHistory(of: run)
    step = Checkpoint.step(standingFor: run) ?? 0
    evaluation = try RepresentationReport.kept(in: run)
    labelCurve = try LabelCurve.kept(in: run)
    let data = try data ?? run.openSamples(configuration, listing)
    self.data = data
    progress("Encoding \(min(data.names.count, limits.samples)) \(data.configuration.plural)")
    let samples = try ReportedSamples(of: data, encodedBy: run, limit: limits.samples)
    self.samples = samples
    progress("Drawing the map")
    map = try EmbeddingMap(of: samples.features, limit: limits.mapPoints)
    progress("Looking at neighbours")
    neighbours = try NeighbourLists(of: samples.features, count: 10)
    odd = OddSamples(neighbours)
    sheets = try NeighbourSheets(
      features: samples.features, neighbours: neighbours, sparsity: odd.sparsity.distances, labels: samples.labels,
      typicalCount: min(12, max(8, samples.classes.count)), confusedCount: 8)
    skipped = Self.merged(history.skipped + data.skipped + samples.skipped)
    var measured = RunMeasurements()
    measured.kind = data.configuration.plural
    measured.run = run.shownPath
    measured.labelPlace = configuration.data.labelPlace
    measured.hasTemperature = configuration.method.temperature != nil
    measured.sampleCount = samples.total
    measured.skippedCount = skipped.count
    measured.step = step
    measured.totalSteps = configuration.schedule.totalSteps
    measured.epochs = Double(step) / Double(max(1, configuration.stepsPerEpoch))
    measured.hasLabels = samples.hasLabels
    measured.comparison = evaluation.flatMap { RunMeasurements.BaselineComparison($0) }
    measured.curveVerdicts = labelCurve?.verdicts ?? []
    measured.reservations = Self.reservations(evaluation, labelCurve)
    measured.agreement = try Self.agreement(samples)
    measured.dividedGroups =
      try DividedGroups.found(in: data.labels, data.groups) ?? evaluation?.dividedGroups
      ?? labelCurve?.leakage.dividedGroups
    measured.copies = (evaluation?.leakage ?? labelCurve?.leakage)?.copiesSentence
    measured.spread = RunMeasurements.EmbeddingSpread(history.metrics)
    measured.alarms = history.alarms.map(\.description)
    measured.loss = RunMeasurements.LossCourse(history.metrics)
    measured.nearDuplicateCount = odd.duplicates.joined().count
    measured.groupsWithDifferentLabels = odd.duplicates.count { Set($0.compactMap { samples.labels[$0] }).count > 1 }
    measured.groupsInSeveralParts = odd.duplicates.count { Set($0.compactMap { samples.splits[$0] }).count > 1 }
    measurements = measured
    findings = Interpretation(of: measured).findings
  }

  /// What is to be known of the test samples behind the results.
  private static func reservations(_ evaluation: RepresentationReport?, _ curve: LabelCurve?) -> [String] {
    let count = evaluation?.testCount ?? curve?.testCount
    return [
      count.flatMap { TestPart.warning(count: $0, accuracy: evaluation?.bestOwnRow?.accuracy) }.map {
        $0.prefix(1).uppercased() + $0.dropFirst() + "."
      },
      count.flatMap { TestPart.sentence(seen: evaluation?.seenCount ?? curve?.seenCount, of: $0) },
    ].compactMap(\.self)
  }

  /// Nil where labels name fewer than two classes, or where all samples are of one group.
  private static func agreement(_ samples: ReportedSamples) throws -> RunMeasurements.NeighbourAgreement? {
    let rows = samples.labels.indices.filter { samples.labels[$0] != nil }
    let labels = rows.compactMap { samples.labels[$0] }
    let counts = Dictionary(grouping: labels) { $0 }.mapValues(\.count)
    guard counts.count >= 2 else { return nil }
    let places = rows.map { samples.places[$0] }
    // Those of a single group are not asked about each other.
    if samples.groups?.only(of: places) != nil { return nil }
    let bank = try samples.features.indexed(by: Tensor(rows.map(Int64.init)))
    let predicted = try NearestNeighbours()
      .answersLeavingOneOut(bank: bank, labels: labels, groups: samples.groups?.of(places))
    return RunMeasurements.NeighbourAgreement(
      accuracy: Double(zip(predicted, labels).count { $0 == $1 }) / Double(labels.count),
      majority: Double(counts.values.max() ?? 0) / Double(labels.count), count: labels.count)
  }

  private static func merged(_ samples: [SampleError]) -> [SampleError] {
    var seen: Set<ExactText> = []
    return samples.filter { seen.insert(ExactText($0.name)).inserted }
  }

  /// Writes the page. Where this fails, a file that was there before is left as it was.
  ///
  /// - Parameters:
  ///   - wording: how it names settings and what a reader can do.
  ///   - replaces: whether a file of this name is replaced.
  /// - Throws: `RunFolder.Failure.unwritable`; `PreviewPicture.EncodingFailure` where a preview cannot be encoded.
  public func write(to path: String, in wording: Wording = .neutral, replaces: Bool = true) throws {
    var report = self
    report.wording = wording
    let page = try Page(of: report).text
    do throws(FileFailure) {
      try writeFile(Data(page.utf8), to: path, replaces: replaces)
    } catch {
      throw RunFolder.Failure.unwritable(path: path, reason: error.reason)
    }
  }

  /// The main figures of a report, for programs.
  public struct Summary: Codable, Sendable {
    /// The path of the run.
    public let run: String
    /// How many samples the data hold.
    public let samples: Int
    /// How many of them were encoded.
    public let encoded: Int
    /// How many of them are on the map.
    public let onMap: Int
    /// How many could not be read, during training or for the report.
    public let skipped: Int
    /// How many belong to groups of near-duplicates.
    public let nearDuplicates: Int
    public let outliers: Int
    /// The last one of the run; nil where it was not measured.
    public let effectiveRank: Double?
    /// The share of labelled samples whose label is predicted from their nearest neighbours; nil with fewer than two
    /// classes.
    public let neighbourAccuracy: Double?
    package let findings: [Finding]
  }

  /// The main figures.
  public var summary: Summary {
    Summary(
      run: run.path, samples: samples.total, encoded: samples.count, onMap: map.rows.count, skipped: skipped.count,
      nearDuplicates: measurements.nearDuplicateCount, outliers: odd.outliers.count,
      effectiveRank: measurements.spread?.rank,
      neighbourAccuracy: measurements.agreement?.accuracy, findings: findings)
  }
}
