import Datasets
import Foundation
import Measures
import Torch
import Training

/// How well a run's network tells classes apart once all its weights were fine-tuned with a part of the labels, beside
/// the same network from scratch.
public struct FineTuningReport: Codable, Sendable {
  public struct Row: Codable, Sendable {
    public let representation: Representation.Kind
    /// One entry a draw of the labels.
    public let results: [ClassificationMetrics]
    /// The epoch whose weights were taken, a draw.
    public let epochs: [Int]
  }

  public let run: String
  public let classes: [String]
  /// Labels that weights were changed with, that decided when to stop, and that judge; of the first draw.
  public let trainingCount: Int
  public let validationCount: Int
  public let testCount: Int
  public let division: String
  public let rows: [Row]

  /// - Parameters:
  ///   - fraction: part of the training labels, above 0 to 1.
  ///   - seeds: each draws labels, and where there is no validation part a fifth of them as such, and initialises the
  ///     head. The network from scratch is always as the run initialised it.
  public init(
    of run: RunFolder, on data: any SampleCollection, _ tuning: FineTuning = FineTuning(), fraction: Double = 1,
    seeds: [UInt64] = [0], baselines: [Representation.Kind] = [.randomInitialisation],
    progress: (String) -> Void = { _ in }
  ) throws {
    guard let labels = data.labels, !labels.classes.isEmpty else { throw EvaluationError.noLabels }
    let division = try RepresentationReport.Division(of: labels, seed: seeds.first ?? 0)
    try RepresentationReport.check(division, labels)
    let (configuration, _) = try run.open()
    let device = configuration.torchDevice

    func views(_ samples: [Int]) throws -> LabelledViews {
      try LabelledViews(
        data.evaluationView(of: samples), labels: samples.compactMap { labels.classIndices[$0] }, on: device)
    }
    let test = try views(division.test)
    let fixed = labels.samples(in: .validation)
    var rows: [Row] = []
    var counts = (training: 0, validation: 0)
    for kind in [.trained] + baselines {
      var results: [ClassificationMetrics] = []
      var epochs: [Int] = []
      for (number, seed) in seeds.enumerated() {
        progress("Fine-tuning \(kind.rawValue), draw \(number + 1) of \(seeds.count)")
        let (training, validation) = try Self.draw(
          from: division.training, fixed: fixed, labels, fraction: fraction, seed: seed)
        if number == 0 { counts = (training.count, validation.count) }
        let encoder = try Encoder(of: run, isTrained: kind == .trained)
        if number == 0 { for damage in encoder.damaged { progress("\(damage); using the one before it") } }
        let classifier = try tuning.fit(
          encoder.backbone, training: views(training), validation: views(validation),
          classCount: labels.classes.count, seed: seed, on: device)
        results.append(try ClassificationMetrics(of: classifier.probabilities(of: test), labels: test.labels))
        epochs.append(classifier.bestEpoch)
      }
      rows.append(Row(representation: kind, results: results, epochs: epochs))
    }
    self.run = run.path
    classes = labels.classes
    (trainingCount, validationCount) = counts
    testCount = test.labels.count
    self.division = division.origin
    self.rows = rows
  }

  /// Labels to learn from and to stop by.
  private static func draw(
    from samples: [Int], fixed: [Int], _ labels: Labels, fraction: Double, seed: UInt64
  ) throws -> (training: [Int], validation: [Int]) {
    func stratified(_ samples: [Int], _ fraction: Double, _ seed: UInt64) throws -> [Int] {
      try stratifiedSubset(of: samples.compactMap { labels.classIndices[$0] }, fraction: fraction, seed: seed).map {
        samples[$0]
      }
    }
    let known = fraction < 1 ? try stratified(samples, fraction, seed) : samples
    if !fixed.isEmpty { return (known, fixed) }
    // A class of one label keeps it for learning.
    let counts = Dictionary(grouping: known) { labels.classIndices[$0] }.mapValues(\.count)
    let candidates = known.filter { (counts[labels.classIndices[$0]] ?? 0) > 1 }
    guard !candidates.isEmpty else { throw EvaluationError.tooFewLabels(known.count) }
    let held = Set(try stratified(candidates, 0.2, seed &+ 1))
    return (known.filter { !held.contains($0) }, known.filter(held.contains))
  }

  /// For people.
  public var text: String {
    var lines = [
      "\(classes.count) classes; \(trainingCount) labels to learn from, \(validationCount) to stop by, \(testCount) test "
        + "samples: \(division).", "",
    ]
    func cell(_ values: [Double]) -> String {
      guard let low = values.min(), let high = values.max() else { return "–" }
      let mean = values.reduce(0, +) / Double(values.count)
      let range = values.count > 1 ? String(format: " (%.1f–%.1f)", low * 100, high * 100) : ""
      return String(format: "%.1f", mean * 100) + range
    }
    let table =
      [["network before fine-tuning", "accuracy", "balanced", "AUROC"]]
      + rows.map { row in
        [
          row.representation.rawValue, cell(row.results.map(\.accuracy.value)),
          cell(row.results.map(\.balancedAccuracy.value)), cell(row.results.compactMap(\.auroc?.value)),
        ]
      }
    lines += alignedColumns(table)
    if rows.contains(where: { $0.results.count > 1 }) {
      lines += ["", "Ranges: the lowest and highest over the draws of labels and the seeds."]
    }
    return lines.joined(separator: "\n")
  }
}
