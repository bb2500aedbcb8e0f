import Foundation
import Measures
import Samples
import Settings

/// Which of the lines of a result is best, whichever it is, and what that says of pre-training.
///
/// All lines that were printed compete, by every judge. The best one that pre-training has a part in stands beside the
/// best of the others. From one draw of labels no claim is made; of two, both values are given.
package struct Verdict: Codable, Sendable, Hashable {
  package enum Outcome: String, Codable, Sendable {
    /// The better of the two is better beyond what chance explains.
    case clear
    /// Chance may explain it.
    case open
    /// One or two draws show nothing of chance.
    case undecided
    /// There is nothing to compare with.
    case alone
  }

  /// The name of the best line, or of the highest where no difference is shown.
  package let best: String
  package let origin: ResultLine.Origin
  /// Of the best line, and of the best on the other side: with pre-training, or without.
  package let outcome: Outcome
  /// The best line with pre-training, and its value by the first figure; nil where there is none.
  package let run: Standing?
  /// A few sentences, the best line first.
  package let sentences: [String]

  package struct Standing: Codable, Sendable, Hashable {
    package let name: String
    /// The mean over the draws.
    package let value: Double
    /// Over test samples; nil where there is none.
    package let interval: ClosedRange<Double>?
  }

  /// A figure of which more is better.
  struct Figure: Sendable {
    let name: String
    let isPercent: Bool
    /// What guessing has.
    let guess: Double?
    let estimate: @Sendable (PredictionMetrics) -> ClassificationMetrics.Estimate?

    func text(_ value: Double) -> String {
      isPercent ? Settings.Figure.percent(value) : String(format: "%.3f", value)
    }
  }

  /// Those to compare by, the deciding one first. Accuracy does not decide: it may be had by naming the most frequent class.
  static func figures(of target: TargetKind) -> [Figure] {
    switch target {
    case .oneOf(let classes):
      [
        Figure(name: "balanced accuracy", isPercent: true, guess: 1 / Double(max(1, classes.count))) {
          $0.balancedAccuracy
        },
        Figure(name: "accuracy", isPercent: true, guess: nil) { $0.accuracy },
        Figure(name: "AUROC", isPercent: true, guess: 0.5) { $0.auroc },
      ]
    case .anyOf:
      [
        Figure(name: "AUROC", isPercent: true, guess: 0.5) { $0.auroc },
        Figure(name: "macro F1", isPercent: true, guess: nil) { $0.macroF1 },
      ]
    case .number:
      [
        Figure(name: "R²", isPercent: false, guess: 0) { $0.r2 },
        Figure(name: "Spearman's correlation", isPercent: false, guess: 0) { $0.spearman },
      ]
    }
  }

  /// Nil without a line that has the deciding figure.
  ///
  /// - Parameters:
  ///   - labels: which labels the lines have learned from: "48 labels".
  ///   - made: the line that the user asked for, if any: what does better is named.
  package init?(of lines: [ResultLine], target: TargetKind, labels: String, made: String? = nil) {
    let figures = Self.figures(of: target)
    let figure = figures[0]
    let lines = lines.filter { $0.mean(of: figure) != nil }
    guard let best = lines.highest(by: figure) else { return nil }
    let rival = lines.filter { $0.isPretrained != best.isPretrained }.highest(by: figure)
    let contest = rival.map { Contest(best, $0, by: figure) }
    self.best = best.name
    origin = best.origin
    outcome =
      switch contest {
      case nil: .alone
      case .ahead: .clear
      case .behind, .equal: .open
      case .undecided: .undecided
      }
    run = (best.isPretrained ? best : rival?.isPretrained == true ? rival : nil).flatMap { line in
      line.mean(of: figure).map {
        Standing(
          name: line.name, value: $0, interval: line.isExact ? figure.estimate(line.draws[0])?.interval : nil)
      }
    }
    let words = Words(lines: lines, figure: figure, labels: labels)
    sentences =
      [words.opening(best, beside: rival, contest)]
      + [words.guessing(best), made.flatMap { words.better(than: $0) }].compactMap(\.self)
      + figures.dropFirst().compactMap { words.other(best, contest, by: $0) }
  }

  package var text: String { sentences.joined(separator: " ") }
}

/// The sentences of a verdict.
private struct Words {
  let lines: [ResultLine]
  let figure: Verdict.Figure
  let labels: String

  /// The value of a line: of two draws both, of more the mean.
  private func value(_ line: ResultLine, _ figure: Verdict.Figure) -> String {
    let values = line.values(of: figure)
    guard values.count == 2 else { return line.mean(of: figure).map(figure.text) ?? "–" }
    let texts = values.map(figure.text)
    // "80.1 and 77.0 %"
    return (figure.isPercent ? String(texts[0].dropLast(2)) : texts[0]) + " and " + texts[1]
  }

  func opening(_ best: ResultLine, beside rival: ResultLine?, _ contest: Contest?) -> String {
    let rank = contest == .ahead ? "Best" : "Highest"
    let first = "\(rank) with \(labels): \(best.name), with \(value(best, figure)) \(figure.name)."
    guard let rival, let contest else {
      return first + (best.isPretrained ? " Nothing without pre-training was judged beside it." : "")
    }
    let side = rival.isPretrained ? "Best of this run" : "Best without pre-training"
    let second = "\(side): \(rival.name), with \(value(rival, figure))"
    switch contest {
    case .ahead:
      return best.isPretrained
        ? "\(first) \(second)." : "\(first) \(second): pre-training does not help here."
    case .behind, .equal: return "\(first) \(second): \(basis(best, rival)) show no difference."
    case .undecided(let draws):
      return draws == 2
        ? "\(first) \(second). Two draws are too few to say that one is better."
        : "\(first) \(second). One draw is too few to say that one is better."
    }
  }

  /// What a comparison rests on: "5 draws", "656 test samples".
  private func basis(_ one: ResultLine, _ other: ResultLine) -> String {
    let testCount = min(one.draws[0].count, other.draws[0].count)
    if (one.isExact && other.isExact) || testCount < Contest.fewestTestSamples {
      return "\(Settings.Figure.count(testCount)) test samples"
    }
    return
      "\(one.drawCount(beside: other)) draws"
  }

  /// Where even the best line may be no better than guessing.
  func guessing(_ best: ResultLine) -> String? {
    guard let guess = figure.guess else { return nil }
    let interval =
      best.isExact
      ? figure.estimate(best.draws[0])?.interval
      : best.draws.count > 2 ? SeedInterval(best.values(of: figure))?.interval : nil
    guard let interval, interval.lowerBound <= guess else { return nil }
    return "Guessing has \(figure.text(guess)), and it is not shown that any line is better than that."
  }

  /// What does better than the line that a command was asked to make.
  func better(than name: String) -> String? {
    guard let made = lines.first(where: { $0.name == name }), let own = made.mean(of: figure) else { return nil }
    let higher = lines.filter { ($0.mean(of: figure) ?? -.infinity) > own }
    guard !higher.isEmpty else { return nil }
    let contests = higher.map { Contest(made, $0, by: figure) }
    func names(_ isMeant: (Contest) -> Bool) -> [String] {
      zip(higher, contests).filter { isMeant($0.1) }.map { "'\($0.0.name)'" }
    }
    let worse = names { $0 == .behind }
    let open = names { $0 != .behind }
    var parts: [String] = []
    if !worse.isEmpty { parts.append("is worse than \(Self.joined(worse))") }
    if !open.isEmpty { parts.append("is not shown to be better than \(Self.joined(open))") }
    return "'\(name)', with \(value(made, figure)), \(parts.joined(separator: ", and "))."
  }

  private static func joined(_ names: [String]) -> String {
    names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }

  /// Where another figure puts another line first, or shows a difference that the deciding one does not show.
  func other(_ best: ResultLine, _ contest: Contest?, by figure: Verdict.Figure) -> String? {
    guard let own = best.mean(of: figure), let first = lines.highest(by: figure), let value = first.mean(of: figure)
    else {
      return nil
    }
    if figure.text(value) != figure.text(own) {
      let rank = Contest(first, best, by: figure) == .ahead ? "best" : "highest"
      return "By \(figure.name), \(first.name) is \(rank): \(figure.text(value)) beside \(figure.text(own))."
    }
    guard contest == .equal, let rival = lines.filter({ $0.isPretrained != best.isPretrained }).highest(by: figure),
      let other = rival.mean(of: figure), Contest(best, rival, by: figure) == .ahead
    else { return nil }
    return
      "By \(figure.name) it is best: \(figure.text(value)) beside \(figure.text(other)) of \(rival.name)."
  }
}
