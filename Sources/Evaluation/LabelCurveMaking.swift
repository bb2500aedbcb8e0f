import Foundation
import Learning
import Measures
import Samples
import Settings
import Torch
import Training

/// The work behind a curve, step by step.
struct LabelCurveMaking {
  let run: RunFolder
  let data: any SampleCollection
  let targets: Targets
  let request: LabelCurve.Request
  let progress: (String) -> Void
  let pulse: () throws -> Void
  let division: TargetDivision
  /// What labels are drawn from.
  let pool: [Int]
  let test: LabelledViews
  let testSamples: [Int]
  let views: CollectionViews
  let frozen: SampleFeatures
  let leakage: Leakage
  private let configuration: RunConfiguration
  private let start = ContinuousClock.now
  private(set) var notes: [String]
  private(set) var points: [LabelCurve.Point] = []

  init(
    of run: RunFolder, on data: any SampleCollection, targets: Targets, _ request: LabelCurve.Request,
    progress: @escaping (String) -> Void, pulse: @escaping () throws -> Void
  ) throws {
    self.run = run
    self.data = data
    self.targets = targets
    self.request = request
    self.progress = progress
    self.pulse = pulse
    division = try TargetDivision(of: targets, groups: data.groups)
    pool = (division.training + division.validation).sorted()
    testSamples = division.test
    views = CollectionViews(of: data, targets: targets)
    test = try views.part(division.test)
    (configuration, _) = try run.open()
    notes = division.facts(on: data, targets)
    if !division.validation.isEmpty {
      notes.append(
        "The validation part joins the training part: choices are made on a fifth of the labels of each fraction.")
    }
    progress("Encoding \(data.names.count) \(data.configuration.plural)")
    let encoder = try Encoder(of: run)
    for damage in encoder.damaged { progress("\(damage); using the one before it") }
    let (features, samples, _) = try encoder.features(of: views.plain)
    frozen = SampleFeatures(features, of: samples)
    progress("Looking for copies on both sides")
    leakage = try Leakage(in: data, features: frozen, training: pool, test: division.test)
    for fraction in request.fractions {
      let counts = Dictionary(grouping: targets.strata(of: try subset(fraction, seed: 0))) { $0 }.mapValues(\.count)
      let whole = Dictionary(grouping: targets.strata(of: pool)) { $0 }.mapValues(\.count)
      let short = whole.filter { Double($0.value) * fraction < 0.5 }.count
      if fraction < 1, short > 0 {
        notes.append(
          "\(Self.percent(fraction)) of the labels would leave \(short) of \(counts.count) classes without one: each keeps a "
            + "single label.")
      }
    }
  }

  static func percent(_ fraction: Double) -> String { String(format: "%.4g %%", fraction * 100) }

  private func subset(_ fraction: Double, seed: UInt64) throws -> [Int] {
    guard fraction < 1 else { return pool }
    return try stratifiedSubset(of: targets.strata(of: pool), fraction: fraction, seed: seed).map { pool[$0] }
  }

  private func wants(_ line: LabelCurve.Line) -> Bool { request.lines.contains(line) }

  // MARK: Fitted, not trained

  /// Probes and nearest neighbours, on the frozen network's features and on the raw input.
  mutating func makeFittedLines() throws {
    try makeFittedLines([.probe, .neighbours, .spreadNeighbours], of: frozen)
    guard wants(.rawProbe) || wants(.rawNeighbours) || wants(.rawSpreadNeighbours) else { return }
    let raw = try RawInput(of: data, training: pool, outputCount: targets.kind.outputCount)
    if wants(.rawProbe), let note = raw.note { notes.append(note) }
    try makeFittedLines([.rawProbe], of: raw.probed, standardizes: raw.standardizes)
    try makeFittedLines([.rawNeighbours, .rawSpreadNeighbours], of: raw.vectors)
  }

  private mutating func makeFittedLines(
    _ lines: [LabelCurve.Line], of all: SampleFeatures, standardizes: Bool = true
  ) throws {
    let judged = all.readable(testSamples)
    let queries = try all[judged]
    let truth = judged.compactMap { targets.row(of: $0) }
    for fraction in request.fractions {
      // If all labels are known, there is nothing to spread.
      for line in lines where wants(line) && !(line.spreads && fraction >= 1) {
        var results: [PredictionMetrics] = []
        var labelCount = 0
        let begin = ContinuousClock.now
        // Draws of all labels are the same.
        for seed in fraction < 1 ? request.seeds : Array(request.seeds.prefix(1)) {
          try pulse()
          let known = all.readable(try subset(fraction, seed: seed))
          labelCount = known.count
          progress("\(line.rawValue): \(Figure.counted(known.count, "label")), draw \(results.count + 1)")
          guard
            let predictions = try predictions(line, by: known, of: all, queries, standardizes: standardizes)
          else { break }
          // With all labels, what chance has chosen is the test samples.
          results.append(
            try PredictionMetrics(
              predictions, targets: truth, kind: targets.kind, resampleCount: fraction < 1 ? 0 : 1000))
        }
        guard !results.isEmpty else { continue }
        points.append(
          .init(
            line: line, fraction: fraction, labelCount: labelCount, results: results, learningRate: nil, epochs: nil,
            seconds: begin.duration(to: .now) / .seconds(1)))
      }
    }
  }

  /// Nil if the line has no meaning for these targets.
  private func predictions(
    _ line: LabelCurve.Line, by known: [Int], of all: SampleFeatures, _ queries: Tensor, standardizes: Bool
  ) throws -> [Double]? {
    if line != .probe && line != .rawProbe {
      guard case .oneOf(let classes) = targets.kind else { return nil }
      var (samples, labels) = (known, known.compactMap { targets.classIndex(of: $0) })
      if line.spreads {
        let spread = try SpreadLabels(of: known, over: pool, targets, features: all, limit: pool.count)
        (samples, labels) = (spread.samples, spread.classIndices)
      }
      return try NearestNeighbours().predict(
        bank: all[samples], labels: labels, queries: queries, classCount: classes.count
      ).values
    }
    let probe = try LinearProbe(
      all[known], targets: known.compactMap { targets.row(of: $0) }, kind: targets.kind,
      groups: data.groups?.of(known), standardizes: standardizes)
    return try probe.predictions(for: queries, kind: targets.kind)
  }

  // MARK: Trained

  /// If all labels are known, there is nothing to spread.
  private func trainedLines(at fraction: Double) -> [LabelCurve.Line] {
    var lines = [LabelCurve.Line.fineTuned, .spread, .supervised].filter(wants)
    let isOneOf = if case .oneOf = targets.kind { true } else { false }
    if fraction >= 1 || !isOneOf { lines.removeAll { $0 == .spread } }
    return lines
  }

  /// One draw after the other, the smallest fraction first: where time runs out, each fraction has some.
  mutating func makeTrainedLines(step: Int?) throws {
    guard !trainedLines(at: 0).isEmpty else { return }
    let journal = try LabelCurveJournal(
      in: run,
      .init(
        step: step, samples: fingerprint(), contents: data.contents, learningRates: request.learningRates,
        epochs: request.epochs, firstSeed: request.seeds[0]))
    if let discarded = journal.discarded { progress(discarded) }
    if journal.count > 0 { progress("Going on: \(journal.count) draws were measured before") }
    var places: [Double: [LabelCurve.Line: Int]] = [:]
    var secondsPerSample = 0.0
    var left: [Double: (draws: Int, seconds: Double)] = [:]
    for seed in request.seeds {
      for fraction in request.fractions.sorted() {
        let known = try subset(fraction, seed: seed)
        let tuning = tuning(for: known.count)
        let lines = trainedLines(at: fraction)
        let isChosen = lines.allSatisfy { journal.choice(of: $0, fraction) != nil }
        let runs = lines.count * (isChosen ? 1 : request.learningRates.count + 1)
        let cost = secondsPerSample * Double(runs * tuning.epochs * known.count)
        let isMeasured = lines.allSatisfy { journal.draw(of: $0, fraction, seed: seed) != nil }
        if !isMeasured, let minutes = request.minutes, start.duration(to: .now) / .seconds(1) + cost > minutes * 60,
          secondsPerSample > 0
        {
          left[fraction, default: (0, 0)].draws += 1
          left[fraction]?.seconds += cost
          continue
        }
        let begin = ContinuousClock.now
        for line in lines {
          let (draw, choice) = try measured(line, fraction, known, seed: seed, journal)
          if let place = places[fraction]?[line] {
            points[place].results.append(draw.result)
            points[place].seconds += draw.seconds
          } else {
            places[fraction, default: [:]][line] = points.count
            if let note = choice.note { notes.append(note) }
            points.append(
              .init(
                line: line, fraction: fraction, labelCount: known.count, results: [draw.result],
                learningRate: choice.learningRate, epochs: choice.epochs ?? tuning.epochs, seconds: draw.seconds))
          }
        }
        if isMeasured { continue }
        secondsPerSample =
          begin.duration(to: .now) / .seconds(1) / Double(max(1, runs * tuning.epochs * known.count))
      }
    }
    for (fraction, left) in left.sorted(by: { $0.key < $1.key }) {
      notes.append(
        "\(left.draws) of \(request.seeds.count) draws of \(Self.percent(fraction)) of the labels did not fit into the minutes; "
          + "their lines have fewer draws, or none. They would take about \(Figure.duration(left.seconds)) more; the draws that are "
          + "there are kept.")
    }
  }

  /// As it was measured before, or now.
  private func measured(
    _ line: LabelCurve.Line, _ fraction: Double, _ known: [Int], seed: UInt64, _ journal: LabelCurveJournal
  ) throws -> (draw: LabelCurveJournal.Draw, choice: LabelCurveJournal.Choice) {
    let begin = ContinuousClock.now
    let chooser = line == .spread ? .fineTuned : line
    let chosen = journal.choice(of: chooser, fraction)
    let choice = try chosen ?? choose(chooser, known, fraction)
    if chosen == nil { try journal.record(choice) }
    if let draw = journal.draw(of: line, fraction, seed: seed) { return (draw, choice) }
    progress("\(line.rawValue): \(Figure.counted(known.count, "label")), draw \((seed &- request.seeds[0]) + 1)")
    let result = try result(of: line, known, choice, seed: seed)
    let draw = LabelCurveJournal.Draw(
      line: line, fraction: fraction, seed: seed, result: result, seconds: begin.duration(to: .now) / .seconds(1))
    try journal.record(draw)
    return (draw, choice)
  }

  /// The fingerprint of all that the measurements depend on in the data.
  private func fingerprint() -> UInt64 {
    let names = data.names
    let parts = [pool, testSamples].map { samples in
      samples.map { sample in
        let group = data.groups?.indices[sample].map { " \($0)" } ?? ""
        return "\(names[sample]) \(targets.row(of: sample) ?? [])\(group)"
      }.joined(separator: "\n")
    }
    return Samples.fingerprint(of: parts.joined(separator: "\n\n").utf8)
  }

  private func tuning(for count: Int) -> FineTuning {
    var tuning = configuration.data.fineTuning(configuration.backbone, labelCount: count)
    if let epochs = request.epochs { tuning.epochs = epochs }
    return tuning
  }

  /// - Parameters:
  ///   - share: of the epochs, to end after.
  ///   - validation: samples to stop by.
  private func network(
    _ line: LabelCurve.Line, _ training: [Int], learningRate: Double, labelCount: Int, share: Double = 1,
    stoppingBy validation: LabelledViews? = nil, seed: UInt64
  ) throws -> TunedNetwork {
    var tuning = tuning(for: labelCount)
    tuning.learningRate = learningRate
    if line == .supervised { tuning = tuning.fromScratch }
    // Another initialisation for each draw, as another user would have.
    let encoder = try Encoder(
      of: run, isTrained: line != .supervised, dropPath: tuning.dropPath, seed: configuration.seed &+ seed)
    var part = try views.part(training)
    if line == .spread {
      let spread = try SpreadLabels(
        of: training, over: pool, targets, features: frozen, limit: tuning.visits(ofSamples: training.count))
      part = try views.part(spread)
      tuning = tuning.spread(over: spread.samples.count, from: training.count)
    }
    return try tuning.fit(
      encoder, telling: targets.kind, training: part, validation: validation,
      after: Int((share * Double(tuning.epochs)).rounded()), seed: seed
    ) { _ in try pulse() }
  }

  /// Each learning rate learns from four fifths of the first draw; the rest says which is best, and after how many epochs.
  private func choose(
    _ line: LabelCurve.Line, _ known: [Int], _ fraction: Double
  ) throws -> LabelCurveJournal.Choice {
    let rates = request.learningRates
    let held = try TargetDivision.held(0.2, of: known, targets, groups: data.groups, seed: 1)
    let kept = known.filter { !held.contains($0) }
    guard !held.isEmpty, Set(kept.map { targets.row(of: $0) }).count > 1 else {
      return .init(
        line: line, fraction: fraction, learningRate: rates[rates.count / 2], epochs: nil, temperature: nil,
        note:
          "\(Figure.counted(known.count, "label")) would leave none to choose by: \(line.rawValue) learns at the middle one of the "
          + "learning rates.")
    }
    let validation = try views.part(held)
    var best: (rate: Double, loss: Double, epochs: Int, temperature: Double?)?
    for rate in rates {
      progress("\(line.rawValue): \(Figure.counted(known.count, "label")), choosing: learning rate \(rate)")
      do {
        let network = try network(
          line, kept, learningRate: rate, labelCount: known.count, stoppingBy: validation, seed: 0)
        guard let loss = network.validationLoss, loss < best?.loss ?? .infinity else { continue }
        best = (rate, loss, network.bestEpoch, network.temperature)
      } catch EvaluationError.diverged {
        continue
      }
    }
    guard let best else { throw EvaluationError.allDiverged(lowestRate: rates.min() ?? 0) }
    return .init(
      line: line, fraction: fraction, learningRate: best.rate, epochs: best.epochs, temperature: best.temperature,
      note: nil)
  }

  private func result(
    of line: LabelCurve.Line, _ known: [Int], _ choice: LabelCurveJournal.Choice, seed: UInt64
  ) throws -> PredictionMetrics {
    let share = choice.epochs.map { Double($0) / Double(tuning(for: known.count).epochs) } ?? 1
    let network = try network(
      line, known, learningRate: choice.learningRate, labelCount: known.count, share: share, seed: seed)
    network.temperature = choice.temperature
    return try network.metrics(on: test, resampleCount: 0)
  }
}
