import Measures
import Samples
import Settings

/// Which samples with a known target are learned from, which choices are made by, and which judge.
package struct TargetDivision: Sendable {
  /// Without `validation`.
  package let training: [Int]
  /// Empty where the labels have no such part: a fifth of what is learned from then serves.
  package let validation: [Int]
  package let test: [Int]
  /// Where it comes from.
  package let origin: String
  /// What a user should know, a sentence each.
  package let notes: [String]
  /// What the split column divides: none where all groups are whole, or none are known.
  package let dividedGroups: [DividedGroups]
  /// What is drawn is drawn in whole groups of these.
  private let groups: Groups?

  /// Divides by the split column; without one, `seed` chooses a fifth of each class to hold out.
  ///
  /// - Parameters:
  ///   - groups: of the same samples; nil where none are known.
  ///   - isJudged: false where nothing has to be held out to judge by.
  /// - Throws: `EvaluationError.emptyPart`, `.oneClass`, `.constantTarget`, `.oneGroup`, `.oneGroupAClass` where nothing
  ///   could be learned or judged.
  package init(of targets: Targets, groups: Groups? = nil, seed: UInt64 = 0, isJudged: Bool = true) throws {
    self.groups = groups
    var notes: [String] = []
    var dividedGroups: [DividedGroups] = []
    let known = targets.knownSamples
    guard !known.isEmpty else { throw EvaluationError.nothingKnown }
    if targets.hasSplits {
      let outside = known.count { targets.splits[$0] == nil }
      if outside > 0 {
        notes.append(
          "\(outside) labelled \(outside == 1 ? "sample is" : "samples are") in no part of the split column and left out."
        )
      }
      training = targets.samples(in: .train)
      validation = targets.samples(in: .validation)
      test = targets.samples(in: .test)
      dividedGroups = try Self.divided(groups, training, validation, isJudged ? test : [])
      origin = DividedGroups.origin(groups, of: training + validation + (isJudged ? test : []), divided: dividedGroups)
    } else if !isJudged {
      (training, validation, test) = (known, [], [])
      origin = "all labels"
    } else if let groups {
      var classes: [String]?
      if case .oneOf(let names) = targets.kind { classes = names }
      let held = try Self.testPart(
        of: known, classes: classes, strata: targets.strata(of: known), groups: groups, seed: seed)
      let isHeld = Set(held.samples)
      training = known.filter { !isHeld.contains($0) }
      validation = []
      test = held.samples
      origin = held.origin(seed: seed)
    } else {
      let held = Set(try Self.held(0.2, of: known, targets, groups: nil, seed: seed))
      training = known.filter { !held.contains($0) }
      validation = []
      test = known.filter(held.contains)
      let what = if case .oneOf = targets.kind { "a fifth of each class" } else { "a fifth of the labels" }
      origin = "\(what) held out at random (seed \(seed)); a split column fixes it"
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
      let judged = Set(test.compactMap { targets.classIndex(of: $0) })
      let unjudged = isJudged ? counts.keys.filter { !judged.contains($0) }.sorted() : []
      if !unjudged.isEmpty {
        let reason =
          targets.hasSplits
          ? "The split column puts none of them there"
          : groups != nil
            ? "Too few groups have such samples to learn from some and to judge by others"
            : "A class of one sample is learned from"
        notes.append("No test sample: \(Self.list(unjudged.map { classes[$0] })). \(reason).")
      }
      let absent = classes.indices.filter { counts[$0] == nil }
      if !absent.isEmpty {
        notes.append(
          "No label to learn from: \(Self.list(absent.map { classes[$0] })). No sample will be predicted as one of these."
        )
      }
    case .anyOf, .number:
      guard Set(training.map { targets.row(of: $0) }).count >= 2 else {
        throw EvaluationError.constantTarget
      }
    }
    self.notes = notes
    self.dividedGroups = dividedGroups
  }

  /// About a fifth, in whole groups.
  ///
  /// - Parameters:
  ///   - classes: what each stratum is; nil where strata are no classes.
  /// - Throws: `EvaluationError.oneGroup`, or `.oneGroupAClass` where fewer than two classes could be judged.
  static func testPart(
    of samples: [Int], classes: [String]?, strata: [Int], groups: Groups, seed: UInt64
  ) throws -> HeldGroups {
    if let group = groups.only(of: samples) {
      throw EvaluationError.oneGroup(groups.shortNames([group]).first)
    }
    let held = try HeldGroups(
      0.2, of: samples, strata: strata, areClasses: classes != nil, groups: groups, seed: seed)
    guard let classes else { return held }
    let isHeld = Set(held.samples)
    let judged = Set(zip(samples, strata).filter { isHeld.contains($0.0) }.map(\.1))
    let missing = Set(strata).subtracting(judged).sorted()
    guard judged.count >= min(2, Set(strata).count) else {
      throw EvaluationError.oneGroupAClass(missing.map { classes[$0] })
    }
    return held
  }

  private static func divided(
    _ groups: Groups?, _ training: [Int], _ validation: [Int], _ test: [Int]
  ) throws(MeasureError) -> [DividedGroups] {
    let (train, choice, judge) = (("train", training), ("validation", validation), ("test", test))
    return [
      try DividedGroups(of: groups, train, judge), try DividedGroups(of: groups, choice, judge),
      try DividedGroups(of: groups, train, choice),
    ].compactMap(\.self)
  }

  /// Labels to learn from and to stop by: `fraction` of the training part, evenly over the classes, and where the labels
  /// set no validation part, a fifth of these.
  package func draw(
    fraction: Double, of targets: Targets, seed: UInt64
  ) throws -> (training: [Int], validation: [Int]) {
    let known = try subset(fraction, of: targets, seed: seed)
    if !validation.isEmpty { return (known, validation) }
    let held = Set(try Self.held(0.2, of: known, targets, groups: groups, seed: seed &+ 1))
    guard !held.isEmpty else {
      throw groups == nil
        ? EvaluationError.tooFewLabels(known.count) : EvaluationError.noGroupToChooseBy(known.count)
    }
    return (known.filter { !held.contains($0) }, known.filter(held.contains))
  }

  /// A part of the training samples; with one seed, that of a smaller fraction is part of that of a larger.
  package func subset(_ fraction: Double, of targets: Targets, seed: UInt64) throws -> [Int] {
    guard fraction < 1 else { return training }
    return try stratifiedSubset(of: targets.strata(of: training), fraction: fraction, seed: seed).map { training[$0] }
  }

  /// A class of one sample keeps it for learning, and so does a class of one group.
  ///
  /// - Returns: none where nothing can be held out.
  static func held(
    _ fraction: Double, of samples: [Int], _ targets: Targets, groups: Groups?, seed: UInt64
  ) throws -> [Int] {
    let strata = targets.strata(of: samples)
    if let groups {
      let areClasses = if case .oneOf = targets.kind { true } else { false }
      return try HeldGroups(
        fraction, of: samples, strata: strata, areClasses: areClasses, groups: groups, seed: seed
      ).samples
    }
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
