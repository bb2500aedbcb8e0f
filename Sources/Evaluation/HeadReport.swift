import Foundation
import Learning
import Measures
import Samples
import Settings
import Training

/// How well the head of a fine-tuned model predicts labels that are known. Nothing is fitted.
package struct HeadReport: Codable, Sendable {
  package let run: String
  package let target: TargetKind
  /// Samples that judge.
  package let testCount: Int
  /// Which those are.
  package let division: String
  package let result: PredictionMetrics
  /// The result on the samples that were held out when the model was fine-tuned; nil if none were.
  package let resultOfFineTuning: PredictionMetrics?
  /// Classes of the data that the head does not know, and how many of the samples that would judge have one.
  package let unknownClasses: [String]
  package let unknownCount: Int
  /// Classes of the head that no sample that judges has.
  package let absentClasses: [String]
  /// How many of the samples that judge the fine-tuning learned from or made choices by; of models of earlier versions, how
  /// many were given to it, those that it was tested with too.
  package let seenCount: Int
  package let skipped: [SampleError]
  /// Precision and recall of each class; nil for numbers.
  package let perClass: ClassResults?
  /// What a user should know, a sentence each.
  package let notes: [String]

  /// - Parameters:
  ///   - run: the folder of a fine-tuned model.
  ///   - targets: classes are matched by name with those of the head. Samples of other classes do not judge.
  /// - Throws: `EvaluationError.otherTarget` if the labels say something else than the head; `.unknownClasses` if it knows
  ///   none of their classes; `RunFolder.Failure`.
  package init(
    of run: RunFolder, on data: any SampleCollection, targets: Targets, progress: (String) -> Void = { _ in }
  ) throws {
    let model = try FineTunedModel(of: run)
    let network = model.network
    for damage in network.encoder.damaged { progress("\(damage); using the one before it") }
    let matched = try MatchedTargets(targets, of: network.kind)
    let known = targets.knownSamples
    let test = targets.samples(in: .test)
    let isTest = targets.hasSplits && !test.isEmpty
    let candidates = isTest ? test : known
    let judging = candidates.filter { matched.rows[$0] != nil }
    guard !judging.isEmpty else {
      if known.isEmpty { throw EvaluationError.nothingKnown }
      throw EvaluationError.unknownClasses(matched.unknownClasses, known: network.kind.classes)
    }
    progress("Judging the head on \(judging.count) \(data.configuration.plural)")
    let views = SubsetViews(data.evaluationView(of: Array(data.names.indices)), samples: judging)
    var predictions: [Double] = []
    var rows: [[Float]] = []
    let unreadable = try network.encoder.forEachBatch(of: views) { features, samples in
      predictions += try network.predictions(of: features)
      rows += samples.map { matched.rows[judging[$0]] ?? [] }
    }
    result = try PredictionMetrics(predictions, targets: rows, kind: network.kind)
    perClass = ClassResults(of: [result], names: network.kind.classes)
    skipped = data.skipped + unreadable
    self.run = run.path
    target = network.kind
    testCount = result.count
    division =
      isTest ? "the test part" : targets.hasSplits ? "all with a label, for no test part is given" : "all with a label"
    resultOfFineTuning = model.record.result
    unknownClasses = matched.unknownClasses
    unknownCount = candidates.count - judging.count
    absentClasses = network.kind.classes.indices.filter { place in
      !rows.contains { $0.indices.contains(place) && $0[place] == 1 }
    }.map { network.kind.classes[$0] }
    let (learnedCount, listed) = (model.record.learnedCount, try run.open().samples)
    seenCount = data.listing(of: judging).countShared(with: learnedCount.map { listed.prefix($0) } ?? listed)
    notes =
      targets.notes
      + Self.notes(
        unknownClasses, unknownCount, absentClasses, seenCount, of: testCount, isExact: learnedCount != nil)
  }

  private static func notes(
    _ unknown: [String], _ unknownCount: Int, _ absent: [String], _ seen: Int, of count: Int,
    isExact: Bool
  ) -> [String] {
    var notes: [String] = []
    if !unknown.isEmpty {
      notes.append(
        "The head does not know \(unknown.count == 1 ? "the class" : "the classes") \(quoted(unknown)): "
          + "\(unknownCount) samples are left out.")
    }
    if !absent.isEmpty {
      notes.append("No sample that judges has \(absent.count == 1 ? "the class" : "the classes") \(quoted(absent)).")
    }
    if seen > 0 {
      notes.append(
        "\(seen) of the \(count) samples \(seen == 1 ? "was" : "were") "
          + (isExact
            ? "used in the fine-tuning, to learn from or to make choices by"
            : "given to the fine-tuning, most of them to learn from")
          + ": the figures are better than those of new samples would be.")
    }
    return notes
  }

  /// A warning where few samples judge, without a full stop.
  package var warnings: [String] {
    [TestPart.warning(count: testCount, accuracy: result.accuracy?.value)].compactMap(\.self)
  }

  private static func quoted(_ names: [String]) -> String { listed(names.map { "'\($0)'" }, limit: 5) }

  /// For people.
  package var text: String {
    let what =
      switch target {
      case .oneOf(let classes): "\(classes.count) classes"
      case .anyOf(let classes): "\(classes.count) classes, any of which a sample may have"
      case .number(let name): "'\(name)'"
      }
    let figures = PredictionMetrics.figures(of: target)
    func cells(_ name: String, _ metrics: PredictionMetrics) -> [String] {
      [name, "\(metrics.count)"]
        + figures.map { figure in
          guard let value = figure.value(metrics) else { return "–" }
          let (factor, form) = figure.isPercent ? (100.0, "%.1f") : (1.0, "%.3f")
          func text(_ value: Double) -> String { String(format: form, value * factor) }
          return text(value)
            + (figure.interval(metrics).map { " (\(text($0.lowerBound))–\(text($0.upperBound)))" } ?? "")
        }
    }
    var table = [["the model's own head", "samples"] + figures.map(\.name), cells("on these data", result)]
    if let resultOfFineTuning { table.append(cells("when it was fine-tuned", resultOfFineTuning)) }
    return
      (["\(what); \(testCount) samples: \(division).", ""] + alignedColumns(table) + [
        "", "Ranges: the 95 % interval over the samples.",
      ]).joined(separator: "\n")
  }
}

/// The targets of samples, in the order of a head's outputs.
private struct MatchedTargets {
  /// Nil for a sample whose target is unknown, or that has a class which the head does not know.
  let rows: [[Float]?]
  /// Classes that the head does not know.
  let unknownClasses: [String]

  init(_ targets: Targets, of head: TargetKind) throws {
    switch (head, targets.kind) {
    case (.number, .number):
      rows = (0..<targets.count).map { targets.row(of: $0) }
      unknownClasses = []
    case (.oneOf(let known), .oneOf(let found)), (.anyOf(let known), .oneOf(let found)),
      (.anyOf(let known), .anyOf(let found)):
      let index = Dictionary(uniqueKeysWithValues: zip(known, known.indices))
      rows = (0..<targets.count).map { sample in
        guard let row = targets.row(of: sample) else { return nil }
        var matched = [Float](repeating: 0, count: known.count)
        for (place, value) in row.enumerated() where value == 1 {
          guard let output = index[found[place]] else { return nil }
          matched[output] = 1
        }
        return matched
      }
      unknownClasses = found.filter { index[$0] == nil }
    default: throw EvaluationError.otherTarget
    }
  }
}
