import Foundation
import Measures
import TestSupport
import Testing
import Torch

@Suite struct NearestNeighboursTests {
  /// DINO's definition, sample by sample.
  private func votes(
    bank: [[Double]], labels: [Int], query: [Double], leaving: Int?, classCount: Int, k: Int, temperature: Double
  ) -> [Double] {
    func unit(_ x: [Double]) -> [Double] {
      let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return x.map { $0 / max(length, 1e-12) }
    }
    let similarities = bank.map { row in zip(unit(row), unit(query)).reduce(0) { $0 + $1.0 * $1.1 } }
    let nearest = bank.indices.filter { $0 != leaving }.sorted { similarities[$0] > similarities[$1] }.prefix(k)
    var votes = [Double](repeating: 0, count: classCount)
    for index in nearest { votes[labels[index]] += exp(similarities[index] / temperature) }
    let total = votes.reduce(0, +)
    return votes.map { $0 / total }
  }

  @Test(arguments: [(1, 0.07), (5, 0.07), (20, 0.5), (1000, 0.1)]) func agreesWithTheDefinition(
    k: Int, temperature: Double
  ) throws {
    var random = TestNumbers(1)
    let bank = random.matrix(60, 7)
    let queries = random.matrix(13, 7)
    let labels = bank.indices.map { ($0 * 7) % 4 }
    let classifier = NearestNeighbours(k: k, temperature: temperature)
    let scores = try classifier.predict(
      bank: tensor(bank), labels: labels, queries: tensor(queries), classCount: 5)
    #expect(scores.count == 13)
    expectClose(
      scores.values,
      queries.flatMap {
        votes(
          bank: bank, labels: labels, query: $0, leaving: nil, classCount: 5, k: k, temperature: temperature)
      }, absolute: 1e-9)
    let others = try classifier.predictLeavingOneOut(bank: tensor(bank), labels: labels, classCount: 5)
    expectClose(
      others.values,
      bank.indices.flatMap {
        votes(
          bank: bank, labels: labels, query: bank[$0], leaving: $0, classCount: 5, k: k, temperature: temperature)
      }, absolute: 1e-9)
  }

  @Test func equalSamplesVoteForEachOtherButNeverForThemselves() throws {
    // Six equal samples: each is asked of five, of which two or three are of its own class.
    let bank = try Tensor.ones([6, 3])
    let scores = try NearestNeighbours(k: 2).predictLeavingOneOut(
      bank: bank, labels: [0, 1, 2, 3, 4, 5], classCount: 6)
    for sample in 0..<6 { #expect(Array(scores[sample])[sample] == 0) }
    // A row of zeros has no neighbours, and so is not left out by being its own nearest.
    let zero = try tensor([[0, 0], [1, 0], [1, 0.1], [1, 0.2]])
    let left = try NearestNeighbours(k: 3).predictLeavingOneOut(bank: zero, labels: [0, 1, 1, 1], classCount: 2)
    #expect(Array(left[0]) == [0, 1])
  }

  @Test func lengthsDoNotMatter() throws {
    let (bank, labels) = try clusters(3, 50, 8, spread: 1, seed: 2)
    let classifier = NearestNeighbours(k: 7)
    let scores = try classifier.predict(bank: bank, labels: labels, queries: bank, classCount: 3)
    let scaled = try classifier.predict(bank: bank * 1000, labels: labels, queries: bank * 1e-3, classCount: 3)
    expectClose(scaled.values, scores.values, absolute: 1e-9)
  }

  @Test func theOrderOfTheBankDoesNotMatter() throws {
    let (bank, labels) = try clusters(3, 50, 8, spread: 1, seed: 3)
    let order = (0..<50).map { ($0 * 17) % 50 }
    let classifier = NearestNeighbours(k: 7)
    let scores = try classifier.predict(bank: bank, labels: labels, queries: bank, classCount: 3)
    let shuffled = try classifier.predict(
      bank: bank.indexed(by: Tensor(order.map(Int64.init))), labels: order.map { labels[$0] }, queries: bank,
      classCount: 3)
    expectClose(shuffled.values, scores.values, absolute: 1e-9)
  }

  @Test func aLargeBankIsTiledAlike() throws {
    // 70,000 samples: about 240 queries fit a tile, so that 500 take three.
    var random = TestNumbers(4)
    let small = random.matrix(500, 4)
    let far = try Tensor.full([69_500, 4], -9, .float64)
    let queries = try tensor(small.map { $0.map { abs($0) } })
    let labels = (0..<70_000).map { $0 < 500 ? $0 % 3 : 3 }
    let classifier = NearestNeighbours(k: 5)
    let scores = try classifier.predict(
      bank: concatenate([queries, far]), labels: labels, queries: queries, classCount: 4)
    let alone = try classifier.predict(
      bank: queries, labels: Array(labels[..<500]), queries: queries, classCount: 4)
    expectClose(scores.values, alone.values, absolute: 1e-9)
  }

  @Test func extremeTemperaturesStayFinite() throws {
    let (bank, labels) = try clusters(2, 20, 5, spread: 1, seed: 5)
    for temperature in [1e-300, 1e300] {
      let scores = try NearestNeighbours(k: 20, temperature: temperature).predict(
        bank: bank, labels: labels, queries: bank, classCount: 2)
      for row in 0..<20 { #expect(abs(scores[row].reduce(0, +) - 1) < 1e-9) }
    }
  }

  @Test func otherTypesOfNumbers() throws {
    let pixels = try Tensor([255, 0, 10, 0, 200, 3, 250, 5, 20] as [UInt8], shape: [3, 3])
    let scores = try NearestNeighbours(k: 1).predictLeavingOneOut(bank: pixels, labels: [0, 1, 0], classCount: 2)
    #expect(scores.predictions[0] == 0)
    let half = try pixels.to(dtype: .bfloat16)
    #expect(
      try NearestNeighbours(k: 1).predict(bank: half, labels: [0, 1, 0], queries: half, classCount: 2)
        .predictions == [0, 1, 0])
  }

  @Test func whatCannotBeJudgedIsRefused() throws {
    let bank = try Tensor.ones([3, 2])
    let good = NearestNeighbours()
    func refused(_ text: String, _ body: () throws -> ClassScores, _ location: SourceLocation = #_sourceLocation) {
      do {
        _ = try body()
        Issue.record("no error", sourceLocation: location)
      } catch {
        let isTyped = error is MeasureError
        #expect(isTyped && "\(error)".contains(text), "\(error)", sourceLocation: location)
      }
    }
    refused("at least 1 needed") {
      try good.predict(bank: .zeros([0, 2]), labels: [], queries: bank, classCount: 1)
    }
    refused("queries: 0 given") {
      try good.predict(bank: bank, labels: [0, 0, 0], queries: .zeros([0, 2]), classCount: 1)
    }
    refused("[3, 5]") { try good.predict(bank: bank, labels: [0, 0, 0], queries: .zeros([3, 5]), classCount: 1) }
    refused("2 given, 3 expected") { try good.predict(bank: bank, labels: [0, 0], queries: bank, classCount: 1) }
    refused("label 4 of sample 1") { try good.predict(bank: bank, labels: [0, 4, 0], queries: bank, classCount: 2) }
    refused("label -1 of sample 2") { try good.predict(bank: bank, labels: [0, 0, -1], queries: bank, classCount: 2) }
    refused("classCount is 0") { try good.predict(bank: bank, labels: [0, 0, 0], queries: bank, classCount: 0) }
    refused("nan at row 1, column 0") {
      try good.predict(bank: tensor([[1, 1], [.nan, 1], [1, 1]]), labels: [0, 0, 0], queries: bank, classCount: 1)
    }
    refused("inf at row 0, column 1") {
      try good.predict(bank: bank, labels: [0, 0, 0], queries: tensor([[1, .infinity]]), classCount: 1)
    }
    refused("k is 0") {
      try NearestNeighbours(k: 0).predict(bank: bank, labels: [0, 0, 0], queries: bank, classCount: 1)
    }
    refused("temperature is 0.0") {
      try NearestNeighbours(temperature: 0).predict(bank: bank, labels: [0, 0, 0], queries: bank, classCount: 1)
    }
    refused("at least 2 needed") { try good.predictLeavingOneOut(bank: .ones([1, 2]), labels: [0], classCount: 1) }
  }

  @Test func nothingLeaks() throws {
    try expectNoLeak {
      let (bank, labels) = try clusters(2, 20, 5, spread: 1, seed: 6)
      _ = try NearestNeighbours().predict(bank: bank.requireGrad(), labels: labels, queries: bank, classCount: 2)
      _ = try? NearestNeighbours().predict(bank: bank, labels: [], queries: bank, classCount: 2)
    }
  }
}
