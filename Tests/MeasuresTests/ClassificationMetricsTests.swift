import Foundation
import TestSupport
import Testing

@testable import Measures

@Suite struct ClassificationMetricsTests {
  private struct Case: Decodable {
    let classCount: Int
    let labels: [Int]
    let scores: [Double]
    let accuracy: Double
    let balancedAccuracy: Double
    let auroc: Double
  }

  private func metrics(_ scores: [Double], _ labels: [Int], classes: Int = 2, resamples: Int = 0, seed: UInt64 = 0)
    throws -> ClassificationMetrics
  {
    try ClassificationMetrics(
      of: ClassScores(values: scores, classCount: classes), labels: labels, resampleCount: resamples, seed: seed)
  }

  /// Scores of two classes from those of class 1.
  private func binary(_ scores: [Double]) -> [Double] { scores.flatMap { [1 - $0, $0] } }

  @Test func agreeWithScikitLearn() throws {
    for reference in try golden("metrics.json", [Case].self, in: .module) {
      let found = try metrics(reference.scores, reference.labels, classes: reference.classCount)
      expectClose(
        [found.accuracy.value, found.balancedAccuracy.value, try #require(found.auroc).value],
        [reference.accuracy, reference.balancedAccuracy, reference.auroc], absolute: 1e-12)
    }
  }

  @Test func closedForms() throws {
    let labels = [0, 0, 1, 1]
    #expect(try metrics(binary([0.1, 0.2, 0.3, 0.4]), labels).auroc?.value == 1)
    #expect(try metrics(binary([0.4, 0.3, 0.2, 0.1]), labels).auroc?.value == 0)
    #expect(try metrics(binary([0.5, 0.5, 0.5, 0.5]), labels).auroc?.value == 0.5)
    #expect(try metrics(binary([0.1, 0.3, 0.3, 0.4]), labels).auroc?.value == 0.875)
    #expect(try metrics(binary([0.9, 0.9]), [1, 1]).auroc == nil)
    #expect(try metrics([1, 0, 0, 0, 1, 0], [1, 1], classes: 3).auroc == nil)
    // Two of three samples of class 0, none of one of class 2; class 1 does not occur.
    let three = try metrics([3, 0, 0, 3, 0, 0, 0, 3, 0, 3, 0, 0], [0, 0, 0, 2], classes: 3)
    #expect(three.accuracy.value == 0.5)
    #expect(abs(three.balancedAccuracy.value - 1.0 / 3) < 1e-12)
  }

  @Test func aurocCountsPairs() throws {
    var random = TestNumbers(21)
    let scores = (0..<60).map { _ in (random.uniform() * 10).rounded() / 10 }
    let labels = (0..<60).map { _ in random.uniform() < 0.4 ? 1 : 0 }
    var (points, pairs) = (0.0, 0.0)
    for i in 0..<60 where labels[i] == 1 {
      for j in 0..<60 where labels[j] == 0 {
        pairs += 1
        points += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0
      }
    }
    let found = try #require(try metrics(binary(scores), labels).auroc).value
    #expect(abs(found - points / pairs) < 1e-12)
    // Any rising function of the scores keeps it.
    let risen = try metrics(scores.flatMap { [0, exp(5 * $0)] }, labels).auroc?.value
    #expect(risen == found)
  }

  @Test func intervalsCoverAsTheyShould() throws {
    // A recogniser that is right with probability 0.8, judged on 100 samples, 300 times.
    var random = TestNumbers(22)
    var covered = 0
    for _ in 0..<300 {
      let labels = (0..<100).map { _ in random.uniform() < 0.5 ? 1 : 0 }
      let scores = labels.map { label in (random.uniform() < 0.8) == (label == 1) ? 0.9 : 0.1 }
      let found = try metrics(binary(scores), labels, resamples: 200)
      if try #require(found.accuracy.interval).contains(0.8) { covered += 1 }
    }
    #expect((270...297).contains(covered), "\(covered) of 300")
  }

  @Test func intervalsAreThoseOfTheResampledMetrics() throws {
    // The same resamples, taken sample by sample and judged from scratch.
    var numbers = TestNumbers(23)
    let labels = (0..<30).map { $0 % 3 }
    let scores = labels.map { label in
      (0..<3).map { ($0 == label ? 0.4 : 0) + (numbers.uniform() * 10).rounded() / 10 }
    }
    var random = RandomSource(seed: 5)
    var areas: [Double] = []
    var balanced: [Double] = []
    for _ in 0..<50 {
      let drawn = (0..<30).map { _ in random.next(below: 30) }
      let found = try metrics(drawn.flatMap { scores[$0] }, drawn.map { labels[$0] }, classes: 3)
      areas.append(try #require(found.auroc).value)
      balanced.append(found.balancedAccuracy.value)
    }
    let found = try metrics(scores.flatMap { $0 }, labels, classes: 3, resamples: 50, seed: 5)
    #expect(found.auroc?.interval == ClassificationMetrics.middle(areas))
    #expect(found.balancedAccuracy.interval == ClassificationMetrics.middle(balanced))
    #expect(ClassificationMetrics.middle((0...1000).map(Double.init)) == 25...975)
  }

  @Test func theSeedDecidesAndJSONKeepsAll() throws {
    var random = TestNumbers(24)
    let labels = (0..<40).map { $0 % 2 }
    let scores = binary(labels.map { 0.3 * Double($0) + random.uniform() })
    let found = try metrics(scores, labels, resamples: 100, seed: 1)
    #expect(try metrics(scores, labels, resamples: 100, seed: 1) == found)
    #expect(try metrics(scores, labels, resamples: 100, seed: 2) != found)
    #expect(try JSONDecoder().decode(ClassificationMetrics.self, from: JSONEncoder().encode(found)) == found)
    // Half of the resamples of two samples hold one class only.
    let two = try metrics(binary([0.2, 0.7]), [0, 1], resamples: 100)
    #expect(two.auroc?.interval == 1...1)
    #expect(try metrics(scores, labels).accuracy.interval == nil)
  }

  @Test func whatCannotBeJudgedIsRefused() throws {
    #expect(throws: MeasureError.self) { try metrics([], []) }
    #expect(throws: MeasureError.self) { try metrics([0.1, 0.9], [0, 1]) }
    #expect(throws: MeasureError.self) { try metrics([0.1, 0.9], [2]) }
    #expect(throws: MeasureError.self) { try metrics([0.1, 0.9, 0.3], [0]) }
    #expect(throws: MeasureError.self) { try metrics([0.1, .nan], [0]) }
    #expect(throws: MeasureError.self) { try metrics([0.1, 0.9], [0], classes: 0) }
    #expect(throws: MeasureError.self) { try metrics([0.1, 0.9], [0], resamples: -1) }
  }
}
