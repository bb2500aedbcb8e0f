import Foundation
import TestSupport
import Testing
import Torch

@testable import Measures

@Suite struct SparseLogisticRegressionTests {
  private struct Case: Decodable {
    let width: Int
    let classCount: Int
    let c: Double
    let train: [Float]
    let trainLabels: [Int]
    let test: [Float]
    let probabilities: [Double]
  }

  private func rows(_ values: [Float], width: Int) -> SparseRows {
    var (starts, columns, entries) = ([0], [Int32](), [Float]())
    for row in stride(from: 0, to: values.count, by: width) {
      for column in 0..<width where values[row + column] != 0 {
        columns.append(Int32(column))
        entries.append(values[row + column])
      }
      starts.append(columns.count)
    }
    return SparseRows(starts: starts, columns: columns, values: entries, width: width)
  }

  private func fixed(_ c: Double) -> SparseLogisticRegression {
    var regression = SparseLogisticRegression(candidates: [], fallback: c)
    regression.accuracy = 1e-7
    return regression
  }

  /// Counts of words of a few topics, most of them 0.
  private func drawn(_ count: Int, width: Int, classes: Int, seed: UInt64) -> (values: [Float], labels: [Int]) {
    var random = TestNumbers(seed)
    let labels = (0..<count).map { $0 % classes }
    let values = labels.flatMap { label in
      (0..<width).map { column in
        let isOwn = column % classes == label
        return random.uniform() < (isOwn ? 0.2 : 0.08) ? Float(0.2 + random.uniform()) : 0
      }
    }
    return (values, labels)
  }

  @Test func agreesWithScikitLearn() throws {
    for reference in try golden("sparse-logistic.json", [Case].self, in: .module) {
      let model = try fixed(reference.c).fit(
        rows(reference.train, width: reference.width), labels: reference.trainLabels, classCount: reference.classCount)
      #expect(model.isConverged)
      expectClose(
        try model.probabilities(of: rows(reference.test, width: reference.width)).values, reference.probabilities,
        absolute: 1e-5, "C \(reference.c), \(reference.classCount) classes, width \(reference.width)")
    }
  }

  /// Both minimise the same objective; the other one on dense rows, which it turns into their axes.
  @Test(arguments: [2, 3, 7]) func agreesWithTheDenseOne(classes: Int) throws {
    let (width, c) = (30, 5.0)
    let (values, labels) = drawn(90, width: width, classes: classes, seed: 7)
    let sparse = try fixed(c).fit(rows(values, width: width), labels: labels, classCount: classes)
    let matrix = try Tensor(values, shape: [90, width])
    let dense = try LogisticRegression(candidates: [], fallback: c, scaling: .none).fit(
      matrix, labels: labels, classCount: classes)
    expectClose(
      try sparse.probabilities(of: rows(values, width: width)).values, try dense.probabilities(of: matrix).values,
      absolute: 3e-4)
  }

  /// Of few samples with many noisy features, cross-validation takes a C that does better on others than extremes do.
  @Test func choosesBySamplesThatWereHeldOut() throws {
    let width = 60
    let (values, labels) = drawn(300, width: width, classes: 3, seed: 8)
    let all = rows(values, width: width)
    let (train, test) = (Array(0..<150), Array(150..<300))
    func loss(_ regression: SparseLogisticRegression) throws -> (c: Double, loss: Double) {
      let model = try regression.fit(all[train], labels: train.map { labels[$0] }, classCount: 3)
      let scores = try model.probabilities(of: all[test])
      return (
        model.regularization, test.indices.reduce(0) { $0 - log(scores[$1][scores[$1].startIndex + labels[test[$1]]]) }
      )
    }
    let candidates = [1e-3, 1e-1, 1, 1e4]
    let chosen = try loss(SparseLogisticRegression(candidates: candidates))
    let losses = try candidates.map { try loss(fixed($0)).loss }
    #expect(candidates[1...2].contains(chosen.c))
    #expect(chosen.loss < losses[0] && chosen.loss < losses[3], "\(chosen), \(losses)")
  }

  @Test func whatIsRareOrMissingIsTaken() throws {
    // Classes 0 and 3 do not occur, class 4 once; a row and a column hold nothing.
    let values: [Float] = [1, 0, 0, 0, 0, 1, 0, 0, 1, 0.5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0.2, 1, 0]
    let model = try SparseLogisticRegression().fit(
      rows(values, width: 4), labels: [1, 2, 1, 2, 1, 4], classCount: 5)
    let scores = try model.probabilities(of: rows([1, 0, 0, 0, 0, 0, 0, 9], width: 4))
    #expect(model.classes == [1, 2, 4] && scores.predictions[0] == 1)
    #expect(scores[0].first == 0 && scores[1][scores[1].startIndex + 3] == 0)
    for row in 0..<2 { #expect(abs(scores[row].reduce(0, +) - 1) < 1e-12) }
  }

  @Test func wrongInputIsRefused() throws {
    let some = rows([1, 0, 0, 1], width: 2)
    #expect(throws: MeasureError.self) { try fixed(1).fit(some, labels: [1, 1], classCount: 2) }
    #expect(throws: MeasureError.self) { try fixed(1).fit(some, labels: [0, 2], classCount: 2) }
    #expect(throws: MeasureError.self) { try fixed(1).fit(some, labels: [0], classCount: 2) }
    #expect(throws: MeasureError.self) { try fixed(-1).fit(some, labels: [0, 1], classCount: 2) }
    let model = try fixed(1).fit(some, labels: [0, 1], classCount: 2)
    #expect(throws: MeasureError.self) { try model.probabilities(of: rows([1, 0, 0], width: 3)) }
  }
}
