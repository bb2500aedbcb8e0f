import Evaluation
import Foundation
import Learning
import Measures
import Samples
import Torch
import Training

/// What a run learned, as one page that needs nothing but a browser: `try Report(of: run).write(to: "report.html")`.
public struct Report {
  /// What is left out of large sets; the page says so.
  public struct Limits: Sendable {
    /// How many samples are encoded and searched for neighbours.
    public var samples = 20_000
    /// How many are drawn on the map: the time for it grows with the square.
    public var mapPoints = 2_000

    public init() {}
  }

  public let run: RunFolder
  public let configuration: RunConfiguration
  public let findings: [Finding]

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
  let data: any SampleCollection

  /// Encodes the data with the newest checkpoint and gathers what the page shows.
  ///
  /// - Parameters:
  ///   - data: without it, what the run trained on.
  ///   - progress: told what is being done.
  /// - Throws: `RunFolder.Failure` where there is no run or no checkpoint; `DatasetError` where the data are gone.
  public init(
    of run: RunFolder, on data: (any SampleCollection)? = nil, limits: Limits = Limits(),
    progress: (String) -> Void = { _ in }
  ) throws {
    let (configuration, listing) = try run.open()
    self.run = run
    self.configuration = configuration
    history = RunHistory(of: run)
    step = Checkpoint.all(in: run).first?.step ?? 0
    evaluation = try RepresentationReport.kept(in: run)
    labelCurve = try LabelCurve.kept(in: run)
    let data = try data ?? configuration.data.open(listing)
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
    var evidence = Evidence()
    evidence.kind = data.configuration.plural
    evidence.run = run.path
    evidence.sampleCount = samples.total
    evidence.skippedCount = skipped.count
    evidence.step = step
    evidence.totalSteps = configuration.schedule.totalSteps
    evidence.epochs = Double(step) / Double(max(1, configuration.stepsPerEpoch))
    evidence.hasLabels = samples.hasLabels
    evidence.comparison = evaluation.flatMap { Evidence.Comparison($0) }
    evidence.agreement = try Self.agreement(samples)
    evidence.spread = Evidence.Spread(history.metrics)
    evidence.alarms = history.alarms.map(\.description)
    evidence.loss = Evidence.Loss(history.metrics)
    evidence.duplicateCount = odd.duplicates.joined().count
    evidence.contradictoryGroups = odd.duplicates.count { Set($0.compactMap { samples.labels[$0] }).count > 1 }
    evidence.dividedGroups = odd.duplicates.count { Set($0.compactMap { samples.splits[$0] }).count > 1 }
    self.evidence = evidence
    findings = Interpretation(of: evidence).findings
  }

  let evidence: Evidence

  /// Nil where fewer than two classes are known.
  private static func agreement(_ samples: ReportedSamples) throws -> Evidence.Agreement? {
    let rows = samples.labels.indices.filter { samples.labels[$0] != nil }
    let labels = rows.compactMap { samples.labels[$0] }
    let counts = Dictionary(grouping: labels) { $0 }.mapValues(\.count)
    guard counts.count >= 2 else { return nil }
    let bank = try samples.features.indexed(by: Tensor(rows.map(Int64.init)))
    let named = try NearestNeighbours()
      .predictLeavingOneOut(bank: bank, labels: labels, classCount: samples.classes.count).predictions
    return Evidence.Agreement(
      accuracy: Double(zip(named, labels).count { $0 == $1 }) / Double(labels.count),
      majority: Double(counts.values.max() ?? 0) / Double(labels.count), count: labels.count)
  }

  private static func merged(_ samples: [SampleError]) -> [SampleError] {
    var seen: Set<String> = []
    return samples.filter { seen.insert($0.name).inserted }
  }

  /// Writes the page; the file is whole or as before.
  ///
  /// - Throws: `RunFolder.Failure.unwritable`; what stops pictures from being encoded.
  public func write(to path: String) throws {
    let page = try Page(of: self).text
    do {
      try Data(page.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw RunFolder.Failure.unwritable(path: path, reason: error.localizedDescription)
    }
  }

  /// The main figures.
  public struct Summary: Codable, Sendable {
    public let run: String
    public let samples: Int
    public let encoded: Int
    public let onMap: Int
    public let skipped: Int
    public let nearDuplicates: Int
    public let outliers: Int
    public let effectiveRank: Double?
    /// Of the report's own samples, each named by all others.
    public let neighbourAccuracy: Double?
    public let findings: [Finding]
  }

  public var summary: Summary {
    Summary(
      run: run.path, samples: samples.total, encoded: samples.count, onMap: map.rows.count, skipped: skipped.count,
      nearDuplicates: evidence.duplicateCount, outliers: odd.outliers.count, effectiveRank: evidence.spread?.rank,
      neighbourAccuracy: evidence.agreement?.accuracy, findings: findings)
  }
}
