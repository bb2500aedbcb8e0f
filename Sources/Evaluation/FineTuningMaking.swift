import Foundation
import Learning
import Measures
import Samples
import Settings
import Torch
import Training

/// The work behind a report on fine-tuning, line by line.
///
/// The fine-tuned network and the one from scratch get the same: views, the most epochs, validation samples to stop by, and
/// a learning rate of their own, chosen from the same values by the validation samples of the first draw. Probes are fitted
/// on all labels of the draw, since they choose their regularisation by cross-validation.
struct FineTuningMaking {
  let run: RunFolder
  let data: any SampleCollection
  let targets: Targets
  let request: FineTuningReport.Request
  let progress: (String) -> Void
  let report: (FineTuningProgress) throws -> Void
  let division: TargetDivision
  let views: CollectionViews
  let test: LabelledViews
  let leakage: Leakage
  /// Of the labelled samples.
  private let frozen: SampleFeatures
  private let configuration: RunConfiguration
  private var notes: [String] = []
  private var rates: [FineTuningReport.Line: Double] = [:]

  init(
    of run: RunFolder, on data: any SampleCollection, targets: Targets, _ request: FineTuningReport.Request,
    progress: @escaping (String) -> Void, report: @escaping (FineTuningProgress) throws -> Void
  ) throws {
    self.run = run
    self.data = data
    self.targets = targets
    self.request = request
    self.progress = progress
    self.report = report
    division = try TargetDivision(of: targets, groups: data.groups, seed: request.seeds.first ?? 0)
    (configuration, _) = try run.open()
    views = CollectionViews(of: data, targets: targets)
    test = try views.part(division.test)
    let encoder = try Encoder(of: run)
    for damage in encoder.damaged { progress("\(damage); using the one before it") }
    frozen = try Self.features(encoder, data, division.labelled)
    let learned = (division.training + division.validation).sorted()
    progress("Looking for copies on both sides")
    leakage = try Leakage(in: data, features: frozen, training: learned, test: division.test)
  }

  private static func features(
    _ encoder: Encoder, _ data: any SampleCollection, _ samples: [Int]
  ) throws -> SampleFeatures {
    let (features, readable, _) = try encoder.features(
      of: SubsetViews(data.evaluationView(of: samples), samples: Array(samples.indices)))
    return SampleFeatures(features, of: readable.map { samples[$0] })
  }

  /// What a user should know of how the lines were made, a sentence each.
  var sentences: [String] {
    var sentences = division.facts(on: data, targets) + notes
    guard request.isTrained else { return sentences }
    if request.learningRates.count > 1 {
      let chosen = rates.sorted { $0.value < $1.value }.map { "\(Self.text($0.value)) for '\($0.key.rawValue)'" }
      sentences.append(
        "Each network has the learning rate, of \(listed(request.learningRates.map(Self.text), limit: 10)), that does best "
          + "on the validation part: \(listed(chosen, limit: 10)).")
    } else if request.baselines.contains(.randomInitialisation) {
      sentences.append(
        "The learning rate was given, not chosen for each network: the network from scratch may need another one, and "
          + "nothing is said about which of the two is better.")
    }
    return sentences
  }

  private static func text(_ rate: Double) -> String { String(format: "%.3g", rate) }

  // MARK: Lines

  /// - Parameter keep: called with the first draw's network of the run, by which settings it was made, and its labels.
  mutating func rows(
    keep: (TunedNetwork, FineTuning, (training: Int, validation: Int), PredictionMetrics) throws -> Void
  ) throws -> [FineTuningReport.Row] {
    var rows: [FineTuningReport.Row] = []
    if request.isTrained {
      rows.append(try trained(.fineTuned, keep))
      rows.append(try probed(.probe, on: frozen))
      if request.baselines.contains(.randomInitialisation) { rows.append(try trained(.supervised, { _, _, _, _ in })) }
    } else {
      rows.append(try trained(.probe, keep))
      if request.baselines.contains(.randomInitialisation) {
        progress(
          "Encoding \(Figure.counted(division.labelled.count, "sample")): \(Representation.Kind.randomInitialisation.rawValue)"
        )
        let untrained = try Self.features(Encoder(of: run, isTrained: false), data, division.labelled)
        rows.append(try probed(.untrainedProbe, on: untrained))
      }
    }
    if request.baselines.contains(.rawInput) {
      let raw = try RawInput(of: data, training: division.training, outputCount: targets.kind.outputCount)
      if let note = raw.note { notes.append(note) }
      rows.append(try probed(.rawProbe, on: raw.probed, standardizes: raw.standardizes))
    }
    return rows
  }

  /// A probe on features that stay as they are.
  private func probed(
    _ line: FineTuningReport.Line, on features: SampleFeatures, standardizes: Bool = true
  ) throws -> FineTuningReport.Row {
    let judged = features.readable(division.test)
    let (queries, truth) = (try features[judged], judged.compactMap { targets.row(of: $0) })
    // With all labels, each draw is the same.
    let isExact = request.fraction >= 1 && request.isTrained
    var results: [PredictionMetrics] = []
    for seed in isExact ? Array(request.seeds.prefix(1)) : request.seeds {
      let (training, validation) = try draw(seed)
      // A network that is trained stops by the validation samples of its labels; a probe learns from them. Where --mode probe
      // made the model, its temperature needs them, and the other probes learn from as few labels.
      let known = features.readable(
        request.isTrained && division.validation.isEmpty ? (training + validation).sorted() : training)
      progress("Fitting a probe: \(line.rawValue), draw \(results.count + 1) of \(request.seeds.count)")
      let probe = try LinearProbe(
        features[known], targets: known.compactMap { targets.row(of: $0) }, kind: targets.kind,
        groups: data.groups?.of(known), standardizes: standardizes)
      results.append(
        try PredictionMetrics(probe.predictions(for: queries, kind: targets.kind), targets: truth, kind: targets.kind))
    }
    return row(line, results, isExact: isExact)
  }

  /// A network that learns, or a model with a probe as its head.
  private mutating func trained(
    _ line: FineTuningReport.Line,
    _ keep: (TunedNetwork, FineTuning, (training: Int, validation: Int), PredictionMetrics) throws -> Void
  ) throws -> FineTuningReport.Row {
    var results: [PredictionMetrics] = []
    var epochs: [Int] = []
    for (number, seed) in request.seeds.enumerated() {
      let (training, validation) = try draw(seed)
      let (network, tuning) = try fitted(
        line, training, validation, seed: seed, "draw \(number + 1) of \(request.seeds.count)")
      let result = try network.metrics(on: test)
      results.append(result)
      epochs.append(network.bestEpoch)
      if number == 0 { try keep(network, tuning, (training.count, validation.count), result) }
    }
    return row(line, results, epochs: epochs, isExact: false)
  }

  private func row(
    _ line: FineTuningReport.Line, _ results: [PredictionMetrics], epochs: [Int] = [], isExact: Bool
  ) -> FineTuningReport.Row {
    FineTuningReport.Row(
      line: line, representation: line.representation, results: results, epochs: epochs, learningRate: rates[line],
      isExact: isExact, perClass: ClassResults(of: results, names: targets.kind.classes))
  }

  func draw(_ seed: UInt64) throws -> (training: [Int], validation: [Int]) {
    try division.draw(fraction: request.fraction, of: targets, seed: seed)
  }

  /// What a network of a draw has learned from or was chosen by.
  func learnedSamples(seed: UInt64) throws -> [Int] {
    let (training, validation) = try draw(seed)
    guard request.spreadsLabels else { return training + validation }
    return training + validation + unlabelledSamples(beside: training, validation)
  }

  /// The samples that labels are spread over, beside those that have them: none of them judges, nor belongs to a group
  /// that judges.
  private func unlabelledSamples(beside training: [Int], _ validation: [Int]) -> [Int] {
    let judges = Set(division.test + validation)
    let judgingGroups = Set((data.groups?.of(Array(judges)) ?? []).compactMap(\.self))
    let learned = Set(training)
    return data.names.indices.filter { sample in
      guard !judges.contains(sample), !learned.contains(sample) else { return false }
      return !(data.groups?.indices[sample].map(judgingGroups.contains) ?? false)
    }
  }

  func tuning(_ labelCount: Int) -> FineTuning {
    var tuning = configuration.data.fineTuning(configuration.backbone, labelCount: labelCount)
    request.adjust(&tuning)
    return tuning
  }

  // MARK: Training

  /// The network of the learning rate that does best on the validation samples; of later draws, of the rate of the first.
  private mutating func fitted(
    _ line: FineTuningReport.Line, _ training: [Int], _ validation: [Int], seed: UInt64, _ draw: String
  ) throws -> (TunedNetwork, FineTuning) {
    var tuning = tuning(training.count)
    if line == .supervised { tuning = tuning.fromScratch }
    guard tuning.mode != .probe else {
      progress("Fitting a probe: \(line.rawValue), \(draw)")
      return (try fit(line, tuning, training, validation, seed: seed), tuning)
    }
    let candidates = rates[line].map { [$0] } ?? request.learningRates
    guard candidates.count > 1 else {
      tuning.learningRate = candidates.first ?? tuning.learningRate
      rates[line] = tuning.learningRate
      progress("Training: \(line.rawValue), \(draw)")
      return (try fit(line, tuning, training, validation, seed: seed), tuning)
    }
    var best: (network: TunedNetwork, tuning: FineTuning, loss: Double)?
    for rate in candidates {
      tuning.learningRate = rate
      progress("Training: \(line.rawValue), \(draw), choosing: learning rate \(Self.text(rate))")
      do {
        let network = try fit(line, tuning, training, validation, seed: seed)
        if let loss = network.validationLoss, loss < best?.loss ?? .infinity { best = (network, tuning, loss) }
      } catch EvaluationError.diverged {
        continue
      }
    }
    guard let best else { throw EvaluationError.allDiverged(lowestRate: candidates.min() ?? 0) }
    rates[line] = best.tuning.learningRate
    return (best.network, best.tuning)
  }

  private mutating func fit(
    _ line: FineTuningReport.Line, _ tuning: FineTuning, _ training: [Int], _ validation: [Int], seed: UInt64
  ) throws -> TunedNetwork {
    // Another initialisation for each draw, as another user would have; that of the run's own network says nothing.
    let encoder = try Encoder(
      of: run, isTrained: line != .supervised, dropPath: tuning.dropPath, seed: configuration.seed &+ seed)
    var (tuning, part) = (tuning, try views.part(training))
    if request.spreadsLabels, line != .supervised {
      let spread = try spread(training, validation, by: encoder, tuning)
      part = try views.part(spread)
      tuning = tuning.spread(over: spread.samples.count, from: training.count)
      let sentence = spread.sentence(labelCount: training.count)
      if seed == request.seeds.first, !notes.contains(sentence) { notes.append(sentence) }
    }
    return try tuning.fit(
      encoder, telling: targets.kind, training: part, validation: views.part(validation), seed: seed, report: report)
  }

  private func spread(
    _ training: [Int], _ validation: [Int], by encoder: Encoder, _ tuning: FineTuning
  ) throws -> SpreadLabels {
    let (features, samples, _) = try encoder.features(of: views.plain)
    return try SpreadLabels(
      of: training, over: (training + unlabelledSamples(beside: training, validation)).sorted(), targets,
      features: SampleFeatures(features, of: samples), limit: tuning.visits(ofSamples: training.count))
  }
}

extension TargetDivision {
  /// All samples with a part in it.
  fileprivate var labelled: [Int] { (training + validation).sorted() + test }
}
