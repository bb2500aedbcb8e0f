import Foundation
import Measures
import TestSupport
import Testing
import Torch

@Suite struct EmbeddingStatisticsTests {
  @Test func agreeWithTheDefinitions() throws {
    var random = TestNumbers(11)
    let first = random.matrix(12, 5)
    let second = first.map { $0.map { $0 + 0.3 * random.normal() } }
    func unit(_ x: [Double]) -> [Double] {
      let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return x.map { $0 / length }
    }
    func distance(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
    let (a, b) = (first.map(unit), second.map(unit))
    func uniformity(_ x: [[Double]]) -> Double {
      var potentials: [Double] = []
      for i in x.indices { for j in 0..<i { potentials.append(exp(-2 * distance(x[i], x[j]))) } }
      return log(potentials.reduce(0, +) / Double(potentials.count))
    }
    func deviation(_ x: [[Double]]) -> Double {
      let deviations = x[0].indices.map { column in
        let values = x.map { $0[column] }
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
      }
      return deviations.reduce(0, +) / Double(deviations.count) * Double(deviations.count).squareRoot()
    }
    let singular = try tensor(first).singularValues().values(as: Double.self)
    let shares = singular.map { $0 / singular.reduce(0, +) + 1e-7 }
    let rank = exp(-shares.reduce(0) { $0 + $1 * log($1) })

    let statistics = try EmbeddingStatistics([tensor(first), tensor(second)])
    expectClose(
      [
        try #require(statistics.alignment), statistics.uniformity, statistics.standardDeviation,
        statistics.effectiveRank,
      ],
      [
        zip(a, b).reduce(0) { $0 + distance($1.0, $1.1) } / 12, (uniformity(a) + uniformity(b)) / 2,
        (deviation(a) + deviation(b)) / 2, rank,
      ], absolute: 1e-9)
    expectClose(
      [
        try EmbeddingStatistics.alignment(tensor(first), tensor(second)),
        try EmbeddingStatistics.uniformity(tensor(first)), try EmbeddingStatistics.standardDeviation(tensor(first)),
        try EmbeddingStatistics.effectiveRank(tensor(first)),
      ], [try #require(statistics.alignment), uniformity(a), deviation(a), rank], absolute: 1e-9)
  }

  @Test func closedForms() throws {
    let identity = try Tensor.eye(6)
    #expect(abs(try EmbeddingStatistics.effectiveRank(identity) - 6) < 1e-4)
    // Orthonormal vectors are √2 apart.
    #expect(abs(try EmbeddingStatistics.uniformity(identity) + 4) < 1e-9)
    #expect(try EmbeddingStatistics.alignment(identity, identity) == 0)
    #expect(abs(try EmbeddingStatistics.alignment(identity, -identity) - 4) < 1e-9)
    let line = try tensor((1...20).map { i in (1...9).map { Double(i * $0) } })
    #expect(abs(try EmbeddingStatistics.effectiveRank(line) - 1) < 1e-3)
    // ± each axis: every dimension has the deviation 1/√d.
    #expect(abs(try EmbeddingStatistics.standardDeviation(concatenate([identity, -identity])) - 1) < 1e-9)
  }

  @Test func aCollapsedBatch() throws {
    let collapsed = try EmbeddingStatistics([.ones([8, 4]), .ones([8, 4])])
    expectClose(
      [try #require(collapsed.alignment), collapsed.uniformity, collapsed.standardDeviation, collapsed.effectiveRank],
      [0, 0, 0, 1], absolute: 1e-4)
    let silent = try EmbeddingStatistics([.zeros([8, 4]), .zeros([8, 4])])
    expectClose(
      [try #require(silent.alignment), silent.uniformity, silent.standardDeviation, silent.effectiveRank],
      [0, 0, 0, 0], absolute: 0)
  }

  @Test func oneViewHasNoAlignment() throws {
    var random = TestNumbers(14)
    let view = try tensor(random.matrix(6, 4))
    let alone = try EmbeddingStatistics([view])
    #expect(alone.alignment == nil)
    expectClose(
      [alone.uniformity, alone.standardDeviation, alone.effectiveRank],
      [
        try EmbeddingStatistics.uniformity(view), try EmbeddingStatistics.standardDeviation(view),
        try EmbeddingStatistics.effectiveRank(view),
      ], absolute: 1e-12)
    #expect(throws: MeasureError.self) { try EmbeddingStatistics([]) }
  }

  @Test func rankIsTheSameFromEitherSideAndAtAnyScale() throws {
    var random = TestNumbers(12)
    let wide = try tensor(random.matrix(6, 40))
    let rank = try EmbeddingStatistics.effectiveRank(wide)
    #expect(rank > 3 && rank < 6.001)
    #expect(abs(try EmbeddingStatistics.effectiveRank(wide.transposed()) - rank) < 1e-6)
    #expect(abs(try EmbeddingStatistics.effectiveRank(wide * 1e200) - rank) < 1e-6)
    #expect(abs(try EmbeddingStatistics.effectiveRank(wide * 1e-200) - rank) < 1e-6)
  }

  @Test func theyRecordNothingAndSurviveJSON() throws {
    var random = TestNumbers(13)
    let leaf = try tensor(random.matrix(6, 4)).to(dtype: .float32).requireGrad()
    let statistics = try EmbeddingStatistics([leaf, leaf * 2])
    #expect(
      try JSONDecoder().decode(EmbeddingStatistics.self, from: JSONEncoder().encode(statistics)) == statistics)
    #expect(try leaf.grad() == nil)
    #expect(try EmbeddingStatistics([leaf.to(dtype: .bfloat16), leaf.to(dtype: .bfloat16)]).alignment == 0)
  }

  @Test func whatCannotBeJudgedIsRefused() throws {
    let good = try Tensor.ones([4, 3])
    #expect(throws: MeasureError.self) { try EmbeddingStatistics([good, .ones([4, 2])]) }
    #expect(throws: MeasureError.self) { try EmbeddingStatistics([good, .ones([5, 3])]) }
    #expect(throws: MeasureError.self) { try EmbeddingStatistics([.ones([1, 3]), .ones([1, 3])]) }
    #expect(throws: MeasureError.self) { try EmbeddingStatistics.effectiveRank(.ones([4])) }
    #expect(throws: MeasureError.self) { try EmbeddingStatistics.uniformity(.zeros([0, 3])) }
    #expect(throws: MeasureError.self) { try EmbeddingStatistics.standardDeviation(.zeros([3, 0])) }
    do {
      _ = try EmbeddingStatistics([good, tensor([[0, 0, 0], [0, 0, 0], [0, 0, -.infinity], [0, 0, 0]])])
      Issue.record("no error")
    } catch {
      #expect("\(error)" == "embeddings of the second view hold -inf at row 2, column 2")
    }
  }

  @Test func nothingLeaks() throws {
    try expectNoLeak {
      let leaf = try Tensor.randn([16, 8]).requireGrad()
      _ = try EmbeddingStatistics([leaf, leaf * 2])
      _ = try? EmbeddingStatistics([leaf, .ones([1, 1])])
    }
  }
}
