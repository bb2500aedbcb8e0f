import Evaluation
import Foundation
import Measures
import Samples
import Settings
import Training

/// The numbers of a run that `Interpretation` derives its sentences from. What was not measured is nil.
struct RunMeasurements {
  /// A share of right answers, 0 to 1.
  struct Score: Equatable {
    var value: Double
    /// The 95 % interval; nil where none was measured.
    var interval: ClosedRange<Double>?

    /// The standard error that belongs to the interval; 0 without one.
    var standardError: Double { interval.map { ($0.upperBound - $0.lowerBound) / 3.92 } ?? 0 }
  }

  /// The run with the most labels that were used, beside its baselines, on the same test samples.
  struct BaselineComparison: Equatable {
    var verdict: Verdict
    var testCount: Int
    /// The step of the checkpoint that was evaluated.
    var step: Int?

    /// Balanced accuracy of the run by the better judge; nil where the evaluation has no row of the run.
    var run: Score? { verdict.run.map { Score(value: $0.value, interval: $0.interval) } }
  }

  /// How well nearest neighbours predict the label of each labelled sample of the report from all others.
  struct NeighbourAgreement: Equatable {
    var accuracy: Double
    /// The accuracy of always predicting the most frequent class.
    var majority: Double
    /// Labelled samples.
    var count: Int
  }

  /// How embeddings were spread while the run trained.
  struct EmbeddingSpread: Equatable {
    /// The last effective rank.
    var rank: Double
    /// The highest effective rank.
    var peakRank: Double
    /// The last standard deviation, from 0 (all samples are equal) to 1 (samples lie evenly on the sphere); NaN where
    /// it was not measured.
    var deviation: Double
  }

  /// The course of the training loss.
  struct LossCourse: Equatable {
    var first: Double
    var last: Double
    var isFalling: Bool
  }

  /// What samples are called, in the plural: "pictures".
  var kind = "samples"
  /// The path of the run.
  var run = "RUN"
  /// Where labels of this kind of data are.
  var labelPlace = LabelPlace.file
  /// Whether the method's loss has one.
  var hasTemperature = false
  var sampleCount = 0
  var skippedCount = 0
  /// Samples in groups of near-duplicates.
  var nearDuplicateCount = 0
  /// Groups of near-duplicates with different labels.
  var groupsWithDifferentLabels = 0
  /// Groups of near-duplicates with samples in several of the parts training, validation and test.
  var groupsInSeveralParts = 0
  /// Groups of samples, such as patients, that the split column divides between training and test part.
  var dividedGroups: DividedGroups?
  /// What copies the test part has of training samples, as a sentence without its full stop; nil if none are known.
  var copies: String?
  /// Steps that the run has done.
  var step = 0
  /// Steps that the run was planned for.
  var totalSteps = 0
  var epochs = 0.0
  var hasLabels = false
  var comparison: BaselineComparison?
  /// Of the latest curve, one a number of labels, the smallest first.
  var curveVerdicts: [Verdict] = []
  /// What makes results little to rely on, or needs to be known of them, a sentence each.
  var reservations: [String] = []
  var agreement: NeighbourAgreement?
  var spread: EmbeddingSpread?
  /// Alarms that were raised while the run trained, a sentence each without its full stop.
  var alarms: [String] = []
  var loss: LossCourse?
}

extension RunMeasurements.BaselineComparison {
  /// Nil where the evaluation has no row of the run itself.
  init?(_ report: RepresentationReport) {
    guard let verdict = report.partVerdicts.last?.verdict, verdict.run != nil else { return nil }
    self.init(verdict: verdict, testCount: report.testCount, step: report.step)
  }
}

extension RunMeasurements.EmbeddingSpread {
  /// Nil where no line of the log holds an effective rank.
  init?(_ metrics: [StepMetrics]) {
    let ranks = metrics.compactMap(\.effectiveRank)
    guard let rank = ranks.last, let peak = ranks.max() else { return nil }
    let deviation = metrics.last { $0.standardDeviation != nil }?.standardDeviation ?? .nan
    self.init(rank: Double(rank), peakRank: Double(peak), deviation: Double(deviation))
  }
}

extension RunMeasurements.LossCourse {
  /// The loss counts as falling where its mean over the last tenth of the steps is lower than over the tenth before, by
  /// more than a hundredth of the whole fall. Nil without a line.
  init?(_ metrics: [StepMetrics]) {
    guard let first = metrics.first, let last = metrics.last else { return nil }
    let part = max(1, metrics.count / 10)
    func mean(_ lines: ArraySlice<StepMetrics>) -> Double {
      lines.reduce(0) { $0 + Double($1.loss) } / Double(max(1, lines.count))
    }
    let end = mean(metrics.suffix(part))
    let before = mean(metrics.dropLast(part).suffix(part))
    let fall = abs(mean(metrics.prefix(part)) - end)
    self.init(
      first: Double(first.loss), last: metrics.count > 1 ? end : Double(last.loss),
      isFalling: metrics.count >= 20 && before - end > fall / 100)
  }
}
