import Evaluation
import Foundation
import Measures
import Samples
import Training

/// The numbers that sentences about a run are derived from. What was not measured is nil.
struct Evidence {
  struct Score: Equatable {
    var value: Double
    var interval: ClosedRange<Double>?

    /// The standard error that belongs to a 95 % interval.
    var error: Double { interval.map { ($0.upperBound - $0.lowerBound) / 3.92 } ?? 0 }
  }

  /// Balanced accuracy of nearest neighbours with all labels, on the same test samples.
  struct Comparison: Equatable {
    var run: Score
    var untrained: Score?
    var rawInput: Score?
    var classCount: Int
    var testCount: Int
    var step: Int?
  }

  /// Within the report's own samples: each is named by all others.
  struct Agreement: Equatable {
    var accuracy: Double
    /// Of always naming the most frequent class.
    var majority: Double
    var count: Int
  }

  /// Of embeddings during the run.
  struct Spread: Equatable {
    var rank: Double
    var peakRank: Double
    /// 0 (all samples equal) to 1 (even over the sphere).
    var deviation: Double
  }

  struct Loss: Equatable {
    var first: Double
    var last: Double
    var isFalling: Bool
  }

  var kind = "samples"
  var run = "RUN"
  var sampleCount = 0
  var skippedCount = 0
  /// Samples in groups of near-duplicates, and groups whose labels differ.
  var duplicateCount = 0
  var contradictoryGroups = 0
  /// Groups with samples on both sides of a division into training and test part.
  var dividedGroups = 0
  var step = 0
  var totalSteps = 0
  var epochs = 0.0
  var hasLabels = false
  var comparison: Comparison?
  var agreement: Agreement?
  var spread: Spread?
  /// What went wrong while it trained, in the words of that moment.
  var alarms: [String] = []
  var loss: Loss?
}

extension Evidence.Comparison {
  /// Nil where the judgement has no row of the run itself.
  init?(_ report: RepresentationReport) {
    let rows = report.rows.filter { $0.judge == .nearestNeighbours }
    guard let fraction = rows.map(\.labelFraction).max() else { return nil }
    func score(_ kind: Representation.Kind) -> Evidence.Score? {
      guard let row = rows.first(where: { $0.labelFraction == fraction && $0.representation == kind }) else {
        return nil
      }
      return Evidence.Score(
        value: row.balancedAccuracy, interval: row.results.count == 1 ? row.results[0].balancedAccuracy.interval : nil)
    }
    guard let run = score(.trained) else { return nil }
    self.init(
      run: run, untrained: score(.randomInitialisation), rawInput: score(.rawInput), classCount: report.classes.count,
      testCount: report.testCount, step: report.step)
  }
}

extension Evidence.Spread {
  /// Nil where no line tells of embeddings.
  init?(_ metrics: [StepMetrics]) {
    let ranks = metrics.compactMap(\.effectiveRank)
    guard let rank = ranks.last, let peak = ranks.max() else { return nil }
    let deviation = metrics.last { $0.standardDeviation != nil }?.standardDeviation ?? .nan
    self.init(rank: Double(rank), peakRank: Double(peak), deviation: Double(deviation))
  }
}

extension Evidence.Loss {
  /// Falling: over the last tenth of the steps, the mean is lower than over the tenth before by more than a hundredth of
  /// the way it has come.
  init?(_ metrics: [StepMetrics]) {
    guard let first = metrics.first, let last = metrics.last else { return nil }
    let part = max(1, metrics.count / 10)
    func mean(_ lines: ArraySlice<StepMetrics>) -> Double {
      lines.reduce(0) { $0 + Double($1.loss) } / Double(max(1, lines.count))
    }
    let end = mean(metrics.suffix(part))
    let before = mean(metrics.dropLast(part).suffix(part))
    let way = abs(mean(metrics.prefix(part)) - end)
    self.init(
      first: Double(first.loss), last: metrics.count > 1 ? end : Double(last.loss),
      isFalling: metrics.count >= 20 && before - end > way / 100)
  }
}
