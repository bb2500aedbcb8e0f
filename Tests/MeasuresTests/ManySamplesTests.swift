import TestSupport
import Testing
import Torch

@testable import Measures

/// Many samples or classes: nothing holds samples × classes, or compares all pairs.
@Suite struct ManySamplesTests {
  @Test func answersAreThePredictionsOfTheVotes() throws {
    var random = TestNumbers(7)
    let bank = try tensor(random.matrix(300, 5))
    let labels = (0..<300).map { $0 % 40 }
    let groups = (0..<300).map { $0 % 7 == 0 ? nil : $0 / 3 }
    for k in [1, 5, 20] {
      let classifier = NearestNeighbours(k: k)
      #expect(
        try classifier.answersLeavingOneOut(bank: bank, labels: labels, groups: groups)
          == classifier.predictLeavingOneOut(bank: bank, labels: labels, classCount: 40, groups: groups).predictions)
    }
    // The votes of a million classes would be 2 GB; equal ones go to the first class.
    let equal = try Tensor.ones([300, 3])
    let many = (0..<300).map { 1_000_000 - $0 % 300 }
    #expect(try NearestNeighbours(k: 2).answersLeavingOneOut(bank: equal, labels: many)[5] == 999_999)
  }

  @Test func neighboursNearbyAreThoseOfAllPairs() throws {
    let (features, _) = try clusters(12, 6000, 6, spread: 8, seed: 3)
    let exact = try NeighbourLists(of: features, count: 5).lists
    let near = try NeighbourLists(nearby: features, count: 5, limit: 1000).lists
    let found = zip(exact, near).reduce(0) { $0 + Set($1.0.map(\.sample)).intersection($1.1.map(\.sample)).count }
    #expect(near.count == 6000 && near.allSatisfy { $0.count == 5 })
    #expect(near.enumerated().allSatisfy { row, list in list.allSatisfy { $0.sample != row } })
    #expect(Double(found) > 0.97 * 6000 * 5)
    // Where there are few samples, each is compared with each.
    #expect(try NeighbourLists(nearby: features, count: 5).lists == exact)
  }

  @Test func copiesNearbyAreFound() throws {
    var random = TestNumbers(9)
    let rows = random.matrix(900, 8)
    let lists = try NeighbourLists(nearby: tensor(rows + rows), count: 1, limit: 1000).lists
    for row in 0..<900 { #expect(lists[row].first?.sample == row + 900) }
  }

  @Test func centresFittedOnAPartServeAll() throws {
    let (features, labels) = try clusters(5, 1000, 6, spread: 12, seed: 4)
    let groups = try KMeans(of: features, count: 5, seed: 1, fittingOn: 200)
    #expect(groups.assignments.count == 1000)
    #expect(Set(zip(groups.assignments, labels).map { "\($0) \($1)" }).count == 5)
    #expect(
      try KMeans(of: features, count: 5, seed: 1, fittingOn: 1000).assignments
        == KMeans(of: features, count: 5, seed: 1).assignments)
  }

  /// The area by its definition: all pairs, equal ones half.
  @Test func areasOfSparseScoresAreThoseOfAllPairs() throws {
    var random = TestNumbers(2)
    let labels = (0..<90).map { $0 % 6 }
    let scores = random.matrix(90, 6).map { row in row.map { $0 < 0.6 ? 0 : ($0 * 4).rounded() } }
    let found = try ClassificationMetrics(
      of: ClassScores(values: scores.flatMap(\.self), classCount: 6), labels: labels, resampleCount: 10)
    let areas = (0..<6).map { label in
      var points = 0.0
      for positive in 0..<90 where labels[positive] == label {
        for negative in 0..<90 where labels[negative] != label {
          let (a, b) = (scores[positive][label], scores[negative][label])
          points += a > b ? 1 : a == b ? 0.5 : 0
        }
      }
      return points / (15 * 75)
    }
    expectClose([try #require(found.auroc).value], [areas.reduce(0, +) / 6], absolute: 1e-12)
  }
}
