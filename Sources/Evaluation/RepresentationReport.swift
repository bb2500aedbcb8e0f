import Foundation
import Learning
import Measures
import Samples
import Settings
import Torch
import Training

/// How well frozen features tell classes apart: nearest neighbours and a linear probe, beside baselines.
public struct RepresentationReport: Codable, Sendable {
  public enum Judge: String, Codable, Sendable, CaseIterable {
    /// Weighted nearest neighbours (k 20, temperature 0.07), as DINO's.
    case nearestNeighbours = "kNN"
    /// Logistic regression, its regularisation chosen on the training part.
    case linearProbe = "linear probe"
  }

  /// One judgement of one representation with one part of the labels.
  public struct Row: Codable, Sendable {
    public let representation: Representation.Kind
    public let judge: Judge
    /// Part of the training labels that was used, 0 to 1.
    public let labelFraction: Double
    /// How many labels that is.
    public let labelCount: Int
    /// One entry a subset of the labels; a single one where all are used.
    package let results: [ClassificationMetrics]
    /// Precision and recall of each class, the subsets of the labels counted together; nil in what was written before this
    /// was recorded.
    package let perClass: ClassResults?

    /// "raw input, linear probe"
    package var name: String { "\(representation.rawValue), \(judge.rawValue)" }

    public var accuracy: Double { mean { $0.accuracy.value } ?? .nan }
    public var balancedAccuracy: Double { mean { $0.balancedAccuracy.value } ?? .nan }
    public var auroc: Double? { mean { $0.auroc?.value } }

    private func mean(_ value: (ClassificationMetrics) -> Double?) -> Double? {
      let values = results.compactMap(value)
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
  }

  public let run: String
  /// How many steps of the run were done; nil in what was written before this was recorded.
  public let step: Int?
  public let classes: [String]
  public let trainingCount: Int
  public let testCount: Int
  /// Where the division into training and test part comes from.
  public let division: String
  /// Accuracy of always naming the class that is most frequent in the training part.
  public let majority: Double
  public let rows: [Row]
  public let skipped: [SampleError]
  /// Groups that the split column divides; nil where it divides none, or none are known.
  package let dividedGroups: DividedGroups?
  /// Test samples that are also among the training samples; nil in what was written before this was recorded.
  package let leakage: Leakage?
  /// What a user should know about data, labels and their division; nil likewise.
  package let notes: [String]?
  /// How many test samples the run was trained on, without their labels; nil likewise.
  package let seenCount: Int?
  /// How many of the samples have no label; nil likewise.
  package let unlabelledCount: Int?
  /// Which line is best with each part of the labels, the smallest first; nil likewise.
  private let verdicts: [PartVerdict]?

  /// What a division of the same samples that knows no groups would have claimed of the run, all labels used; nil where no
  /// groups are known or the data say their parts, and in what was written before this was recorded.
  package let claims: [Claim]?

  /// The accuracy of one judge by a division that puts samples of one group, such as the pictures of a patient, on both sides,
  /// and by the division in whole groups.
  package struct Claim: Codable, Sendable, Equatable {
    package let judge: Judge
    package let dividingGroups: Double
    package let inWholeGroups: Double
  }

  /// A verdict on one part of the training labels.
  package struct PartVerdict: Codable, Sendable {
    /// 0 to 1.
    package let labelFraction: Double
    package let verdict: Verdict
  }

  /// Where labels are divided: by the split column, else a fifth of each class is held out by this seed.
  public struct Division: Sendable {
    public let training: [Int]
    public let test: [Int]
    public let origin: String
    /// Those that the split column divides, if it does.
    package let dividedGroups: DividedGroups?
    /// What a user should know, a sentence each.
    package let notes: [String]

    /// - Parameter groups: of the same samples. What is held out by the seed is held out in whole groups.
    /// - Throws: `EvaluationError` where the groups leave no class to learn and to judge.
    public init(of labels: Labels, groups: Groups? = nil, seed: UInt64 = 0) throws {
      guard let targets = Targets(oneOf: labels) else { throw EvaluationError.nothingKnown }
      let division = try TargetDivision(of: targets, groups: groups, seed: seed)
      training = division.training
      test = division.test
      // Nothing is chosen by a validation part here.
      dividedGroups = try DividedGroups.found(in: labels, groups)
      origin =
        labels.hasSplits
        ? DividedGroups.origin(groups, of: training + test, divided: [dividedGroups].compactMap(\.self))
        : division.origin
      notes = targets.notes + division.notes
    }
  }

  /// - Parameters:
  ///   - fractions: parts of the training labels, each in 0 to 1; parts below 1 are drawn `subsetCount` times, stratified.
  ///   - progress: called with what is being done.
  public init(
    of run: RunFolder, on data: any SampleCollection, fractions: [Double] = [1], subsetCount: Int = 5, seed: UInt64 = 0,
    baselines: [Representation.Kind] = [.randomInitialisation, .rawInput, .furtherInput],
    progress: (String) -> Void = { _ in }
  ) throws {
    try self.init(
      of: run, on: data, fractions: fractions, subsetCount: subsetCount, seed: seed, baselines: baselines, in: .alone,
      progress: progress)
  }

  /// Encodes samples for process 0, which makes the report.
  ///
  /// - Parameters: as process 0 has them.
  package static func help(
    of run: RunFolder, on data: any SampleCollection, baselines: [Representation.Kind], in world: World
  ) throws {
    for kind in [.trained] + baselines where kind.origin != .rawInput {
      _ = try Representation(kind, of: data, run: run, fittedOn: [], in: world)
    }
  }

  /// - Parameter world: of which this is process 0; the others `help`.
  package init(
    of run: RunFolder, on data: any SampleCollection, fractions: [Double], subsetCount: Int, seed: UInt64,
    baselines: [Representation.Kind], in world: World, progress: (String) -> Void
  ) throws {
    guard let labels = data.labels, !labels.classes.isEmpty else {
      throw EvaluationError.noLabels(data.configuration.labelPlace)
    }
    guard labels.classes.count >= 2 else { throw EvaluationError.oneClass(labels.classes.first ?? "") }
    let division = try Division(of: labels, groups: data.groups, seed: seed)
    self.run = run.path
    step = Checkpoint.step(standingFor: run)
    classes = labels.classes
    self.division = division.origin
    dividedGroups = division.dividedGroups

    let further = data.configuration.furtherBaseline
    let baselines = baselines.filter { $0 != .furtherInput || further != nil }
    var rows: [Row] = []
    var skipped: [SampleError] = []
    var counts = (training: 0, test: 0)
    var leakage: Leakage?
    var rawNote: String?
    var claims: [Claim]?
    for kind in [.trained] + baselines {
      progress("Encoding \(Figure.counted(data.names.count, "sample")): \(kind.rawValue)")
      let representation = try Representation(kind, of: data, run: run, fittedOn: division.training, in: world)
      for damage in representation.damaged { progress("\(damage); using the one before it") }
      let features = SampleFeatures(representation.features, of: representation.samples)
      if kind == .trained { skipped = data.skipped + representation.skipped }
      if kind == .trained {
        progress("Looking for copies on both sides")
        leakage = try Leakage(in: data, features: features, training: division.training, test: division.test)
      }
      let part = try Part(features, labels: labels, groups: data.groups, division: division)
      if kind == .trained, let groups = data.groups, !labels.hasSplits {
        claims = try Self.claims(features, part, labels, groups, seed: seed)
      }
      // A probe may see raw input along fewer axes.
      var probed = part
      if kind == .rawInput {
        let raw = try RawInput(
          representation.features, of: representation.samples, training: division.training,
          outputCount: labels.classes.count)
        rawNote = raw.note
        if raw.note != nil {
          probed = try Part(
            raw.probed, labels: labels, groups: data.groups, division: division, standardizes: raw.standardizes)
        }
      }
      counts = (part.trainingLabels.count, part.testLabels.count)
      // A second baseline may have too many values for the usual probe. It then brings one, or has none: the first baseline is
      // the same in a form that suits it.
      let ownProbe = kind == .furtherInput ? try further?.probe(of: data, fittedOn: division.training) : nil
      let hasProbe = kind != .furtherInput || further?.suitsProbe == true || ownProbe != nil
      for fraction in fractions {
        let subsets = try part.subsets(fraction: fraction, count: subsetCount, seed: seed)
        for judge in hasProbe ? Judge.allCases : [.nearestNeighbours] {
          progress("Judging \(kind.rawValue): \(judge.rawValue) with \(Figure.counted(subsets[0].count, "label"))")
          let judging = judge == .linearProbe ? probed : part
          let judged = try subsets.map {
            try judging.judge(
              judge, training: $0, classCount: labels.classes.count, by: judge == .linearProbe ? ownProbe : nil)
          }
          rows.append(
            Row(
              representation: kind, judge: judge, labelFraction: fraction, labelCount: subsets[0].count,
              results: judged.map(\.metrics),
              perClass: ClassTally(summing: judged.map(\.tally)).map {
                ClassResults($0, names: labels.classes, drawCount: judged.count)
              }))
        }
      }
    }
    self.rows = rows
    self.claims = claims
    self.skipped = skipped
    self.leakage = leakage
    let names = further.map { further in
      "Raw input is \(data.configuration.rawBaseline.name); '\(Representation.Kind.furtherInput.rawValue)' is \(further.name)."
    }
    seenCount = try TestPart.seenCount(of: division.test, in: data, by: run)
    unlabelledCount = labels.classIndices.count { $0 == nil }
    notes =
      data.notes + division.notes
      + [
        baselines.contains(.furtherInput) ? names : nil, rawNote,
        TestPart.sentence(seen: seenCount, of: division.test.count),
      ].compactMap(\.self)
    (trainingCount, testCount) = counts
    majority = Self.majority(division, labels)
    verdicts = Self.verdicts(on: rows, classes: labels.classes)
  }

  /// Nil where a division that knows no groups divides none.
  private static func claims(
    _ features: SampleFeatures, _ part: Part, _ labels: Labels, _ groups: Groups, seed: UInt64
  ) throws -> [Claim]? {
    let division = try Division(of: labels, seed: seed)
    guard try DividedGroups(of: groups, ("train", division.training), ("test", division.test)) != nil else {
      return nil
    }
    let naive = try Part(features, labels: labels, groups: nil, division: division)
    func accuracy(_ part: Part, _ judge: Judge) throws -> Double {
      let all = Array(part.trainingLabels.indices)
      return try part.judge(judge, training: all, classCount: labels.classes.count, by: nil).metrics.accuracy.value
    }
    return try Judge.allCases.map {
      Claim(judge: $0, dividingGroups: try accuracy(naive, $0), inWholeGroups: try accuracy(part, $0))
    }
  }

  /// "A division by sample, …, would have said 97 % (kNN); in whole groups it is 83 %."; nil without groups.
  package var claimSentence: String? {
    guard let claims, !claims.isEmpty else { return nil }
    func listed(_ value: (Claim) -> Double) -> String {
      claims.map { "\(Figure.percent(value($0))) (\($0.judge.rawValue))" }.joined(separator: " and ")
    }
    return
      "A division by sample, with samples of one group on both sides, would have said \(listed(\.dividingGroups)); in whole "
      + "groups it is \(listed(\.inWholeGroups))."
  }

  /// Which line is best with each part of the labels, the smallest first.
  package var partVerdicts: [PartVerdict] { verdicts ?? Self.verdicts(on: rows, classes: classes) }

  /// As far as rows that were read from a file allow it, which hold no resamples.
  private static func verdicts(on rows: [Row], classes: [String]) -> [PartVerdict] {
    Set(rows.map(\.labelFraction)).sorted().compactMap { fraction in
      let part = rows.filter { $0.labelFraction == fraction }
      let lines = part.map { row in
        ResultLine(
          row.name, row.representation.origin, draws: row.results.map { PredictionMetrics($0) },
          isExact: fraction >= 1)
      }
      return Verdict(
        of: lines, target: .oneOf(classes), labels: Figure.counted(part[0].labelCount, "label")
      ).map { PartVerdict(labelFraction: fraction, verdict: $0) }
    }
  }

  /// The run's row by the better judge with the most labels; nil without any.
  package var bestOwnRow: Row? {
    let own = rows.filter { $0.representation == .trained }
    guard let most = own.map(\.labelFraction).max() else { return nil }
    return own.filter { $0.labelFraction == most }.max { $0.balancedAccuracy < $1.balancedAccuracy }
  }

  private static func majority(_ division: Division, _ labels: Labels) -> Double {
    var counts = [Int](repeating: 0, count: labels.classes.count)
    for sample in division.training { if let label = labels.classIndices[sample] { counts[label] += 1 } }
    let most = counts.indices.max { counts[$0] < counts[$1] }
    return Double(division.test.count { labels.classIndices[$0] == most }) / Double(division.test.count)
  }
}

/// Why a representation cannot be judged.
public enum EvaluationError: Error, Sendable, Explained {
  /// There are no labels; the place says where this kind of data has them.
  case noLabels(LabelPlace)
  case oneClass(String)
  case emptyPart(String)
  case tooFewLabels(Int)
  /// No sample has a target.
  case nothingKnown
  /// A model was taught something else than the labels say.
  case otherTarget
  /// The labels name classes of which a model knows none; with those that it knows.
  case unknownClasses([String], known: [String])
  /// Several classes or numbers, of which all samples say the same.
  case constantTarget
  /// Samples are mixed in pairs only where each is a row or a grid of numbers.
  case cannotMix
  /// Labels are spread only where a sample has one class among several.
  case nothingToSpread
  /// What is to be divided belongs to one group; its name, where that is known.
  case oneGroup(String?)
  /// All samples of each of these classes belong to one group, so nothing is left to judge.
  case oneGroupAClass([String])
  /// So many labels belong to groups of which none can be held out to make choices by.
  case noGroupToChooseBy(Int)
  /// A label of usual steps that no step has; nil where none was named and none is known by its name.
  case unknownNormalLabel(String?, found: [String])
  /// No recording has the steps that a forecast needs.
  case tooShortToForecast(longest: Int, needed: Int)
  /// The loss of fine-tuning is not a number any more.
  case diverged(step: Int, learningRate: Double)
  /// Nor is it at any of the learning rates to choose from.
  case allDiverged(lowestRate: Double)

  public var explanation: Explanation {
    switch self {
    case .noLabels(.file):
      """
      the data have no labels of classes: give a file with the columns path and label\(by: .giveLabels(.file)), or \
      put each class into a subfolder
      """
    case .noLabels(.column(let name)):
      "the data have no labels of classes: name the column that holds them\(by: .giveLabels(.column(name)))"
    case .oneClass(let name):
      "all labels say '\(name)': telling classes apart needs at least two of them"
    case .tooFewLabels(let count):
      """
      \(count) labels, one a class, are too few to learn from and to know when to stop: give more, or a validation \
      part
      """
    case .otherTarget:
      """
      the labels are not what the model has learned to predict: give the labels, or the column, that it \
      learned from
      """
    case .unknownClasses(let classes, let known):
      """
      the model knows none of the classes that the labels name (\(listed(classes.map { "'\($0)'" }, limit: 5))); it was \
      taught \(listed(known.map { "'\($0)'" }, limit: 5)): name the classes as there, or fine-tune another model
      """
    case .nothingKnown: "no sample has a value to predict: the cells are all empty or not a number"
    case .constantTarget:
      "all samples to learn from have the same value: at least two different values are needed"
    case .cannotMix:
      "samples of this kind of data cannot be mixed in pairs: leave out \(setting: "mix-up")"
    case .nothingToSpread:
      """
      labels are spread over samples without one only where each says one class among several: leave out \
      \(setting: "spread-labels")
      """
    case .oneGroup(let name):
      """
      all samples to divide belong to one group\(name.map { " ('\($0)')" } ?? ""), and no group is ever divided: give \
      samples of other groups, or leave the groups out (where each sample is a file: \(setting: "groups", "none"))
      """
    case .oneGroupAClass(let classes):
      """
      the samples of \(listed(classes.map { "'\($0)'" }, limit: 3)) belong to one group each, and no group is ever \
      divided: give samples of other groups to judge by, a split column, or leave the groups out (where each \
      sample is a file: \(setting: "groups", "none"))
      """
    case .noGroupToChooseBy(let count):
      """
      the \(count) labels belong to too few groups to learn from some and to know when to stop by others: give labels \
      of other groups, or a validation part
      """
    case .unknownNormalLabel(let name?, let found):
      """
      no step has the label '\(name)'\(found.isEmpty ? "" : "; the labels are \(listed(found.map { "'\($0)'" }, limit: 5))"): \
      name the label of usual steps\(found.isEmpty ? ", and where the labels are" : "") (\(setting: "normal-label"))
      """
    case .unknownNormalLabel(nil, let found):
      """
      which label stands for usual steps is not known; the labels are \(listed(found.map { "'\($0)'" }, limit: 5)): name it \
      (\(setting: "normal-label"))
      """
    case .tooShortToForecast(let longest, let needed):
      """
      the longest recording has \(longest) steps, and to forecast so many takes \(needed): give longer recordings, or forecast fewer \
      steps (\(setting: "horizon"))
      """
    case .diverged(let step, let rate):
      """
      the loss stopped being a number at step \(step) with the learning rate \(rate): try a lower \
      \(setting: "learning-rate")
      """
    case .allDiverged(let rate):
      """
      the loss stops being a number at every learning rate, the lowest of them \(rate): try lower \
      \(setting: "learning-rates")
      """
    case .emptyPart(let part):
      """
      the labels leave the \(part) part empty: give at least two labels of a class, or a split column or folders that say \
      train for some samples with a label and test for others
      """
    }
  }
}

/// The labelled rows of a representation, divided.
private struct Part {
  let training: Tensor
  /// The samples of the rows.
  let trainingSamples: [Int]
  let testSamples: [Int]
  let trainingLabels: [Int]
  let trainingGroups: [Int?]?
  let test: Tensor
  let testLabels: [Int]
  /// Whether a probe brings the features to one size.
  let standardizes: Bool

  init(
    _ features: SampleFeatures, labels: Labels, groups: Groups?, division: RepresentationReport.Division,
    standardizes: Bool = true
  ) throws {
    self.standardizes = standardizes
    trainingSamples = features.readable(division.training)
    testSamples = features.readable(division.test)
    (training, test) = (try features[trainingSamples], try features[testSamples])
    trainingLabels = trainingSamples.compactMap { labels.classIndices[$0] }
    testLabels = testSamples.compactMap { labels.classIndices[$0] }
    trainingGroups = groups?.of(trainingSamples)
  }

  func subsets(fraction: Double, count: Int, seed: UInt64) throws -> [[Int]] {
    guard fraction < 1 else { return [Array(trainingLabels.indices)] }
    return try (0..<count).map {
      try stratifiedSubset(of: trainingLabels, fraction: fraction, seed: seed &+ UInt64($0))
    }
  }

  /// - Parameter probe: instead of logistic regression on the features.
  func judge(
    _ judge: RepresentationReport.Judge, training subset: [Int], classCount: Int, by probe: RawBaseline.Probe?
  ) throws -> (metrics: ClassificationMetrics, tally: ClassTally) {
    let labels = subset.map { trainingLabels[$0] }
    let groups = trainingGroups.map { all in subset.map { all[$0] } }
    func bank() throws -> Tensor { try training.indexed(by: Tensor(subset.map(Int64.init))) }
    let scores =
      switch (judge, probe) {
      case (.nearestNeighbours, _):
        try NearestNeighbours().predict(bank: bank(), labels: labels, queries: test, classCount: classCount)
      case (.linearProbe, let probe?):
        try ClassScores(
          values: probe(
            RawBaseline.ProbeTask(
              training: subset.map { trainingSamples[$0] }, labels: labels, groups: groups, test: testSamples,
              classCount: classCount)), classCount: classCount)
      case (.linearProbe, nil):
        try LogisticRegression(scaling: standardizes ? .best : .none).fit(
          bank(), labels: labels, classCount: classCount, groups: groups
        ).probabilities(of: test)
      }
    return (
      try ClassificationMetrics(of: scores, labels: testLabels), try ClassTally(scores, labels: testLabels)
    )
  }
}
