import Measures
import Samples
import TestSupport
import Testing
import Torch

@testable import Evaluation

@Suite struct SuggestionTests {
  /// 30 + 20 + 10 points around three directions; the first of each lies in the middle.
  private func regions() throws -> Tensor {
    var random = ViewGenerator(seed: 3, epoch: 0, sample: 0, view: 0)
    var values: [Float] = []
    for (direction, count) in [30, 20, 10].enumerated() {
      for member in 0..<count {
        let reach: Float = member == 0 ? 0 : 0.3
        values += (0..<3).map { ($0 == direction ? 1 : 0) + random.uniform(around: reach) }
      }
    }
    return try Tensor(values, shape: [60, 3])
  }

  private func region(_ row: Int) -> Int { row < 30 ? 0 : row < 50 ? 1 : 2 }

  @Test func eachRegionIsAskedForTheLargestFirst() throws {
    let chosen = try Suggestions.choose(
      3, of: regions(), isLabelled: [Bool](repeating: false, count: 60), seed: 0)
    #expect(chosen.map { region($0.row) } == [0, 1, 2])
    #expect(chosen.map(\.size) == [30, 20, 10])
    // Typical is what is near to the others: among the nearest third of the region to its middle.
    for sample in chosen { #expect(sample.typicality > 0) }
  }

  /// Of the region, nothing has a lesser mean distance to its 20 nearest, by brute force.
  @Test func theMostTypicalIsChosen() throws {
    let features = try regions()
    let chosen = try Suggestions.choose(1, of: features, isLabelled: [Bool](repeating: false, count: 60), seed: 0)
    let rows = try normalized(features).values(as: Double.self)
    func typicality(_ row: Int) -> Double {
      let distances = (0..<60).filter { $0 != row }.map { other in
        (0..<3).reduce(0.0) {
          $0 + (rows[row * 3 + $1] - rows[other * 3 + $1]) * (rows[row * 3 + $1] - rows[other * 3 + $1])
        }.squareRoot()
      }.sorted()
      return 20 / distances.prefix(20).reduce(0, +)
    }
    let best = (0..<60).map(typicality).max() ?? 0
    #expect(abs(typicality(chosen[0].row) - best) < 1e-3)
  }

  @Test func whatIsLabelledIsNotAskedFor() throws {
    // The first region has labels: the others come first, and no labelled row comes at all.
    let isLabelled = (0..<60).map { $0 < 5 }
    let chosen = try Suggestions.choose(2, of: regions(), isLabelled: isLabelled, seed: 0)
    #expect(chosen.allSatisfy { !isLabelled[$0.row] })
    #expect(!chosen.contains { region($0.row) == 0 && $0.size == 30 })
    let all = try Suggestions.choose(100, of: regions(), isLabelled: isLabelled, seed: 0)
    #expect(all.count == 55 && Set(all.map(\.row)).count == 55)
    #expect(try Suggestions.choose(3, of: regions(), isLabelled: [Bool](repeating: true, count: 60), seed: 0).isEmpty)
  }
}
