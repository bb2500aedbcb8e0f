import Backbones
import Learning
import Measures
import Samples
import Testing
import Torch
import Training

@testable import Evaluation

/// No division ever divides a group.
@Suite struct GroupDivisionTests {
  /// Groups of 1 to 6 samples, each of one class.
  private func drawn(groups groupCount: Int, classes: Int, seed: UInt64) -> (labels: [Int], groups: [String?]) {
    var random = ViewGenerator(seed: seed, epoch: 0, sample: 0, view: 0)
    var (labels, groups): ([Int], [String?]) = ([], [])
    for group in 0..<groupCount {
      let size = 1 + min(5, Int(random.uniform() * 6))
      labels += [Int](repeating: group % classes, count: size)
      groups += [String?](repeating: "p\(group)", count: size)
    }
    // Not in the order of the groups.
    let order = labels.indices.sorted { ($0 * 7919 % 1009, $0) < ($1 * 7919 % 1009, $1) }
    return (order.map { labels[$0] }, order.map { groups[$0] })
  }

  private func names(_ samples: [Int], _ groups: Groups) -> Set<Int> { Set(groups.of(samples).compactMap(\.self)) }

  @Test(arguments: 0..<20) func groupsAreWholeAndEveryClassIsOnBothSides(seed: UInt64) throws {
    let (labels, names) = drawn(groups: 24, classes: 4, seed: seed)
    let groups = Groups(names)
    let held = try HeldGroups(
      0.2, of: Array(labels.indices), strata: labels, areClasses: true, groups: groups, seed: seed)
    let isHeld = Set(held.samples)
    let rest = labels.indices.filter { !isHeld.contains($0) }
    #expect(self.names(held.samples, groups).isDisjoint(with: self.names(rest, groups)))
    #expect(Set(held.samples.map { labels[$0] }) == [0, 1, 2, 3])
    #expect(Set(rest.map { labels[$0] }) == [0, 1, 2, 3])
    #expect(held.samples == held.samples.sorted())
    #expect(held.groupCount == 24 && held.heldGroupCount == self.names(held.samples, groups).count)
    let share = Double(held.samples.count) / Double(labels.count)
    #expect(share > 0.1 && share < 0.35, "\(share)")
  }

  /// Two groups a class: a fifth is nearer to none than to a half, and yet each class is judged.
  @Test(arguments: 0..<4) func twoGroupsAClassAreOneToLearnAndOneToJudge(seed: UInt64) throws {
    let labels = [0, 0, 0, 0, 1, 1, 1, 1]
    let groups = Groups(["a", "a", "b", "b", "c", "c", "d", "d"])
    let held = try HeldGroups(0.2, of: Array(0..<8), strata: labels, areClasses: true, groups: groups, seed: seed)
    #expect(held.samples.map { labels[$0] } == [0, 0, 1, 1])
    #expect(Set(groups.of(held.samples)).count == 2)
  }

  @Test func aClassOfOneGroupIsLearned() throws {
    // The class 2 is in the group f alone, where class 0 is too.
    let labels = [0, 0, 0, 1, 1, 1, 2, 0]
    let groups = Groups(["a", "b", "c", "d", "e", "c", "f", "f"])
    for seed in 0..<8 {
      let held = try HeldGroups(
        0.2, of: Array(0..<8), strata: labels, areClasses: true, groups: groups, seed: UInt64(seed))
      #expect(!held.samples.contains(6) && !held.samples.contains(7))
      #expect(Set(held.samples.map { labels[$0] }) == [0, 1])
    }
    let targets = try #require(Targets(Labels(labels.map { ["x", "y", "z"][$0] })))
    let division = try TargetDivision(of: targets, groups: groups)
    #expect(
      division.notes.contains {
        $0 == "No test sample: 'z'. Too few groups have such samples to learn from some and to judge by others."
      })
  }

  @Test func withoutGroupsNothingChanges() throws {
    let labels = Labels((0..<40).map { ["a", "b", "c"][$0 % 3] })
    let indices = labels.classIndices.compactMap(\.self)
    let held = try stratifiedSubset(of: indices, fraction: 0.2, seed: 5)
    let first = try RepresentationReport.Division(of: labels, seed: 5)
    let second = try TargetDivision(of: #require(Targets(labels)), seed: 5)
    #expect(first.test == held && second.test == held)
    let origin = "a fifth of each class held out at random (seed 5); a split column fixes it"
    #expect(first.origin == origin && second.origin == origin)
    #expect(first.dividedGroups == nil && second.dividedGroups.isEmpty)
    // A probe for a task without labels learns from every other sample.
    #expect(try LabelFreeJudgement.learns(nil, count: 5) == [true, false, true, false, true])
  }

  @Test(arguments: 0..<5) func bothDivisionsAgreeAndSaySo(seed: UInt64) throws {
    let (indices, names) = drawn(groups: 20, classes: 2, seed: seed)
    let (labels, groups) = (Labels(indices.map { ["a", "b"][$0] }), Groups(names))
    let first = try RepresentationReport.Division(of: labels, groups: groups, seed: seed)
    let second = try TargetDivision(of: #require(Targets(labels)), groups: groups, seed: seed)
    #expect(first.test == second.test && first.training == second.training && first.origin == second.origin)
    #expect((first.test + first.training).sorted() == Array(indices.indices))
    let count = self.names(first.test, groups).count
    #expect(
      first.origin
        == "about a fifth of each class held out at random in whole groups, \(count) of 20 (seed \(seed)); "
        + "a split column fixes it")
  }

  @Test(arguments: [0.3, 1]) func validationIsDrawnInWholeGroups(fraction: Double) throws {
    let (indices, names) = drawn(groups: 30, classes: 2, seed: 4)
    let groups = Groups(names)
    let targets = try #require(Targets(Labels(indices.map { ["a", "b"][$0] })))
    let division = try TargetDivision(of: targets, groups: groups)
    for seed in 0..<10 {
      let (training, validation) = try division.draw(fraction: fraction, of: targets, seed: UInt64(seed))
      #expect(!validation.isEmpty && Set(training.compactMap { targets.classIndex(of: $0) }).count == 2)
      #expect(self.names(training, groups).isDisjoint(with: self.names(validation, groups)))
      #expect(self.names(training + validation, groups).isDisjoint(with: self.names(division.test, groups)))
    }
  }

  @Test func numbersAndSetsOfClassesAreDividedInWholeGroups() throws {
    let (indices, names) = drawn(groups: 15, classes: 3, seed: 9)
    let groups = Groups(names)
    let none = [Labels.Split?](repeating: nil, count: indices.count)
    let numbers = Targets(.number(column: "n"), [indices.indices.map { Double($0) }], splits: none)
    let sets = try #require(Targets(Labels(indices.map { ["a", "b", "a;b"][$0] })))
    for targets in [numbers, sets] {
      let division = try TargetDivision(of: targets, groups: groups)
      #expect(!division.test.isEmpty && !division.training.isEmpty)
      #expect(self.names(division.test, groups).isDisjoint(with: self.names(division.training, groups)))
    }
  }

  // MARK: What cannot be divided

  private func refusal(_ labels: [String], _ groups: [String?]) -> String? {
    func described(_ body: () throws -> Void) -> String? {
      do { try body() } catch { return "\(error)" }
      return nil
    }
    let first = described { _ = try RepresentationReport.Division(of: Labels(labels), groups: Groups(groups)) }
    let second = described {
      _ = try TargetDivision(of: #require(Targets(Labels(labels))), groups: Groups(groups))
    }
    #expect(first == second)
    return first
  }

  @Test func oneGroupCannotBeDivided() {
    let found = refusal(["a", "b", "a", "b"], ["p", "p", "p", "p"])
    #expect(
      found == "all samples to divide belong to one group ('p'), and no group is ever divided: give samples of other "
        + "groups, or leave the groups out (where each sample is a file: groups none)")
  }

  @Test func classesOfOneGroupEachCannotBeJudged() {
    let found = refusal(["a", "a", "b", "b"], ["p", "p", "q", "q"])
    #expect(
      found?.hasPrefix("the samples of 'a', 'b' belong to one group each, and no group is ever divided: ") == true)
    // Of two classes one could be judged, which tells nothing apart.
    #expect(refusal(["a", "a", "b", "b", "b"], ["p", "p", "q", "r", "s"])?.contains("'a' belong") == true)
    // A sample without a group stands alone.
    #expect(refusal(["a", "a", "b", "b", "b"], ["p", nil, "q", "r", "s"]) == nil)
  }

  @Test func groupsMayLeaveNoneToChooseBy() throws {
    let targets = try #require(Targets(Labels(["a", "a", "b", "b", "a", "b"])))
    let division = try TargetDivision(of: targets, groups: Groups(["p", "p", "q", "q", "r", "s"]))
    // One group of each class is left to learn from.
    do {
      _ = try division.draw(fraction: 1, of: targets, seed: 0)
      Issue.record("nothing was refused")
    } catch EvaluationError.noGroupToChooseBy(let count) {
      #expect(count == division.training.count)
    }
  }

  // MARK: Split columns

  private let splits: [Labels.Split?] = [.train, .train, .train, .validation, .test, .test, .test, nil]

  @Test func aSplitColumnThatDividesGroupsIsWarnedOf() throws {
    let labels = Labels(["a", "b", "a", "b", "a", "b", "a", "b"], splits: splits)
    let groups = Groups(["p", "q", "r", "r", "p", "q", "s", "s"])
    let division = try RepresentationReport.Division(of: labels, groups: groups)
    #expect(division.origin == "the parts that the data name (split column or folders), which divides 2 of 4 groups")
    #expect(
      division.dividedGroups?.sentence
        == "2 groups (p, q) have samples in both train and test: results look better than they are")
    let targets = try TargetDivision(of: #require(Targets(labels)), groups: groups)
    #expect(
      targets.dividedGroups.map(\.sentence) == [
        "2 groups (p, q) have samples in both train and test: results look better than they are",
        "1 group (r) has samples in both train and validation: choices are made by samples too much like those learned from",
      ])
  }

  @Test func aSplitColumnThatKeepsGroupsWholeIsNot() throws {
    let labels = Labels(["a", "b", "a", "b", "a", "b", "a", "b"], splits: splits)
    // The last sample is in no part.
    let groups = Groups(["p", "q", "p", "t", "r", "s", nil, "p"])
    let division = try RepresentationReport.Division(of: labels, groups: groups)
    #expect(division.origin == "the parts that the data name (split column or folders), which keeps all 4 groups whole")
    #expect(division.dividedGroups == nil)
    let ungrouped = try RepresentationReport.Division(of: labels)
    #expect(
      ungrouped.origin == "the parts that the data name (split column or folders)" && ungrouped.dividedGroups == nil)
  }

  @Test func onlyTheFirstNamesAreSaid() throws {
    let groups = Groups((0..<20).map { "/data/photos/class\($0 % 2)/p\($0 / 4)" })
    let divided = try #require(
      try DividedGroups(of: groups, ("train", Array(0..<10)), ("test", Array(0..<20))))
    // Whatever all folders begin with says nothing.
    #expect(divided.names == ["class0/p0", "class1/p0", "class0/p1"] && divided.total == 10)
    #expect(
      divided.sentence
        == "6 groups (class0/p0, class1/p0, class0/p1 and 3 more) have samples in both train and test: results look "
        + "better than they are")
  }

  // MARK: Judges

  /// Every sample lies on the next of its group, which says nothing of the class: each group has a direction of its own.
  private func directions() throws -> (features: Tensor, labels: [Int], groups: [Int?]) {
    var values: [Float] = []
    for sample in 0..<36 { values += (0..<12).map { $0 == sample / 3 ? 1 : 0 } }
    return (
      try Tensor(values, shape: [36, 12]), (0..<36).map { $0 / 3 % 2 }, (0..<36).map { $0 / 3 }
    )
  }

  @Test func neighboursOfTheOwnGroupAreNotAsked() throws {
    let (features, labels, groups) = try directions()
    let named = Labels(labels.map { ["a", "b"][$0] })
    let judge = NearestNeighbours(k: 2)
    #expect(try judge.accuracy(of: features, labels: named) == 1)
    let whole = try judge.accuracy(of: features, labels: named, groups: Groups(groups.map { $0.map(String.init) }))
    #expect(whole < 0.6)
    #expect(throws: MeasureError.self) {
      try judge.accuracy(of: features, labels: named, groups: Groups(["p"]))
    }
  }

  @Test func aProbeIsChosenByOtherGroups() throws {
    let (features, labels, groups) = try directions()
    let kind = TargetKind.oneOf(["a", "b"])
    let targets: [[Float]] = labels.map { $0 == 0 ? [1, 0] : [0, 1] }
    let alone = try LinearProbe(features, targets: targets, kind: kind)
    let grouped = try LinearProbe(features, targets: targets, kind: kind, groups: groups)
    func length(_ probe: LinearProbe) throws -> Float {
      try probe.weight.values(as: Float.self).reduce(0) { $0 + $1 * $1 }
    }
    // Nothing of a group tells of another, so that weights are held small.
    #expect(try length(grouped) < length(alone) / 10)
    let number = try LinearProbe(
      features, targets: labels.map { [Float($0)] }, kind: .number("n"), groups: groups)
    let freely = try LinearProbe(features, targets: labels.map { [Float($0)] }, kind: .number("n"))
    #expect(try length(number) < length(freely))
  }

  @Test func fineTuningFitsItsProbeByOtherGroups() throws {
    let (features, labels, groups) = try directions()
    let views = RowsOfNumbers(values: try features.values(as: Float.self), width: 12)
    let targets: [[Float]] = labels.map { $0 == 0 ? [1, 0] : [0, 1] }
    var tuning = FineTuning()
    tuning.mode = .probe
    /// How far what it tells of a sample is from a guess, at most.
    func certainty(_ groups: [Int?]?) throws -> Double {
      try Runtime.seed(1)
      let encoder = Encoder(try MLP(.init(inputs: 12, width: 16, layers: 2)))
      let network = try tuning.fit(
        encoder, telling: .oneOf(["a", "b"]), training: LabelledViews(views, targets: targets, groups: groups),
        validation: nil, seed: 0)
      return try network.predictions(of: encoder.features(of: views).features).map { abs($0 - 0.5) }.max() ?? 0
    }
    let (alone, grouped) = (try certainty(nil), try certainty(groups))
    #expect(grouped < alone / 2, "\(grouped), \(alone)")
    #expect(throws: MeasureError.self) { try LabelledViews(views, targets: targets, groups: [1]) }
  }

  @Test func aProbeWithoutLabelsLearnsFromWholeGroups() throws {
    #expect(try LabelFreeJudgement.learns([0, 1, 2, 3, 4], count: 5) == [true, false, true, false, true])
    #expect(try LabelFreeJudgement.learns([nil, nil, nil, nil], count: 4) == [true, false, true, false])
    // 0 learns; 1 judges, and so does 2, until as many do.
    #expect(
      try LabelFreeJudgement.learns([0, 0, 0, 1, 1, 2, 3, nil], count: 8)
        == [true, true, true, false, false, false, true, false])
    let (_, names) = drawn(groups: 30, classes: 2, seed: 1)
    let groups = Groups(names)
    let learns = try LabelFreeJudgement.learns(groups.indices, count: names.count)
    let (learning, judging) = (names.indices.filter { learns[$0] }, names.indices.filter { !learns[$0] })
    #expect(self.names(learning, groups).isDisjoint(with: self.names(judging, groups)))
    #expect(abs(learning.count - judging.count) <= 6)
    #expect(throws: EvaluationError.self) { try LabelFreeJudgement.learns([3, 3, 3], count: 3) }
  }
}

private struct RowsOfNumbers: ViewSource {
  let values: [Float]
  let width: Int
  var sampleCount: Int { values.count / width }
  var layouts: [ViewLayout] { [ViewLayout(shape: [width])] }

  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    Array(values[sample * width..<(sample + 1) * width]).withUnsafeBytes { buffers[0].copyMemory(from: $0) }
  }
}
