import Foundation
import Measures
import TestSupport
import Testing

@Suite struct ClassTallyTests {
  /// Scores that predict these classes.
  private func scores(_ predictions: [Int], of classes: Int) throws -> ClassScores {
    try ClassScores(
      values: predictions.flatMap { predicted in (0..<classes).map { $0 == predicted ? 1.0 : 0 } }, classCount: classes)
  }

  @Test func precisionRecallAndMistakesAreCounted() throws {
    let tally = try ClassTally(scores([0, 0, 1, 1, 0, 2], of: 4), labels: [0, 0, 0, 1, 1, 1])
    let results = ClassResults(tally, names: ["a", "b", "c", "d"])
    // By hand: of class 0 two of three are found, and two of three named so are right.
    #expect(results.classes.map(\.support) == [3, 3, 0, 0])
    #expect(results.classes[0].precision == 2.0 / 3 && results.classes[0].recall == 2.0 / 3)
    #expect(results.classes[1].precision == 0.5 && results.classes[1].recall == 1.0 / 3)
    #expect(results.classes[2].precision == 0 && results.classes[2].recall == nil)
    #expect(results.classes[3].precision == nil && results.classes[3].recall == nil)
    #expect(results.confusion == [[2, 1, 0, 0], [1, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    #expect(results.mistakes?.map { "\($0.truth)\($0.predicted)\($0.count)" } == ["ab1", "ba1", "bc1"])
  }

  /// The mean of recalls is balanced accuracy, and the diagonal accuracy, as `ClassificationMetrics` has them.
  @Test func theyAgreeWithTheMetrics() throws {
    var random = TestNumbers(5)
    let values = (0..<300 * 7).map { _ in random.uniform() }
    let labels = (0..<300).map { $0 % 7 }
    let scores = try ClassScores(values: values, classCount: 7)
    let metrics = try ClassificationMetrics(of: scores, labels: labels, resampleCount: 0)
    let results = ClassResults(try ClassTally(scores, labels: labels), names: (0..<7).map(String.init))
    let recalls = results.classes.compactMap(\.recall)
    expectClose([recalls.reduce(0, +) / 7], [metrics.balancedAccuracy.value], absolute: 1e-12)
    let diagonal = (0..<7).reduce(0) { $0 + (results.confusion?[$1][$1] ?? 0) }
    expectClose([Double(diagonal) / 300], [metrics.accuracy.value], absolute: 1e-12)
  }

  @Test func drawsAreSummedAndManyClassesTakeNoMatrix() throws {
    let one = try ClassTally(scores([0, 1], of: 2), labels: [0, 0])
    let sum = try #require(ClassTally(summing: [one, one, one]))
    #expect(sum.supports == [6, 0] && sum.count(of: 0, as: 1) == 3 && ClassTally(summing: []) == nil)
    let many = try ClassTally(scores((0..<500).map { ($0 + 1) % 500 }, of: 500), labels: Array(0..<500))
    let results = ClassResults(many, names: (0..<500).map { "\($0)" })
    #expect(results.confusion == nil && results.mistakes?.count == 20 && results.classes.count == 500)
    #expect(throws: MeasureError.self) { try ClassTally(scores([0], of: 2), labels: [2]) }
  }

  @Test func membershipsHaveNoMatrix() throws {
    let scores = try ClassScores(values: [0.9, 0.6, 0.2, 0.7, 0.8, 0.1], classCount: 2)
    let results = ClassResults(memberships: scores, targets: [1, 0, 0, 1, 1, 1], names: ["x", "y"])
    #expect(results.classes.map(\.recall) == [1, 0.5] && results.classes.map(\.precision) == [1, 0.5])
    #expect(results.confusion == nil && results.mistakes == nil)
  }

  /// Values of statsmodels' proportion_confint(count, nobs, method="wilson").
  @Test func wilsonsInterval() {
    for (share, count, low, high) in [
      (1.0, 10, 0.7224672, 1.0), (0.9, 10, 0.5958500, 0.9821238), (0.5, 400, 0.4512345, 0.5487655),
      (0, 5, 0, 0.4344825),
    ] {
      let interval = wilsonInterval(of: share, count: count)
      expectClose([interval.lowerBound, interval.upperBound], [low, high], absolute: 1e-6)
    }
  }
}
