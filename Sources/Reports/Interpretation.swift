import Evaluation
import Foundation
import Samples
import Settings

/// What the numbers of a run mean, in sentences. Every rule is one function with a test.
struct Interpretation {
  let findings: [Finding]

  init(of run: RunMeasurements) {
    findings =
      Self.learning(run) + [Self.length(run), Self.collapse(run)].compactMap(\.self) + Self.alarms(run)
      + Self.certainty(run)
      + Self.advice(run)
  }

  /// Embeddings with fewer effective dimensions or a smaller standard deviation have collapsed: they hardly differ
  /// between samples.
  static let collapsedRank = 3.0
  static let collapsedDeviation = 0.1
  /// Fewer effective dimensions than this are suspicious.
  static let narrowRank = 10.0

  static func hasCollapsed(_ spread: RunMeasurements.EmbeddingSpread) -> Bool {
    spread.rank < collapsedRank || spread.deviation < collapsedDeviation
  }

  // MARK: Has it learned?

  static func learning(_ run: RunMeasurements) -> [Finding] {
    let verdicts = [run.comparison?.verdict].compactMap(\.self) + run.curveVerdicts
    return verdicts.isEmpty ? [withoutVerdict(run)].compactMap(\.self) : verdicts.map(finding)
  }

  private static func withoutVerdict(_ run: RunMeasurements) -> Finding? {
    if let agreement = run.agreement {
      let reached =
        "Nearest neighbours predict the label of \(Figure.percent(agreement.accuracy)) of "
        + "\(Figure.count(agreement.count)) labelled \(run.kind) from the other labels; always predicting the most "
        + "frequent class would be right for \(Figure.percent(agreement.majority))."
      let error = (agreement.accuracy * (1 - agreement.accuracy) / Double(max(1, agreement.count))).squareRoot()
      return agreement.accuracy - agreement.majority > 1.96 * error
        ? Finding(.learned, .neutral, reached + " It is not known yet whether raw input would do as well.")
        : Finding(.learned, .bad, "The features say little about these labels. " + reached)
    }
    guard let loss = run.loss else { return nil }
    return Finding(
      .learned, .neutral,
      "Without labels, there is no way to know what the features are good for. The loss went from \(Figure.number(loss.first)) to "
        + "\(Figure.number(loss.last)); look at the map and the nearest neighbours below.")
  }

  /// What was compared, and which line is best, is in the words of the verdict.
  private static func finding(_ verdict: Verdict) -> Finding {
    switch (verdict.outcome, verdict.origin) {
    case (.clear, .pretrained): Finding(.learned, .good, "It has learned something useful. \(verdict.text)")
    case (.clear, .rawInput), (.clear, .untrained):
      Finding(.learned, .bad, "It is worse than what needs no training. \(verdict.text)")
    case (.clear, .scratch): Finding(.learned, .bad, "It is worse than no pre-training. \(verdict.text)")
    case (.open, _), (.undecided, _): Finding(.learned, .caution, verdict.text)
    case (.alone, _): Finding(.learned, .neutral, verdict.text)
    }
  }

  /// A network that has not seen every sample says little, however healthy its embeddings are.
  static func length(_ run: RunMeasurements) -> Finding? {
    guard run.totalSteps > 0, run.step >= run.totalSteps, run.epochs < 1 else { return nil }
    return Finding(
      .learned, .caution,
      "The run ended after \(Figure.percent(run.epochs)) of an epoch: it has not seen every sample even once. What follows "
        + "describes a network that has hardly begun to learn.")
  }

  // MARK: Has it collapsed?

  static func collapse(_ run: RunMeasurements) -> Finding? {
    guard let spread = run.spread else { return nil }
    let dimensions = "\(Figure.number(spread.rank)) effective dimensions"
    let deviation =
      spread.deviation.isFinite
      ? ", and their standard deviation is \(Figure.number(spread.deviation)) of at most 1" : ""
    if hasCollapsed(spread) {
      return Finding(
        .collapse, .bad,
        "It has collapsed: the embeddings hardly differ between samples. They use \(dimensions)\(deviation).")
    }
    if spread.rank < spread.peakRank / 2 {
      return Finding(
        .collapse, .caution,
        "The rank is falling: the embeddings use \(dimensions)\(deviation); the highest rank was "
          + "\(Figure.number(spread.peakRank)).")
    }
    if spread.rank < narrowRank {
      return Finding(
        .collapse, .caution,
        "The embeddings use only \(dimensions)\(deviation). That is no collapse, but few dimensions to tell many classes "
          + "apart.")
    }
    return Finding(.collapse, .good, "No collapse: the embeddings use \(dimensions)\(deviation).")
  }

  static func alarms(_ run: RunMeasurements) -> [Finding] {
    run.alarms.map { Finding(.collapse, .bad, "An alarm during training: \($0).") }
  }

  // MARK: How sure is that?

  static func certainty(_ run: RunMeasurements) -> [Finding] {
    var findings: [Finding] = []
    if let copies = run.copies { findings.append(Finding(.certainty, .bad, "\(copies).")) }
    if let divided = run.dividedGroups { findings.append(Finding(.certainty, .bad, "\(divided.sentence).")) }
    findings += run.reservations.map { Finding(.certainty, .caution, $0) }
    guard let comparison = run.comparison else { return findings }
    if let step = comparison.step, step < run.step {
      findings.append(
        Finding(
          .certainty, .caution,
          "The results are those of step \(Figure.count(step)), and the run is now at step \(Figure.count(run.step)): "
            + "evaluate it again."))
    }
    if let interval = comparison.run?.interval {
      let half = (interval.upperBound - interval.lowerBound) / 2
      findings.append(
        Finding(
          .certainty, half > 0.05 ? .caution : .neutral,
          "With \(Figure.count(comparison.testCount)) test samples, the 95 % interval of the score is about "
            + "± \(String(format: "%.1f", half * 100)) points. It does not include how much another seed of the run "
            + "would change the score."))
    }
    return findings
  }

  // MARK: What to try next

  static func advice(_ run: RunMeasurements) -> [Finding] {
    var findings: [Finding] = []
    func add(_ text: String, _ remedy: Remedy) { findings.append(Finding(text, remedy, for: run)) }
    func add(_ text: String) { findings.append(Finding(.next, .neutral, text)) }
    if run.step < run.totalSteps {
      add("The run has done \(Figure.count(run.step)) of \(Figure.count(run.totalSteps)) steps.", .resume)
    }
    if let spread = run.spread, hasCollapsed(spread) { add("The embeddings have collapsed.", .preventCollapse) }
    if let comparison = run.comparison, [.rawInput, .untrained].contains(comparison.verdict.origin) {
      let who = comparison.verdict.origin == .rawInput ? "Raw input does" : "The untrained network does"
      add(
        "\(who) better: the views may remove what the labels depend on, or the run was too short.", .changeViews)
    } else if let loss = run.loss, loss.isFalling {
      add("The loss was still falling after \(Figure.number(run.epochs)) epochs.", .trainLonger)
    }
    if run.groupsWithDifferentLabels > 0 {
      add(
        groups(run.groupsWithDifferentLabels, "has different labels", "have different labels")
          + ": look at them below before you trust any score.")
    }
    if run.groupsInSeveralParts > 0 {
      add(
        groups(run.groupsInSeveralParts, "lies in several parts", "lie in several parts")
          + " (training, validation, test): scores may be too good.")
    }
    if run.comparison == nil, run.curveVerdicts.isEmpty {
      add(
        run.hasLabels
          ? "The run has not been compared with baselines yet."
          : "A few hundred labels, in a CSV file with the columns path and label, show how useful the features are.",
        .evaluate)
    }
    if run.skippedCount * 20 > run.sampleCount {
      add(
        "\(Figure.count(run.skippedCount)) \(run.kind) could not be read; they are listed at the end. Are they meant to "
          + "be part of the data?")
    }
    return findings
  }

  private static func groups(_ count: Int, _ one: String, _ several: String) -> String {
    count == 1
      ? "1 group of near-duplicates \(one)" : "\(Figure.count(count)) groups of near-duplicates \(several)"
  }
}
