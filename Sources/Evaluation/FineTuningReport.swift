import Backbones
import Foundation
import Learning
import Measures
import Samples
import Settings
import Torch
import Training

/// How well a run's network predicts labels after fine-tuning with a part of them, beside the frozen network, the same
/// network from scratch, and the raw input.
package struct FineTuningReport: Codable, Sendable {
  /// Named as in a curve over the number of labels.
  package enum Line: String, Codable, Sendable, CaseIterable {
    case fineTuned = "fine-tuned"
    case probe = "frozen, linear probe"
    case supervised = "supervised from scratch"
    /// Beside a model that has a probe as its head.
    case untrainedProbe = "untrained, linear probe"
    case rawProbe = "raw input, linear probe"

    var representation: Representation.Kind {
      switch self {
      case .fineTuned, .probe: .trained
      case .supervised, .untrainedProbe: .randomInitialisation
      case .rawProbe: .rawInput
      }
    }

    var origin: ResultLine.Origin { self == .supervised ? .scratch : representation.origin }
  }

  package struct Row: Codable, Sendable {
    package let line: Line
    package let representation: Representation.Kind
    /// One entry a draw of the labels; a single one where each draw would be the same.
    package let results: [PredictionMetrics]
    /// The epoch whose weights were taken, a draw; empty of a probe.
    package let epochs: [Int]
    /// Chosen or given; nil where nothing was trained by steps.
    package let learningRate: Double?
    /// Whether each draw would be the same.
    package let isExact: Bool
    /// Precision and recall of each class, the draws counted together; nil for numbers.
    package let perClass: ClassResults?
  }

  package struct Request {
    /// Part of the training labels, above 0 to 1.
    package var fraction = 1.0
    /// Of one class among several, over all samples that neither stop nor judge; see `SpreadLabels`. The network from
    /// scratch knows no neighbours to spread along.
    package var spreadsLabels = false
    /// Each draws labels, and where there is no validation part a fifth of them as such, and initialises the head, and the
    /// network from scratch.
    package var seeds: [UInt64] = [0]
    package var baselines: [Representation.Kind] = [.randomInitialisation, .rawInput]
    /// The learning rates to choose from, for the fine-tuned network and for the one from scratch; of one, or of none for the
    /// usual one, nothing is chosen.
    package var learningRates: [Double] = [3e-4, 1e-3, 3e-3]
    /// Changes what is usual for the data and the number of labels.
    package var adjust: (inout FineTuning) -> Void = { _ in }

    package init() {}

    /// Whether networks are trained by steps, not only probes fitted.
    var isTrained: Bool {
      var tuning = FineTuning()
      adjust(&tuning)
      return tuning.mode != .probe
    }
  }

  package let run: String
  package let target: TargetKind
  /// Empty for a number.
  package let classes: [String]
  /// Labels that weights were changed with, that decided when to stop, and that judge; of the first draw.
  package let trainingCount: Int
  package let validationCount: Int
  package let testCount: Int
  /// Samples of the data, and how many of them have no target.
  package let sampleCount: Int
  package let unlabelledCount: Int
  /// Test samples that the run was trained on, without their labels.
  package let seenCount: Int
  package let spreadsLabels: Bool
  package let division: String
  package let notes: [String]
  /// What the split column divides.
  package let dividedGroups: [DividedGroups]
  /// Test samples that are also among those that are learned from.
  package let leakage: Leakage?
  package let tuning: FineTuning
  package let rows: [Row]
  /// Which line is best; nil where none has a figure to compare by.
  package let verdict: Verdict?
  /// Where the first draw's model is kept, if anywhere.
  package let model: String?

  /// - Parameters:
  ///   - folder: where the model of the first draw is kept.
  ///   - progress: called with what is being done.
  ///   - report: called after each epoch.
  package init(
    of run: RunFolder, on data: any SampleCollection, targets: Targets, _ request: Request = Request(),
    keepIn folder: RunFolder? = nil, progress: @escaping (String) -> Void = { _ in },
    report: @escaping (FineTuningProgress) throws -> Void = { _ in }
  ) throws {
    // Its place is taken before the work, so that no other process makes a run there meanwhile.
    let hold = try folder?.claim()
    defer { withExtendedLifetime(hold) {} }
    var making = try FineTuningMaking(
      of: run, on: data, targets: targets, request, progress: progress, report: report)
    let (division, views) = (making.division, making.test)
    let learned = try making.learnedSamples(seed: request.seeds.first ?? 0)
    let others = Set(targets.knownSamples).subtracting(learned).sorted()
    var used: FineTuning?
    var counts = (training: 0, validation: 0)
    let rows = try making.rows { network, tuning, labels, result in
      (used, counts) = (tuning, labels)
      guard let folder else { return }
      try FineTunedModel.keep(
        network, in: folder, madeFrom: run, by: tuning, counts: labels, result: result, division: division.origin,
        data: data.configuration, samples: data.listing(of: learned + others), learnedCount: learned.count)
    }
    self.run = run.path
    target = targets.kind
    classes = targets.kind.classes
    (trainingCount, validationCount) = counts
    testCount = views.count
    sampleCount = data.names.count
    unlabelledCount = data.names.count - targets.knownSamples.count
    seenCount = try TestPart.seenCount(of: division.test, in: data, by: run)
    spreadsLabels = request.spreadsLabels
    self.division = division.origin
    notes =
      making.sentences + [TestPart.sentence(seen: seenCount, of: division.test.count)].compactMap(\.self)
    dividedGroups = division.dividedGroups
    leakage = making.leakage
    tuning = used ?? FineTuning()
    self.rows = rows
    // Where the network from scratch had no learning rate of its own, it is no match for the others.
    let compared = request.learningRates.count > 1 ? rows : rows.filter { $0.line != .supervised }
    verdict = Verdict(
      of: compared.map { ResultLine($0.line.rawValue, $0.line.origin, draws: $0.results, isExact: $0.isExact) },
      target: targets.kind, labels: Figure.counted(counts.training + counts.validation, "label"),
      made: rows.first?.line.rawValue)
    model = folder?.path
  }

  /// For people.
  package var text: String {
    let what =
      switch target {
      case .oneOf: "\(classes.count) classes"
      case .anyOf: "\(classes.count) classes, any of which a sample may have"
      case .number(let name): "'\(name)'"
      }
    var lines = [
      "\(what); \(trainingCount) labels to learn from, \(validationCount) to stop by, \(testCount) test samples: "
        + "\(division).", "",
    ]
    let figures = PredictionMetrics.figures(of: target)
    lines += alignedColumns(
      [["line"] + figures.map(\.name) + ["draws", "learning rate"]]
        + rows.map { row in
          [row.line.rawValue] + figures.map { cell(row.results, $0) }
            + ["\(row.results.count)", row.learningRate.map { String(format: "%.3g", $0) } ?? "–"]
        })
    var ranges: [String] = []
    if rows.contains(where: { $0.results.count == 1 }) {
      ranges.append(
        "of one draw, the 95 % interval over the test samples"
          + (testCount < TestPart.enough ? " (of accuracy, for so few of them, Wilson's)" : ""))
    }
    if rows.contains(where: { $0.results.count > 2 }) {
      ranges.append("of several, the lowest and highest over the draws of labels and the seeds")
    }
    if !ranges.isEmpty { lines += ["", "Ranges: \(ranges.joined(separator: "; "))."] }
    if rows.contains(where: { $0.line == .fineTuned && $0.results.count > 0 }) {
      lines.append("Probes learn from all labels, those to stop by included where these come from the training labels.")
    }
    if let verdict { lines += ["", verdict.text] }
    return lines.joined(separator: "\n")
  }

  /// Precision and recall of each class by the model that was made, as a table for people; nil for numbers.
  package var perClassText: String? {
    rows.first.flatMap { row in row.perClass.map { "Each class by '\(row.line.rawValue)':\n\n\($0.text)" } }
  }

  private func cell(_ results: [PredictionMetrics], _ figure: PredictionMetrics.Figure) -> String {
    let values = results.compactMap(figure.value)
    guard let low = values.min(), let high = values.max() else { return "–" }
    let (factor, form) = figure.isPercent ? (100.0, "%.1f") : (1.0, "%.3f")
    func text(_ value: Double) -> String { String(format: form, value * factor) }
    if values.count == 2 { return values.map(text).joined(separator: ", ") }
    let range = values.count == 1 ? figure.interval(results[0]) : low...high
    return text(values.reduce(0, +) / Double(values.count))
      + (range.map { " (\(text($0.lowerBound))–\(text($0.upperBound)))" } ?? "")
  }
}
