import Foundation
import Measures
import Samples
import Settings

/// What a curve says of how many labels pre-training saves.
///
/// A line is ahead of another at a fraction where the mean of their differences, draw by draw, is further from 0 than its
/// 95 % interval reaches; one or two draws show none ahead (see `Contest`).
struct LabelSaving {
  private let points: [LabelCurve.Point]
  private let figure: PredictionMetrics.Figure

  init(points: [LabelCurve.Point], target: TargetKind) {
    self.points = points
    figure = PredictionMetrics.figures(of: target)[0]
  }

  /// One each for the fine-tuned network, the one with labels spread, and the probe, if there is a network from scratch to
  /// compare with.
  var sentences: [String] {
    let supervised = line(.supervised)
    guard !supervised.isEmpty else { return [] }
    return [LabelCurve.Line.fineTuned, .spread, .probe].compactMap { sentence(of: $0, beside: supervised) }
  }

  private struct Mark {
    let fraction: Double
    let labels: Double
    let value: Double
    let values: [Double]
    /// Whether its one value would be the same in each draw.
    let isExact: Bool
  }

  /// Rising in labels.
  private func line(_ line: LabelCurve.Line) -> [Mark] {
    points.filter { $0.line == line }.compactMap { point in
      let values = point.results.compactMap(figure.value)
      return SeedInterval(values).map {
        Mark(
          fraction: point.fraction, labels: Double(point.labelCount), value: $0.mean, values: values,
          isExact: point.resultLine.isExact)
      }
    }.sorted { $0.labels < $1.labels }
  }

  private func outcome(_ one: Mark, _ other: Mark) -> Contest {
    Contest(
      differences: one.isExact
        ? other.values.map { one.values[0] - $0 } : zip(one.values, other.values).map { $0 - $1 })
  }

  private func sentence(of kind: LabelCurve.Line, beside supervised: [Mark]) -> String? {
    let pretrained = line(kind)
    let pairs = pretrained.compactMap { mark in
      supervised.first { $0.fraction == mark.fraction }.map { (mark, $0, outcome(mark, $0)) }
    }
    guard !pairs.isEmpty else { return nil }
    let name =
      switch kind {
      case .fineTuned: "Pre-trained and fine-tuned"
      case .spread: "Pre-trained and fine-tuned with labels spread"
      default: "Pre-trained and frozen, a linear probe"
      }
    if pairs.allSatisfy({ $0.2 == .behind }) {
      let first = pairs[0]
      return
        "\(name): supervised training from scratch wins at every number of labels, with \(count(first.0.labels)) by "
        + "\(text(first.1.value)) to \(text(first.0.value)) \(figure.name)."
    }
    let parts = pairs.map { mark, other, outcome in
      let values = "\(text(mark.value)) \(figure.name) beside \(text(other.value)) from scratch"
      switch outcome {
      case .behind: return "with \(count(mark.labels)) labels supervised training wins (\(values))"
      case .undecided(let draws):
        let shown = draws == 2 ? [0, 1].map { (mark.values[mark.isExact ? 0 : $0], other.values[$0]) } : []
        let both = shown.map { "\(text($0.0)) beside \(text($0.1))" }.joined(separator: ", ")
        return draws == 2
          ? "with \(count(mark.labels)) labels two draws have \(both) from scratch"
          : "with \(count(mark.labels)) labels one draw has \(values)"
      case .equal: return "with \(count(mark.labels)) labels the draws show no difference (\(values))"
      case .ahead:
        return "with \(count(mark.labels)) labels \(values), for which that needs \(needed(mark, supervised))"
      }
    }
    return "\(name): " + parts.joined(separator: "; ") + "."
  }

  /// How many labels the network from scratch needs for the same, on the line between its points over the logarithm of
  /// their labels.
  private func needed(_ mark: Mark, _ supervised: [Mark]) -> String {
    for (below, above) in zip(supervised, supervised.dropFirst())
    where below.value <= mark.value && mark.value <= above.value && above.value > below.value {
      let share = (mark.value - below.value) / (above.value - below.value)
      let labels = exp(log(below.labels) + share * (log(above.labels) - log(below.labels)))
      return String(format: "about %.0f: pre-training saves %.0f of them", labels, labels - mark.labels)
    }
    guard let last = supervised.last else { return "more" }
    return last.value < mark.value ? "more than the \(count(last.labels)) that there are" : "more"
  }

  private func count(_ labels: Double) -> String { String(format: "%.0f", labels) }

  private func text(_ value: Double) -> String {
    figure.isPercent ? Figure.percent(value) : String(format: "%.3f", value)
  }
}
