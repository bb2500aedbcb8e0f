import Backbones
import Foundation
import Learning
import Measures
import Samples
import Torch
import Training

/// How well a run's network predicts labels after fine-tuning with a part of them, beside the same network from
/// scratch.
package struct FineTuningReport: Codable, Sendable {
  package struct Row: Codable, Sendable {
    package let representation: Representation.Kind
    /// One entry a draw of the labels.
    package let results: [PredictionMetrics]
    /// The epoch whose weights were taken, a draw; 0 of a probe.
    package let epochs: [Int]
  }

  package let run: String
  package let target: TargetKind
  /// Empty for a number.
  package let classes: [String]
  /// Labels that weights were changed with, that decided when to stop, and that judge; of the first draw.
  package let trainingCount: Int
  package let validationCount: Int
  package let testCount: Int
  package let division: String
  package let notes: [String]
  /// What the split column divides.
  package let dividedGroups: [DividedGroups]
  /// Test samples that are also among those that are learned from.
  package let leakage: Leakage?
  package let tuning: FineTuning
  package let rows: [Row]
  /// Where the first draw's model is kept, if anywhere.
  package let model: String?

  /// - Parameters:
  ///   - tuning: nil for what is usual for the data and the number of labels.
  ///   - fraction: part of the training labels, above 0 to 1.
  ///   - spreadsLabels: of one class among several, over all samples that neither stop nor judge; see `SpreadLabels`. The
  ///     network from scratch knows no neighbours to spread along.
  ///   - seeds: each draws labels, and where there is no validation part a fifth of them as such, and initialises the
  ///     head. The network from scratch is always as the run initialised it.
  ///   - folder: where the model of the first draw is kept.
  ///   - report: called after each epoch.
  package init(
    of run: RunFolder, on data: any SampleCollection, targets: Targets,
    _ adjust: (inout FineTuning) -> Void = { _ in }, fraction: Double = 1, spreadsLabels: Bool = false,
    seeds: [UInt64] = [0],
    baselines: [Representation.Kind] = [.randomInitialisation], keepIn folder: RunFolder? = nil,
    progress: (String) -> Void = { _ in }, report: (FineTuningProgress) throws -> Void = { _ in }
  ) throws {
    // Its place is taken before the work, so that no other process makes a run there meanwhile.
    let hold = try folder?.claim()
    defer { withExtendedLifetime(hold) {} }
    let division = try TargetDivision(of: targets, groups: data.groups, seed: seeds.first ?? 0)
    let (configuration, _) = try run.open()
    let views = CollectionViews(of: data, targets: targets)
    let test = try views.part(division.test)
    leakage = try Leakage(in: data, encodedBy: Encoder(of: run), division, progress: progress)
    var rows: [Row] = []
    var counts = (training: 0, validation: 0)
    var used: FineTuning?
    var spreadNotes: [String] = []
    for kind in [.trained] + baselines {
      var results: [PredictionMetrics] = []
      var epochs: [Int] = []
      for (number, seed) in seeds.enumerated() {
        let (training, validation) = try division.draw(fraction: fraction, of: targets, seed: seed)
        if number == 0 { counts = (training.count, validation.count) }
        var tuning = configuration.data.fineTuning(configuration.backbone, labelCount: training.count)
        adjust(&tuning)
        used = used ?? tuning
        if kind != .trained, tuning.mode != .probe { tuning = tuning.fromScratch }
        progress(
          tuning.mode == .probe
            ? "Fitting a probe: \(kind.rawValue), draw \(number + 1) of \(seeds.count)"
            : "Fine-tuning \(kind.rawValue), draw \(number + 1) of \(seeds.count)")
        let encoder = try Encoder(of: run, isTrained: kind == .trained, dropPath: tuning.dropPath)
        if number == 0 { for damage in encoder.damaged { progress("\(damage); using the one before it") } }
        var part = try views.part(training)
        if spreadsLabels, kind == .trained {
          let judges = Set(division.test + validation)
          // Nor is anything learned of the groups that these belong to.
          let judgingGroups = Set((data.groups?.of(Array(judges)) ?? []).compactMap(\.self))
          let learned = Set(training)
          let (features, samples, _) = try encoder.features(of: views.plain)
          let spread = try SpreadLabels(
            of: training,
            over: data.names.indices.filter { sample in
              guard !judges.contains(sample) else { return false }
              return learned.contains(sample)
                || !(data.groups?.indices[sample].map(judgingGroups.contains) ?? false)
            }, targets,
            features: SampleFeatures(features, of: samples),
            limit: tuning.visits(ofSamples: training.count))
          part = try views.part(spread)
          tuning = tuning.spread(over: spread.samples.count, from: training.count)
          if number == 0 { spreadNotes = [spread.sentence(labelCount: training.count)] }
        }
        let network = try tuning.fit(
          encoder, telling: targets.kind, training: part, validation: views.part(validation), seed: seed,
          report: report)
        let result = try network.metrics(on: test)
        results.append(result)
        epochs.append(network.bestEpoch)
        if let folder, kind == .trained, number == 0 {
          try FineTunedModel.keep(
            network, in: folder, madeFrom: run, by: tuning, counts: counts, result: result,
            division: division.origin, samples: data.listing(of: targets.knownSamples))
        }
      }
      rows.append(Row(representation: kind, results: results, epochs: epochs))
    }
    self.run = run.path
    target = targets.kind
    classes = targets.kind.classes
    (trainingCount, validationCount) = counts
    testCount = test.count
    self.division = division.origin
    notes = division.facts(on: data, targets) + spreadNotes
    dividedGroups = division.dividedGroups
    tuning = used ?? FineTuning()
    self.rows = rows
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
    let title = tuning.mode == .probe ? "frozen network" : "network before fine-tuning"
    lines += alignedColumns(
      [[title] + figures.map(\.name)]
        + rows.map { row in
          [row.representation.rawValue] + figures.map { figure in cell(row.results.compactMap(figure.value), figure) }
        })
    if rows.contains(where: { $0.results.count > 1 }) {
      lines += ["", "Ranges: the lowest and highest over the draws of labels and the seeds."]
    }
    return lines.joined(separator: "\n")
  }

  private func cell(_ values: [Double], _ figure: PredictionMetrics.Figure) -> String {
    guard let low = values.min(), let high = values.max() else { return "–" }
    let mean = values.reduce(0, +) / Double(values.count)
    let factor = figure.isPercent ? 100.0 : 1
    let form = figure.isPercent ? "%.1f" : "%.3f"
    let range =
      values.count > 1
      ? " (" + String(format: form, low * factor) + "–" + String(format: form, high * factor) + ")" : ""
    return String(format: form, mean * factor) + range
  }
}
