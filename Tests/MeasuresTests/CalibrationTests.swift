import Foundation
import TestSupport
import Testing
import Torch

@testable import Measures

@Suite struct CalibrationTests {
  /// Two bins by hand: 0.6 and 0.7 are right half the time, 0.9 twice is right always.
  @Test func theErrorIsTheDistanceOfConfidenceAndAccuracy() throws {
    let scores = try ClassScores(values: [0.6, 0.4, 0.3, 0.7, 0.9, 0.1, 0.1, 0.9], classCount: 2)
    let error = try expectedCalibrationError(of: scores, labels: [0, 0, 0, 1], binCount: 5)
    // Bins (0.4, 0.6], (0.6, 0.8], (0.8, 1]: |0.6 − 1|, |0.7 − 0|, |1.8 − 2|, over 4 samples.
    #expect(abs(error - (0.4 + 0.7 + 0.2) / 4) < 1e-12)
    #expect(try expectedCalibrationError(of: scores, labels: [0, 0, 0, 1], binCount: 1) - abs(3.1 - 3) / 4 < 1e-12)
  }

  @Test func certainAndRightIsWithoutError() throws {
    let scores = try ClassScores(values: [1, 0, 0, 1], classCount: 2)
    #expect(try expectedCalibrationError(of: scores, labels: [0, 1]) == 0)
    #expect(try expectedCalibrationError(of: scores, labels: [1, 0]) == 1)
    #expect(throws: MeasureError.self) { try expectedCalibrationError(of: scores, labels: [0]) }
    #expect(throws: MeasureError.self) { try expectedCalibrationError(of: scores, labels: [0, 1], binCount: 0) }
  }

  /// Labels drawn from softmax(logits / 2.5): that temperature is found, and a scan finds no better one.
  @Test(arguments: [0.3, 1, 2.5, 8]) func theTemperatureThatLabelsWereDrawnWithIsFound(truth: Double) throws {
    var random = TestNumbers(UInt64(truth * 10))
    var logits: [Double] = []
    var targets: [Double] = []
    for _ in 0..<4000 {
      let row = (0..<3).map { _ in random.normal() * 3 * max(truth, 1) }
      let weights = row.map { exp($0 / truth) }
      var left = random.uniform() * weights.reduce(0, +)
      let label =
        weights.indices.first { place in
          left -= weights[place]
          return left <= 0
        } ?? 2
      logits += row
      targets += (0..<3).map { $0 == label ? 1 : 0 }
    }
    let found = try TemperatureScaling.fit(logits: logits, targets: targets, classCount: 3, as: .oneOf)
    #expect(abs(found / truth - 1) < 0.12, "\(found)")
    func loss(_ temperature: Double) -> Double {
      stride(from: 0, to: logits.count, by: 3).reduce(0) { total, start in
        let row = logits[start..<start + 3].map { $0 / temperature }
        let most = row.max() ?? 0
        let normalizer = most + log(row.reduce(0) { $0 + exp($1 - most) })
        return total + (0..<3).reduce(0) { $0 + targets[start + $1] * (normalizer - row[$1]) }
      }
    }
    for factor in [0.5, 0.9, 0.99, 1.01, 1.1, 2] { #expect(loss(found) <= loss(found * factor) + 1e-6) }
  }

  @Test func membershipsHaveATemperatureToo() throws {
    var random = TestNumbers(5)
    let logits = (0..<6000).map { _ in random.normal() * 4 }
    let targets = logits.map { random.uniform() < 1 / (1 + exp(-$0 / 2)) ? 1.0 : 0 }
    let found = try TemperatureScaling.fit(logits: logits, targets: targets, classCount: 2, as: .anyOf)
    #expect(abs(found / 2 - 1) < 0.1, "\(found)")
  }

  /// A dozen samples told rightly say little of how sure one may be; a thousand say much.
  @Test func fewSamplesMakeNothingCertain() throws {
    func found(_ count: Int) throws -> Double {
      try TemperatureScaling.fit(
        logits: (0..<count).flatMap { _ in [1.5, -0.5] }, targets: (0..<count).flatMap { _ in [1, 0] }, classCount: 2,
        as: .oneOf)
    }
    #expect(try found(12) > 0.4 && found(12) < 1)
    #expect(try found(1000) < 0.25)
  }

  @Test func whatIsSeparatedStaysInRange() throws {
    let found = try TemperatureScaling.fit(logits: [5, -5, -5, 5], targets: [1, 0, 0, 1], classCount: 2, as: .oneOf)
    #expect(TemperatureScaling.range.contains(found))
    #expect(throws: MeasureError.self) {
      try TemperatureScaling.fit(logits: [], targets: [], classCount: 2, as: .oneOf)
    }
  }
}

@Suite struct RegressionTests {
  @Test func metricsAreTheirDefinitions() throws {
    let metrics = try RegressionMetrics(predictions: [1, 2, 4, 4], targets: [1, 3, 2, 5])
    #expect(abs(metrics.meanAbsoluteError.value - 1) < 1e-12)
    // Mean 2.75; total 3.0625 + 0.0625 + 0.5625 + 5.0625 = 8.75; left 0 + 1 + 4 + 1 = 6.
    #expect(abs((metrics.r2?.value ?? 0) - (1 - 6 / 8.75)) < 1e-12)
    // Ranks 1 2 3.5 3.5 and 1 3 2 4: covariance 3.0, √(4.5 · 5).
    #expect(abs((metrics.spearman?.value ?? 0) - 3 / (4.5 * 5.0).squareRoot()) < 1e-12)
    #expect(metrics.meanAbsoluteError.interval?.contains(1) == true)
  }

  @Test func ofWhatDoesNotVaryNothingIsSaid() throws {
    let metrics = try RegressionMetrics(predictions: [1, 1, 1], targets: [2, 2, 2])
    #expect(metrics.r2 == nil && metrics.spearman == nil && metrics.meanAbsoluteError.value == 1)
    #expect(throws: MeasureError.self) { try RegressionMetrics(predictions: [.nan], targets: [1]) }
    #expect(throws: MeasureError.self) { try RegressionMetrics(predictions: [], targets: []) }
  }

  /// Against the normal equations solved by elimination, and against leaving each sample out in fact.
  @Test func ridgeSolvesTheNormalEquations() throws {
    var random = TestNumbers(3)
    let rows = random.matrix(24, 4).map { $0 + [7] }
    let targets = rows.map { 2 * $0[0] - $0[2] + 0.3 * random.normal() + 5 }
    typealias Solution = (weights: [Double], intercept: Double)
    func solved(_ kept: [Int], _ alpha: Double) -> Solution {
      let count = Double(kept.count)
      var z: [[Double]] = kept.map { Array(rows[$0].prefix(4)) }
      var means: [Double] = []
      var deviations: [Double] = []
      for column in 0..<4 {
        let mean = z.map { $0[column] }.reduce(0, +) / count
        let squares = z.map { ($0[column] - mean) * ($0[column] - mean) }
        let deviation = (squares.reduce(0, +) / count).squareRoot()
        for row in z.indices { z[row][column] = (z[row][column] - mean) / deviation }
        means.append(mean)
        deviations.append(deviation)
      }
      let centre = kept.map { targets[$0] }.reduce(0, +) / count
      var system = [[Double]](repeating: [Double](repeating: 0, count: 5), count: 4)
      for i in 0..<4 {
        for j in 0..<4 { system[i][j] = z.map { $0[i] * $0[j] }.reduce(0, +) }
        system[i][i] += alpha
        for (row, sample) in zip(z, kept) { system[i][4] += row[i] * (targets[sample] - centre) }
      }
      for pivot in 0..<4 {
        for other in 0..<4 where other != pivot {
          let factor = system[other][pivot] / system[pivot][pivot]
          for column in 0..<5 { system[other][column] -= factor * system[pivot][column] }
        }
      }
      let weights = (0..<4).map { system[$0][4] / system[$0][$0] / deviations[$0] }
      return (weights, centre - zip(weights, means).map { $0 * $1 }.reduce(0, +))
    }
    for alpha in [0.1, 10] {
      let model = try RidgeRegression(candidates: [alpha]).fit(tensor(rows), targets: targets)
      let expected = solved(Array(rows.indices), alpha)
      expectClose(Array(model.weights.prefix(4)), expected.weights, absolute: 1e-9)
      #expect(model.weights[4] == 0)
      #expect(abs(model.intercept - expected.intercept) < 1e-9)
    }
    let chosen = try RidgeRegression(candidates: [0.01, 1, 1000]).fit(tensor(rows), targets: targets).regularization
    let errors = [0.01, 1, 1000].map { alpha -> Double in
      var total = 0.0
      for left in rows.indices {
        let model = solved(rows.indices.filter { $0 != left }, alpha)
        let told = zip(model.weights, rows[left]).map { $0 * $1 }.reduce(model.intercept, +)
        total += (told - targets[left]) * (told - targets[left])
      }
      return total
    }
    let best = errors.indices.min { errors[$0] < errors[$1] } ?? 0
    #expect(chosen == [0.01, 1, 1000][best])
  }

  @Test func moreFeaturesThanSamples() throws {
    var random = TestNumbers(9)
    let rows = random.matrix(10, 40)
    let targets = rows.map { $0[0] }
    let model = try RidgeRegression(candidates: [1e-6]).fit(tensor(rows), targets: targets)
    let told = rows.map { row in zip(model.weights, row).map { $0 * $1 }.reduce(model.intercept, +) }
    expectClose(told, targets, absolute: 1e-4)
    #expect(throws: MeasureError.self) { try RidgeRegression().fit(tensor(rows), targets: [1]) }
  }
}

@Suite struct MultiLabelTests {
  @Test func metricsAreTheirDefinitions() throws {
    // Three samples, two classes. Class 0: told yes, yes, no; true yes, no, no. Class 1: told no, yes, yes; true no, yes, yes.
    let told = try ClassScores(values: [0.9, 0.2, 0.6, 0.8, 0.1, 0.7], classCount: 2)
    let metrics = try MultiLabelMetrics(of: told, targets: [1, 0, 0, 1, 0, 1])
    #expect(abs(metrics.accuracy.value - 5 / 6.0) < 1e-12)
    #expect(abs((metrics.macroF1?.value ?? 0) - (2 / 3.0 + 1) / 2) < 1e-12)
    #expect(metrics.auroc?.value == 1)
    let worse = try MultiLabelMetrics(of: told, targets: [0, 1, 1, 0, 0, 0])
    // Class 0: positive scores 0.6, others 0.9 and 0.1: one of two pairs. Class 1: 0.2 below both others.
    #expect(abs((worse.auroc?.value ?? 0) - 0.25) < 1e-12)
    #expect(throws: MeasureError.self) { try MultiLabelMetrics(of: told, targets: [1]) }
  }
}

@Suite struct SeedIntervalTests {
  @Test func fiveSeeds() throws {
    let interval = try #require(SeedInterval([1, 2, 3, 4, 5]))
    #expect(interval.mean == 3)
    // s = √2.5, t₄ = 2.776.
    let reach = 2.776 * (2.5 / 5).squareRoot()
    #expect(abs((interval.interval?.upperBound ?? 0) - 3 - reach) < 1e-12)
    #expect(SeedInterval([2])?.interval == nil && SeedInterval([]) == nil)
    #expect(abs(SeedInterval.quantile(degreesOfFreedom: 60) - 2.0003) < 1e-3)
  }
}
