import Foundation
import Learning
import Measures
import Samples
import Settings
import Torch
import Training

/// How good predictions are with a part of the labels, with pre-training and without it.
///
/// All lines learn from the same labels, drawn evenly over the classes and nested: those of a smaller fraction are part
/// of those of a larger one. The fine-tuned network and the one from scratch see the same views for at most as many steps, and
/// the learning rate of each is chosen from the same values on a fifth of the labels of the first draw of each
/// fraction, and so is the epoch to end after; then each learns from all labels of its draw. Where samples belong to groups, test part and fifth are
/// whole groups. With labels spread the network is fine-tuned at the rate chosen without, for about as many steps. The
/// test part is looked at once for each line, fraction and draw.
package struct LabelCurve: Codable, Sendable {
  package enum Line: String, Codable, Sendable, CaseIterable {
    case fineTuned = "fine-tuned"
    /// Fine-tuned with the labels spread over training samples without one, see `SpreadLabels`; only for one class of several.
    case spread = "fine-tuned, labels spread"
    case probe = "frozen, linear probe"
    case neighbours = "frozen, kNN"
    /// Votes of all training samples, with the labels that were spread to them; only for one class of several.
    case spreadNeighbours = "frozen, kNN, labels spread"
    case supervised = "supervised from scratch"
    /// See `RawInput`.
    case rawProbe = "raw input, linear probe"
    case rawNeighbours = "raw input, kNN"
    /// What spreading does without a network.
    case rawSpreadNeighbours = "raw input, kNN, labels spread"

    /// Whether pre-training has a part in it.
    package var isPretrained: Bool { [.fineTuned, .spread, .probe, .neighbours, .spreadNeighbours].contains(self) }

    /// Whether labels are spread over the samples without one.
    package var spreads: Bool { [.spread, .spreadNeighbours, .rawSpreadNeighbours].contains(self) }

    /// Whether a network is trained by steps, which chance has a part in.
    package var isTrained: Bool { [.fineTuned, .spread, .supervised].contains(self) }

    var origin: ResultLine.Origin { isPretrained ? .pretrained : self == .supervised ? .scratch : .rawInput }
  }

  /// One line at one fraction.
  package struct Point: Codable, Sendable {
    package let line: Line
    /// The part of the training labels, 0 to 1.
    package let fraction: Double
    package let labelCount: Int
    /// One entry a draw of the labels.
    package internal(set) var results: [PredictionMetrics]
    /// As chosen; nil where nothing was trained by steps.
    package let learningRate: Double?
    /// Over the labels; nil likewise.
    package let epochs: Int?
    /// What training and judging took, all draws and the choice of the learning rate together.
    package internal(set) var seconds: Double
  }

  package struct Request: Sendable {
    /// Above 0 to 1.
    package var fractions: [Double] = [0.01, 0.1, 1]
    package var seeds: [UInt64] = [0, 1, 2, 3, 4]
    /// The learning rates to choose from, both for the fine-tuned network and for the one from scratch.
    package var learningRates: [Double] = [3e-4, 1e-3, 3e-3]
    package var lines = Line.allCases
    /// The epochs of both networks that train; nil for what is usual for so many labels.
    package var epochs: Int?
    /// No draw is begun that would not end by then.
    package var minutes: Double?

    package init() {}
  }

  package let run: String
  /// Steps of the run.
  package let step: Int?
  /// What the pre-training itself took, as the run's log says; nil where it does not.
  package let pretrainingSeconds: Double?
  package let target: TargetKind
  package let division: String
  package let trainingCount: Int
  package let testCount: Int
  package let points: [Point]
  package let leakage: Leakage
  /// What a user should know, a sentence each.
  package let notes: [String]
  /// What the curve says, a sentence each: which line is best with each part of the labels, and what pre-training saves.
  package let findings: [String]
  /// How many test samples the run was trained on, without their labels; nil in what was written before this was recorded.
  package let seenCount: Int?
  /// Which line is best with each number of labels, the smallest first; nil likewise.
  package let verdicts: [Verdict]?

  /// - Parameters:
  ///   - progress: called with what is being done.
  ///   - pulse: asked between epochs; what it throws ends the work.
  package init(
    of run: RunFolder, on data: any SampleCollection, targets: Targets, _ request: Request = Request(),
    progress: @escaping (String) -> Void = { _ in }, pulse: @escaping () throws -> Void = {}
  ) throws {
    let hold = try run.holdCurve()
    defer { withExtendedLifetime(hold) {} }
    if let problem = hold?.problem { progress("\(problem).") }
    var making = try LabelCurveMaking(
      of: run, on: data, targets: targets, request, progress: progress, pulse: pulse)
    try making.makeFittedLines()
    step = Checkpoint.step(standingFor: run)
    try making.makeTrainedLines(step: step)
    self.run = run.path
    pretrainingSeconds = StepTiming.seconds(of: run)
    target = targets.kind
    division = making.division.origin
    trainingCount = making.pool.count
    testCount = making.test.count
    points = making.points.filter { !$0.results.isEmpty }
    leakage = making.leakage
    seenCount = try TestPart.seenCount(of: making.testSamples, in: data, by: run)
    notes = making.notes + [TestPart.sentence(seen: seenCount, of: testCount)].compactMap(\.self)
    let verdicts = Self.verdicts(on: points, targets.kind)
    self.verdicts = verdicts
    findings = verdicts.map(\.text) + LabelSaving(points: points, target: targets.kind).sentences
  }

  static func verdicts(on points: [Point], _ target: TargetKind) -> [Verdict] {
    Set(points.map(\.fraction)).sorted().compactMap { fraction in
      let part = points.filter { $0.fraction == fraction }
      return Verdict(
        of: part.map(\.resultLine), target: target,
        labels: Figure.counted(part.map(\.labelCount).max() ?? 0, "label"))
    }
  }
}

extension LabelCurve.Point {
  var resultLine: ResultLine {
    ResultLine(line.rawValue, line.origin, draws: results, isExact: fraction >= 1 && !line.isTrained)
  }
}
