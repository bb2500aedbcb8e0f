import Foundation
import Measures
import TestSupport
import Testing
import Torch

@Suite struct LabelSpreadingTests {
  /// The definition with dense matrices: the graph row by row, and (I − αS)⁻¹Y by elimination.
  private func memberships(
    _ rows: [[Double]], _ labels: [Int?], classCount: Int, k: Int, alpha: Double, power: Double
  ) -> [[Double]] {
    func unit(_ x: [Double]) -> [Double] {
      let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return x.map { $0 / length }
    }
    let units = rows.map(unit)
    let count = rows.count
    var w = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for i in 0..<count {
      let similarities = units.map { other in zip(units[i], other).reduce(0) { $0 + $1.0 * $1.1 } }
      for j in (0..<count).filter({ $0 != i }).sorted(by: { similarities[$0] > similarities[$1] }).prefix(k) {
        w[i][j] = pow(max(similarities[j], 0), power)
        w[j][i] = w[i][j]
      }
    }
    let degrees = w.map { $0.reduce(0, +) }
    var system: [[Double]] = []
    for i in 0..<count {
      var row = [Double](repeating: 0, count: count + classCount)
      for j in 0..<count where w[i][j] != 0 { row[j] = -alpha * w[i][j] / (degrees[i] * degrees[j]).squareRoot() }
      row[i] = 1
      if let label = labels[i] { row[count + label] = 1 }
      system.append(row)
    }
    for i in 0..<count {
      for j in 0..<count where j != i {
        let factor = system[j][i] / system[i][i]
        for column in 0..<count + classCount { system[j][column] -= factor * system[i][column] }
      }
    }
    var f = (0..<count).map { i in (0..<classCount).map { system[i][count + $0] / system[i][i] } }
    let known = labels.compactMap(\.self)
    for label in 0..<classCount {
      let mass = f.reduce(0) { $0 + $1[label] }
      let share = Double(known.count { $0 == label }) / Double(known.count)
      for i in 0..<count where mass > 0 { f[i][label] *= share / mass }
    }
    return (0..<count).map { i in
      if let label = labels[i] { return (0..<classCount).map { $0 == label ? 1 : 0 } }
      let sum = f[i].reduce(0, +)
      return f[i].map { $0 / sum }
    }
  }

  @Test(arguments: [(3, 0.9, 1.0), (8, 0.99, 3.0), (100, 0.5, 2.0)]) func agreesWithTheDefinition(
    k: Int, alpha: Double, power: Double
  ) throws {
    var random = TestNumbers(5)
    // Around one direction, so that most similarities are above 0 and all samples are joined.
    let rows = random.matrix(40, 6).map { row in row.enumerated().map { $0 == 0 ? 2 + $1 : $1 } }
    let labels: [Int?] = rows.indices.map { $0 % 9 == 0 ? ($0 / 9) % 3 : nil }
    let found = try LabelSpreading(k: k, alpha: alpha, power: power).spread(labels, over: tensor(rows), classCount: 3)
    let expected = memberships(rows, labels, classCount: 3, k: k, alpha: alpha, power: power)
    expectClose(found.shares.values, expected.flatMap(\.self), absolute: 1e-6)
    for (row, certainty) in zip(expected, found.certainties) {
      let entropy = -row.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
      #expect(abs(certainty - (1 - entropy / log(3))) < 1e-5)
    }
  }

  @Test func oneLabelACloudNamesThemAll() throws {
    let (features, classes) = try clusters(4, 200, 8, spread: 6, seed: 2)
    let labels = classes.indices.map { $0 < 4 ? classes[$0] : nil }
    let found = try LabelSpreading().spread(labels, over: features, classCount: 4)
    #expect(found.shares.predictions == classes)
    #expect(found.certainties.allSatisfy { $0 > 0.5 })
    // Classes by other names are the same classes.
    let renamed = try LabelSpreading().spread(labels.map { $0.map { 3 - $0 } }, over: features, classCount: 4)
    #expect(renamed.shares.predictions == classes.map { 3 - $0 })
    expectClose(renamed.certainties, found.certainties, absolute: 1e-9)
  }

  /// Two samples point away from all that is labelled.
  @Test func whatNoLabelReachesIsOfAllClassesAlike() throws {
    let rows = try tensor([[1, 0.1], [1, 0], [1, 0.2], [-1, 0], [-1, 0.1]])
    let found = try LabelSpreading(k: 1).spread([0, nil, 1, nil, nil], over: rows, classCount: 2)
    #expect(Array(found.shares[3]) == [0.5, 0.5] && Array(found.shares[4]) == [0.5, 0.5])
    #expect(found.certainties[0] == 1 && found.certainties[2] == 1 && found.certainties[3] == 0)
  }

  /// Nine of ten labels are of one class: so are most of the others, wherever they lie.
  @Test func classesKeepTheirShares() throws {
    var random = TestNumbers(8)
    let rows = random.matrix(300, 5)
    let labels: [Int?] = rows.indices.map { $0 < 30 ? ($0 < 27 ? 0 : 1) : nil }
    let found = try LabelSpreading(k: 20).spread(labels, over: tensor(rows), classCount: 2)
    let first = (30..<300).reduce(0) { $0 + Array(found.shares[$1])[0] } / 270
    #expect(first > 0.8 && first < 0.98, "\(first)")
  }

  @Test func whatCannotBeSpreadIsRefused() throws {
    let rows = try Tensor.ones([3, 2])
    #expect(throws: MeasureError.self) { try LabelSpreading().spread([nil, nil, nil], over: rows, classCount: 2) }
    #expect(throws: MeasureError.self) { try LabelSpreading().spread([0, 2, nil], over: rows, classCount: 2) }
    #expect(throws: MeasureError.self) { try LabelSpreading().spread([0, nil], over: rows, classCount: 2) }
    #expect(throws: MeasureError.self) { try LabelSpreading().spread([0, nil, nil], over: rows, classCount: 1) }
    #expect(throws: MeasureError.self) { try LabelSpreading(alpha: 1).spread([0, 1, nil], over: rows, classCount: 2) }
    #expect(throws: MeasureError.self) { try LabelSpreading(k: 0).spread([0, 1, nil], over: rows, classCount: 2) }
    // All alike: nothing is near or far, and nothing is lost.
    #expect(try LabelSpreading().spread([0, 1, nil], over: rows, classCount: 2).shares[2].reduce(0, +) == 1)
  }
}
