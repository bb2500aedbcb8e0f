import Foundation
import Learning
import Measures
import Samples
import Settings
import Torch
import Training

/// What light, angle, blur and noise (of a table: noise and unknown cells) do to a network: how well a probe that learned on
/// samples as they are still tells them, and how far their features move.
///
/// A fine-tuned model uses its own head in place of the probe.
package struct RobustnessReport: Codable, Sendable {
  package struct Row: Codable, Sendable {
    package let disturbance: Disturbance
    /// Nil without labels.
    package let result: PredictionMetrics?
    /// The mean over the samples of 1 − cosine of the features before and after: 0 for none, 1 for no likeness.
    package let drift: Double
  }

  package let run: String
  package let target: TargetKind?
  package let division: String?
  /// Samples that judge.
  package let count: Int
  /// Samples as they are.
  package let clean: PredictionMetrics?
  package let rows: [Row]
  package let notes: [String]
  /// What the split column divides between what a probe learns from and what judges it.
  package let dividedGroups: [DividedGroups]
  /// Test samples that are also among those that a probe learns from; nil without labels.
  package let leakage: Leakage?

  /// - Parameters:
  ///   - targets: nil for the drift alone, of all samples.
  ///   - seed: of what happens by chance.
  package init(
    of run: RunFolder, on data: any SampleCollection, targets: Targets?, seed: UInt64 = 0,
    progress: (String) -> Void = { _ in }, pulse: () throws -> Void = {}
  ) throws {
    self.run = run.path
    let judge: TunedNetwork?
    let samples: [Int]
    if let targets {
      let division = try TargetDivision(of: targets, groups: data.groups)
      dividedGroups = division.dividedGroups.filter { $0.parts == ["train", "test"] }
      self.division = division.origin
      notes = division.facts(on: data, targets)
      leakage = try Leakage(in: data, encodedBy: Encoder(of: run), division, progress: progress)
      samples = division.test
      judge = try Self.judge(of: run, on: data, targets, division, progress)
    } else {
      (division, dividedGroups, leakage) = (nil, [], nil)
      notes = data.notes + ["There are no labels: only the drift of the features is measured."]
      (samples, judge) = (Array(data.names.indices), nil)
    }
    target = targets?.kind
    let encoder = try judge?.encoder ?? Encoder(of: run)
    for damage in encoder.damaged { progress("\(damage); using the one before it") }

    func measure(_ source: any ViewSource) throws -> (features: [Int: Tensor], result: PredictionMetrics?) {
      let (features, rows, _) = try encoder.features(of: source)
      let vectors = try normalized(features).unstacked()
      let result = try judge.map { judge in
        try PredictionMetrics(
          judge.predictions(of: features), targets: rows.compactMap { targets?.row(of: samples[$0]) }, kind: judge.kind,
          resampleCount: 0)
      }
      return (Dictionary(uniqueKeysWithValues: zip(rows, vectors)), result)
    }
    progress("Encoding \(samples.count) \(data.configuration.plural) as they are")
    let before = try measure(data.evaluationView(of: samples))
    count = before.features.count
    clean = before.result
    var rows: [Row] = []
    for kind in data.disturbances {
      for strength in 1...3 {
        try pulse()
        progress("\(kind.rawValue), strength \(strength)")
        let after = try measure(data.disturbedViews(Disturbance(kind, strength: strength), of: samples, seed: seed))
        let pairs = before.features.keys.sorted().compactMap { key in
          before.features[key].flatMap { old in after.features[key].map { (old, $0) } }
        }
        let drift = try noGrad { () throws(TorchError) in
          let cosines = try (stack(pairs.map(\.0)) * stack(pairs.map(\.1))).sum([1])
          return try 1 - cosines.mean().item()
        }
        rows.append(Row(disturbance: .init(kind, strength: strength), result: after.result, drift: max(0, drift)))
      }
    }
    self.rows = rows
  }

  private static func judge(
    of run: RunFolder, on data: any SampleCollection, _ targets: Targets, _ division: TargetDivision,
    _ progress: (String) -> Void
  ) throws -> TunedNetwork {
    if run.isFineTuned {
      let model = try FineTunedModel(of: run)
      guard model.network.kind == targets.kind else { throw EvaluationError.otherTarget }
      return model.network
    }
    progress("Fitting a probe to \(Figure.counted(division.training.count, "label"))")
    return try FineTuning.probe(on: run, labelCount: division.training.count).fit(
      Encoder(of: run), telling: targets.kind,
      training: CollectionViews(of: data, targets: targets).part(division.training),
      validation: nil, seed: 0)
  }

  /// For people.
  package var text: String {
    let figures = target.map { Array(PredictionMetrics.figures(of: $0).prefix(2)) } ?? []
    func cells(_ result: PredictionMetrics?) -> [String] {
      figures.map { figure in
        guard let value = result.flatMap(figure.value) else { return "–" }
        return figure.isPercent ? String(format: "%.1f", value * 100) : String(format: "%.3f", value)
      }
    }
    var lines = [Figure.counted(count, "sample") + (division.map { ", the test part: \($0)." } ?? "."), ""]
    lines += alignedColumns(
      [["what happens", "strength"] + figures.map(\.name) + ["drift"]] + [["nothing", "–"] + cells(clean) + ["0.000"]]
        + rows.map { row in
          [row.disturbance.kind.rawValue, "\(row.disturbance.strength)"] + cells(row.result)
            + [String(format: "%.3f", row.drift)]
        })
    return (lines + ["", "Drift: the mean of 1 − cosine of the features before and after."]).joined(separator: "\n")
  }
}
