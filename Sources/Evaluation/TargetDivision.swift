import Measures
import Samples
import Settings

/// Which samples with a known target are learned from, which choices are made by, and which judge.
public struct TargetDivision: Sendable {
  /// Without `validation`.
  public let training: [Int]
  /// Empty where the labels have no such part: a fifth of what is learned from then serves.
  public let validation: [Int]
  public let test: [Int]
  /// Where it comes from.
  public let origin: String
  /// What a user should know, a sentence each.
  public let notes: [String]

  /// By the split column; without one a fifth of each class is held out by `seed`.
  ///
  /// - Parameter isJudged: false where nothing has to be held out to judge by.
  /// - Throws: `EvaluationError.emptyPart`, `.oneClass`, `.constantTarget` where nothing could be learned or judged.
  public init(of targets: Targets, seed: UInt64 = 0, isJudged: Bool = true) throws {
    var notes: [String] = []
    let known = targets.knownSamples
    guard !known.isEmpty else { throw EvaluationError.nothingKnown }
    if known.count < targets.count, case .oneOf = targets.kind {
      notes.append("\(targets.count - known.count) of \(targets.count) samples have no label and are left out.")
    }
    if targets.hasSplits {
      training = targets.samples(in: .train)
      validation = targets.samples(in: .validation)
      test = targets.samples(in: .test)
      origin = "the split column"
    } else if !isJudged {
      (training, validation, test) = (known, [], [])
      origin = "all labels"
    } else {
      let held = Set(try Self.held(0.2, of: known, targets, seed: seed))
      training = known.filter { !held.contains($0) }
      validation = []
      test = known.filter(held.contains)
      origin = "a fifth of each class held out at random (seed \(seed)); a split column fixes it"
    }
    for (name, part) in [("training", training), ("test", test)] where part.isEmpty && (isJudged || name == "training")
    {
      throw EvaluationError.emptyPart(name)
    }
    switch targets.kind {
    case .oneOf(let classes):
      let counts = Dictionary(grouping: training) { targets.classIndex(of: $0) ?? 0 }.mapValues(\.count)
      guard counts.count >= 2 else { throw EvaluationError.oneClass(counts.keys.first.map { classes[$0] } ?? "") }
      let single = classes.indices.filter { counts[$0] == 1 }
      if !single.isEmpty {
        notes.append(
          "A single label to learn from: \(Self.list(single.map { classes[$0] })). It is learned from, and no validation "
            + "sample stands for it.")
      }
      let absent = classes.indices.filter { counts[$0] == nil }
      if !absent.isEmpty {
        notes.append(
          "No label to learn from: \(Self.list(absent.map { classes[$0] })). No sample will be told to be of it.")
      }
    case .anyOf, .number:
      guard Set(training.map { targets.row(of: $0) }).count >= 2 else {
        throw EvaluationError.constantTarget
      }
    }
    self.notes = notes
  }

  /// Labels to learn from and to stop by: `fraction` of the training part, evenly over the classes, and where the labels
  /// set no validation part, a fifth of these.
  public func draw(
    fraction: Double, of targets: Targets, seed: UInt64
  ) throws -> (training: [Int], validation: [Int]) {
    let known = try subset(fraction, of: targets, seed: seed)
    if !validation.isEmpty { return (known, validation) }
    let held = Set(try Self.held(0.2, of: known, targets, seed: seed &+ 1))
    guard !held.isEmpty else { throw EvaluationError.tooFewLabels(known.count) }
    return (known.filter { !held.contains($0) }, known.filter(held.contains))
  }

  /// A part of the training samples; with one seed, that of a smaller fraction is part of that of a larger.
  public func subset(_ fraction: Double, of targets: Targets, seed: UInt64) throws -> [Int] {
    guard fraction < 1 else { return training }
    return try stratifiedSubset(of: targets.strata(of: training), fraction: fraction, seed: seed).map { training[$0] }
  }

  /// A class of one sample keeps it for learning.
  static func held(
    _ fraction: Double, of samples: [Int], _ targets: Targets, seed: UInt64
  ) throws -> [Int] {
    let strata = targets.strata(of: samples)
    let counts = Dictionary(grouping: strata) { $0 }.mapValues(\.count)
    let candidates = samples.indices.filter { (counts[strata[$0]] ?? 0) > 1 }
    // Sets of classes may be so many that each is there once.
    guard !candidates.isEmpty else {
      guard case .oneOf = targets.kind else {
        return try stratifiedSubset(of: samples.map { _ in 0 }, fraction: fraction, seed: seed).map { samples[$0] }
      }
      return []
    }
    return try stratifiedSubset(of: candidates.map { strata[$0] }, fraction: fraction, seed: seed).map {
      samples[candidates[$0]]
    }
  }

  static func list(_ names: [String]) -> String {
    listed(names.map { "'\($0)'" }, limit: 5)
  }
}
