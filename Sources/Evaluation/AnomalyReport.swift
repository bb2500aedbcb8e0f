import Foundation
import Learning
import Measures
import Samples
import Settings
import Torch
import Training

/// How much each step of recordings stands out from what a run learned from, by the run's network in two ways and by two scores that need
/// no learning.
public struct AnomalyReport: Sendable {
  public enum Score: String, Sendable, CaseIterable, Codable {
    /// `RepresentationChanges`
    case representation
    /// `VectorDistances`
    case nearestVector = "nearest_vector"
    /// `UsualValues`
    case zScore = "z_score"
    /// `WindowDistances`
    case nearestWindow = "nearest_window"

    package var title: String {
      switch self {
      case .representation: "this run, hidden step"
      case .nearestVector: "this run, nearest vector"
      case .zScore: "z-score"
      case .nearestWindow: "nearest training window"
      }
    }
  }

  /// One recording.
  package struct Recording: Sendable {
    package let name: String
    package let channels: [String]
    /// [steps, channels], not a number where one is missing.
    package let values: [Float]
    /// One for each step; nil where there is none.
    package let scores: [Score: [Double?]]
    package let labels: [String?]?
    /// Whether the label of a step is another than the normal one; nil where it has none.
    package let isAnomalous: [Bool?]?

    package var length: Int { values.count / max(1, channels.count) }
  }

  /// A step that stands out.
  public struct Peak: Sendable, Codable, Equatable {
    public let score: Score
    public let recording: String
    /// Counted from 1.
    public let step: Int
    public let value: Double
    public let label: String?
  }

  /// How well a score finds the steps that are labelled as anomalies.
  public struct Accuracy: Sendable, Codable, Equatable {
    public let score: Score
    /// The area under precision over recall, each step by itself: nothing is adjusted for others of the same anomaly.
    public let averagePrecision: Double
  }

  package let recordings: [Recording]
  /// Those of each score that stand out most, the greatest first.
  public let peaks: [Peak]
  /// One for each score; none without labels, or where no step is an anomaly.
  public let accuracies: [Accuracy]
  /// Steps with all scores and a label, and how many of them are anomalies; nil without labels.
  public let judged: (steps: Int, anomalies: Int)?
  /// A score of the run above this is unusual: the mean and four deviations of those of training steps (Yue et al. 2022); nil
  /// where too few have one.
  public let threshold: Double?
  /// How many steps are above the threshold.
  public let unusualCount: Int
  /// Steps of a window that is compared with training windows; nil where none was.
  public let windowLength: Int?
  /// What a user should know, a sentence each.
  public let notes: [String]

  /// How a report is made.
  public struct Options: Sendable {
    /// How many steps before each step the network sees: 200 in the official code of TS2Vec.
    public var context = 200
    /// Steps of a window that is compared with training windows.
    public var windowLength = 100
    /// The label of usual steps; nil to know it by its name.
    public var normalLabel: String?

    public init() {}
  }

  /// So many training steps say what is usual.
  private static let trainingSteps = 4096
  private static let peaksOfAScore = 5

  /// - Parameters:
  ///   - data: recordings, as the settings for steps read them.
  ///   - training: the samples that the run learned from.
  ///   - report: is called with steps that are done and all of them.
  /// - Throws: `EvaluationError`, `DatasetError`
  public init(
    of data: any SampleCollection, after training: any SampleCollection, by encoder: Encoder, _ options: Options,
    _ report: (Int, Int) throws -> Void
  ) throws {
    guard let steps = data.steps, let known = training.steps else { throw Encoder.Failure.noSteps }
    let changes = RepresentationChanges(encoder: encoder, context: options.context)
    let labels = data.names.indices.map(steps.labels(of:))
    let normal = try NormalLabel(options.normalLabel, of: labels)
    var notes = normal?.notes ?? []

    let examined = Self.examined(known.lengths)
    let total = steps.lengths.reduce(0, +) + examined.reduce(0) { $0 + $1.count }
    var done = 0
    func note(_ count: Int) throws {
      done += count
      try report(done, total)
    }
    var usual: [Double] = []
    var vectors: [Tensor] = []
    for part in examined {
      usual += try changes.scores(of: part.sample, in: known, limit: part.count, seen: { vectors.append($0) }, note)
        .compactMap(\.self)
    }
    threshold = Self.threshold(usual)

    let neighbours = try VectorDistances(concatenate(vectors))

    let values = UsualValues(of: known)
    let shortest = (known.lengths + steps.lengths).min() ?? 0
    let length = max(2, min(options.windowLength, shortest))
    let distances = try WindowDistances(of: known, length: length)
    windowLength = distances?.length
    if let distances, length < options.windowLength {
      notes.append(
        "Windows that are compared with training windows have \(distances.length) steps, as the shortest series does.")
    }
    if let distances, distances.compared < distances.total {
      notes.append(
        "Windows are compared with \(Figure.count(distances.compared)) of \(Figure.count(distances.total)) training windows, spread evenly."
      )
    }
    recordings = try data.names.indices.map { sample in
      let own = steps.values(of: sample)
      let count = steps.lengths[sample]
      var scores: [Score: [Double?]] = [.zScore: values.scores(of: own)]
      var nearest: [Double?] = []
      scores[.representation] = try changes.scores(
        of: sample, in: steps, seen: { nearest += try neighbours.nearest($0).map { $0 } }, note)
      scores[.nearestVector] = nearest
      scores[.nearestWindow] =
        try distances?.scores(of: steps.filledValues(of: sample))?.map { $0 } ?? Array(repeating: nil, count: count)
      return Recording(
        name: data.names[sample], channels: steps.channels, values: own, scores: scores, labels: labels[sample],
        isAnomalous: labels[sample].flatMap { written in
          normal.map { normal in written.map { $0.map { !normal.names.contains($0) } } }
        })
    }
    let found = recordings
    unusualCount =
      threshold.map { threshold in
        found.reduce(0) { $0 + ($1.scores[.representation] ?? []).count { $0.map { $0 > threshold } ?? false } }
      } ?? 0
    peaks = Score.allCases.flatMap { Self.peaks(of: $0, in: found, apart: length) }
    (accuracies, judged) = try Self.judged(found)
    if let judged, judged.anomalies == 0 { notes.append("No step is labelled as an anomaly: scores are not judged.") }
    self.notes = notes
  }

  /// The beginnings of samples that say what is usual.
  private static func examined(_ lengths: [Int]) -> [(sample: Int, count: Int)] {
    var left = trainingSteps
    var parts: [(sample: Int, count: Int)] = []
    // Samples of all of the data, and not its first alone.
    let mean = max(1, lengths.reduce(0, +) / max(1, lengths.count))
    for sample in Array(lengths.indices).evenlySpread(max(1, trainingSteps / mean)) where left > 0 {
      let count = min(left, lengths[sample])
      parts.append((sample, count))
      left -= count
    }
    return parts
  }

  static func threshold(_ scores: [Double]) -> Double? {
    guard scores.count >= RepresentationChanges.remembered else { return nil }
    let mean = scores.reduce(0, +) / Double(scores.count)
    let variance = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scores.count)
    return mean + 4 * variance.squareRoot()
  }

  /// The highest scores, so far apart that each is of an event of its own.
  static func peaks(of score: Score, in recordings: [Recording], apart: Int) -> [Peak] {
    var all: [(recording: Int, step: Int, value: Double)] = []
    for (index, recording) in recordings.enumerated() {
      for (step, value) in (recording.scores[score] ?? []).enumerated() {
        if let value { all.append((index, step, value)) }
      }
    }
    all.sort { ($1.value, $0.recording, $0.step) < ($0.value, $1.recording, $1.step) }
    var kept: [(recording: Int, step: Int, value: Double)] = []
    for one in all {
      if kept.contains(where: { $0.recording == one.recording && abs($0.step - one.step) < apart }) { continue }
      kept.append(one)
      if kept.count == peaksOfAScore { break }
    }
    return kept.map { one in
      Peak(
        score: score, recording: recordings[one.recording].name, step: one.step + 1, value: one.value,
        label: recordings[one.recording].labels?[one.step])
    }
  }

  /// All scores on the same steps.
  private static func judged(
    _ recordings: [Recording]
  ) throws(MeasureError) -> (accuracies: [Accuracy], judged: (steps: Int, anomalies: Int)?) {
    guard recordings.contains(where: { $0.isAnomalous != nil }) else { return ([], nil) }
    var truth: [Bool] = []
    var values: [Score: [Double]] = [:]
    for recording in recordings {
      guard let labels = recording.isAnomalous else { continue }
      for step in labels.indices {
        guard let isAnomalous = labels[step] else { continue }
        let own = Score.allCases.map { recording.scores[$0]?[step] }
        let present = Score.allCases.filter { recording.scores[$0]?.contains { $0 != nil } ?? false }
        guard zip(Score.allCases, own).allSatisfy({ !present.contains($0) || $1 != nil }) else { continue }
        truth.append(isAnomalous)
        for (score, value) in zip(Score.allCases, own) {
          if let value = value ?? nil { values[score, default: []].append(value) }
        }
      }
    }
    var accuracies: [Accuracy] = []
    for score in Score.allCases {
      guard let scores = values[score], scores.count == truth.count,
        let area = try averagePrecision(scores, isPositive: truth)
      else { continue }
      accuracies.append(Accuracy(score: score, averagePrecision: area))
    }
    return (accuracies, (truth.count, truth.count { $0 }))
  }
}

/// Which labels say that a step is as usual.
private struct NormalLabel {
  let names: Set<String>
  let notes: [String]

  private static let usual: Set<String> = ["0", "0.0", "false", "no", "normal", "ok", "usual"]

  /// - Returns: nil where there are no labels.
  init?(_ chosen: String?, of labels: [[String?]?]) throws {
    let found = Set(labels.compactMap(\.self).flatMap { Set($0.compactMap(\.self)) })
    guard !found.isEmpty else {
      if let chosen { throw EvaluationError.unknownNormalLabel(chosen, found: []) }
      return nil
    }
    if let chosen {
      guard found.contains(chosen) else { throw EvaluationError.unknownNormalLabel(chosen, found: found.sorted()) }
      names = [chosen]
    } else {
      names = found.filter { Self.usual.contains($0.lowercased()) }
      guard !names.isEmpty else { throw EvaluationError.unknownNormalLabel(nil, found: found.sorted()) }
    }
    let others = found.subtracting(names).sorted()
    notes =
      others.isEmpty ? [] : ["Steps are anomalies where the label says \(listed(others.map { "'\($0)'" }, limit: 5))."]
  }
}
