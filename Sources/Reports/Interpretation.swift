import Foundation
import Settings

/// What the numbers of a run say, in sentences. Every rule is one function, and each is tested.
struct Interpretation {
  let findings: [Finding]

  init(of evidence: Evidence) {
    findings =
      [Self.learned(evidence), Self.collapse(evidence)].compactMap(\.self) + Self.alarms(evidence)
      + Self.certainty(evidence)
      + Self.next(evidence)
  }

  /// Fewer effective dimensions than this, or a smaller spread, are a collapse: embeddings say next to nothing.
  static let collapsedRank = 3.0
  static let collapsedDeviation = 0.1
  /// Fewer than this are suspicious.
  static let narrowRank = 10.0

  static func isCollapsed(_ spread: Evidence.Spread) -> Bool {
    spread.rank < collapsedRank || spread.deviation < collapsedDeviation
  }

  // MARK: Has it learned?

  static func learned(_ evidence: Evidence) -> Finding? {
    if let comparison = evidence.comparison { return learned(comparison) }
    if let agreement = evidence.agreement {
      let reached =
        "Asked for the label of each other, nearest neighbours are right for \(Figure.percent(agreement.accuracy)) of "
        + "\(Figure.count(agreement.count)) labelled \(evidence.kind); always naming the most frequent class would be "
        + "right for \(Figure.percent(agreement.majority))."
      let error = (agreement.accuracy * (1 - agreement.accuracy) / Double(max(1, agreement.count))).squareRoot()
      return agreement.accuracy - agreement.majority > 1.96 * error
        ? Finding(
          topic: .learned, tone: .neutral, text: reached + " Whether raw input would do as well is not known yet.")
        : Finding(topic: .learned, tone: .bad, text: "It knows little of these labels. " + reached)
    }
    guard let loss = evidence.loss else { return nil }
    return Finding(
      topic: .learned, tone: .neutral,
      text: "Without labels nothing can be said about what the features are good for. The loss went from "
        + "\(Figure.number(loss.first)) to \(Figure.number(loss.last)); look at the map and the neighbours below.")
  }

  /// Differences are set against the errors of both scores, as if these were independent: on the same test samples
  /// they are not, which makes this careful.
  private static func learned(_ comparison: Evidence.Comparison) -> Finding {
    let run = comparison.run
    let chance = 1 / Double(comparison.classCount)
    let others = [("raw input", comparison.rawInput), ("the untrained network", comparison.untrained)]
      .compactMap { name, score in score.map { (name: name, score: $0) } }
    let reached = "nearest neighbours on its features reach \(Figure.percent(run.value)) balanced accuracy"
    guard let best = others.max(by: { $0.score.value < $1.score.value }) else {
      return Finding(
        topic: .learned, tone: run.value - chance > 1.96 * run.error ? .neutral : .bad,
        text: "Where guessing gives \(Figure.percent(chance)), \(reached); the baselines were left out.")
    }
    let compared = others.map { "\($0.name) \(Figure.percent($0.score.value))" }.joined(separator: ", ")
    let sentence = "\(reached), \(compared), guessing \(Figure.percent(chance))."
    let margin = 1.96 * (run.error * run.error + best.score.error * best.score.error).squareRoot()
    let difference = run.value - best.score.value
    if difference > margin {
      return Finding(topic: .learned, tone: .good, text: "It has learned something useful: \(sentence)")
    }
    if difference < -margin {
      return Finding(
        topic: .learned, tone: .bad,
        text: "It is worse than \(best.name), which needs no learning: \(sentence)")
    }
    return Finding(
      topic: .learned, tone: .caution,
      text: "No difference from \(best.name) can be shown with \(Figure.count(comparison.testCount)) test samples: "
        + sentence)
  }

  // MARK: Has it collapsed?

  static func collapse(_ evidence: Evidence) -> Finding? {
    guard let spread = evidence.spread else { return nil }
    let dimensions = "\(Figure.number(spread.rank)) effective dimensions"
    let evenness = spread.deviation.isFinite ? ", with a spread of \(Figure.number(spread.deviation)) of 1" : ""
    if isCollapsed(spread) {
      return Finding(
        topic: .collapse, tone: .bad,
        text: "It has collapsed: the embeddings use \(dimensions)\(evenness), and tell samples hardly apart.")
    }
    if spread.rank < spread.peakRank / 2 {
      return Finding(
        topic: .collapse, tone: .caution,
        text: "The rank is falling: the embeddings use \(dimensions)\(evenness), after "
          + "\(Figure.number(spread.peakRank)) at best.")
    }
    if spread.rank < narrowRank {
      return Finding(
        topic: .collapse, tone: .caution,
        text: "The embeddings use only \(dimensions)\(evenness); not a collapse, but few for telling many kinds apart.")
    }
    return Finding(
      topic: .collapse, tone: .good, text: "No collapse: the embeddings use \(dimensions)\(evenness).")
  }

  static func alarms(_ evidence: Evidence) -> [Finding] {
    evidence.alarms.map { Finding(topic: .collapse, tone: .bad, text: "While it trained: \($0).") }
  }

  // MARK: How sure is that?

  static func certainty(_ evidence: Evidence) -> [Finding] {
    guard let comparison = evidence.comparison else { return [] }
    var findings: [Finding] = []
    if let step = comparison.step, step < evidence.step {
      findings.append(
        Finding(
          topic: .certainty, tone: .caution,
          text: "The table is of step \(Figure.count(step)), and the run has gone on to step "
            + "\(Figure.count(evidence.step)): evaluate it again."))
    }
    if let interval = comparison.run.interval {
      let half = (interval.upperBound - interval.lowerBound) / 2
      findings.append(
        Finding(
          topic: .certainty, tone: half > 0.05 ? .caution : .neutral,
          text: "With \(Figure.count(comparison.testCount)) test samples, another draw of them would move the score by "
            + "about ± \(String(format: "%.1f", half * 100)) points (95 %). One run says nothing of how much another "
            + "seed would move it."))
    }
    return findings
  }

  // MARK: What to try

  static func next(_ evidence: Evidence) -> [Finding] {
    var texts: [String] = []
    if evidence.step < evidence.totalSteps {
      texts.append(
        "The run has done \(Figure.count(evidence.step)) of \(Figure.count(evidence.totalSteps)) steps: "
          + "swiftlet resume \(evidence.run)")
    }
    if let spread = evidence.spread, isCollapsed(spread) {
      texts.append("Against a collapse: a lower --learning-rate, a larger --batch-size, a higher --temperature.")
    }
    if let comparison = evidence.comparison, let raw = comparison.rawInput, comparison.run.value < raw.value {
      texts.append(
        evidence.kind == "pictures"
          ? "Raw input does better: the views may destroy what the labels ask for (--views shapes suits digits, scans "
            + "and drawings, intensity pictures whose brightness is a measurement), or the run was too short."
          : "Raw input does better: the views may destroy what the labels ask for, or the run was too short.")
    } else if let loss = evidence.loss, loss.isFalling {
      texts.append(
        "The loss was still falling after \(Figure.number(evidence.epochs)) epochs: train longer (--minutes or --epochs)."
      )
    }
    if evidence.contradictoryGroups > 0 {
      texts.append(
        "\(evidence.contradictoryGroups) group\(evidence.contradictoryGroups == 1 ? "" : "s") of near-duplicates carry "
          + "different labels: look at them below before trusting any score.")
    }
    if evidence.dividedGroups > 0 {
      texts.append(
        "\(evidence.dividedGroups) group\(evidence.dividedGroups == 1 ? "" : "s") of near-duplicates lie on both sides "
          + "of the division into training and test part: scores may be too good.")
    }
    if evidence.comparison == nil {
      texts.append(
        evidence.hasLabels
          ? "To set it beside raw input and an untrained network: swiftlet evaluate \(evidence.run) DATA --labels FILE"
          : "A few hundred labels, in a CSV with the columns path and label, tell what it is worth: "
            + "swiftlet evaluate \(evidence.run) DATA --labels FILE")
    }
    if evidence.skippedCount * 20 > evidence.sampleCount {
      texts.append(
        "\(Figure.count(evidence.skippedCount)) \(evidence.kind) could not be read, listed at the end: are they meant "
          + "to be part of the data?")
    }
    return texts.map { Finding(topic: .next, tone: .neutral, text: $0) }
  }
}
