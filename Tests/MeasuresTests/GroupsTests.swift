import Foundation
import TestSupport
import Testing
import Torch

@testable import Measures

/// Groups of random sizes, named by any integers, and samples that belong to none.
func randomGroups(_ count: Int, of groupCount: Int, without share: Double = 0.1, seed: UInt64) -> [Int?] {
  var random = TestNumbers(seed)
  return (0..<count).map { _ in
    let isAlone = random.uniform() < share
    // The square makes the first groups large.
    let group = Int(pow(random.uniform(), 2) * Double(groupCount))
    return isAlone ? nil : group * 1_000_003 - 7
  }
}

/// Whether two samples must stay together.
func belongTogether(_ groups: [Int?], _ first: Int, _ second: Int) -> Bool {
  first == second || (groups[first] != nil && groups[first] == groups[second])
}

@Suite struct StraddlingGroupsTests {
  /// Every pair of samples.
  @Test(arguments: 1...20) func agreesWithEveryPair(seed: Int) throws {
    let groups = randomGroups(40, of: 12, seed: UInt64(seed))
    var random = TestNumbers(UInt64(seed) + 100)
    let parts = groups.map { _ in [nil, -4, 2, 9][Int(random.uniform() * 4)] as Int? }
    var expected = Set<Int>()
    for first in groups.indices {
      for second in groups.indices {
        if let group = groups[first], group == groups[second], let one = parts[first], let other = parts[second],
          one != other
        {
          expected.insert(group)
        }
      }
    }
    #expect(!expected.isEmpty)
    #expect(try straddlingGroups(groups, parts: parts) == expected.sorted())
  }

  @Test func whatIsInOnePartOrInNoneIsNotDivided() throws {
    #expect(try straddlingGroups([], parts: []) == [])
    #expect(try straddlingGroups([3, 3, nil, nil, 5], parts: [1, 1, 1, 2, nil]) == [])
    #expect(try straddlingGroups([3, 3, 3], parts: [1, nil, 1]) == [])
    #expect(try straddlingGroups([.max, .min, .max, .min], parts: [1, 1, 2, 2]) == [.min, .max])
    #expect(throws: MeasureError.self) { try straddlingGroups([1, 2], parts: [1]) }
    #expect(throws: MeasureError.self) { try straddlingGroups([], parts: [nil]) }
  }

  @Test func samplesOfNoGroupAreGroupsOfTheirOwn() throws {
    let groups = try SampleGroups([7, nil, 7, nil, -1], sampleCount: 5)
    #expect(groups.numbers == [0, 1, 0, 2, 3] && groups.count == 4)
    #expect(groups.members == [[0, 2], [1], [3], [4]])
    #expect(try SampleGroups(nil, sampleCount: 3).numbers == [0, 1, 2])
    #expect(throws: MeasureError.self) { try SampleGroups([1], sampleCount: 2) }
  }
}

@Suite struct GroupedNeighboursTests {
  private func cosine(_ a: [Double], _ b: [Double]) -> Double {
    func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
  }

  /// Near samples of one group, so that a search that looked at groups only afterwards would find too few.
  private func rows(_ groups: [Int?], seed: UInt64) -> [[Double]] {
    var random = TestNumbers(seed)
    let centres = random.matrix(groups.count, 6)
    return groups.indices.map { row in
      let centre = groups.firstIndex { $0 != nil && $0 == groups[row] } ?? row
      return centres[centre].map { $0 + 0.1 * random.normal() }
    }
  }

  private func expected(_ rows: [[Double]], _ groups: [Int?], count: Int) -> [[Int]] {
    rows.indices.map { row in
      let others = rows.indices.filter { !belongTogether(groups, row, $0) }
      return Array(others.sorted { cosine(rows[row], rows[$0]) > cosine(rows[row], rows[$1]) }.prefix(count))
    }
  }

  @Test(arguments: [(1, 1), (7, 13), (64, 45), (1024, 4096)])
  func tilesFindWhatBruteForceFinds(_ queryTile: Int, _ bankTile: Int) throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let groups = randomGroups(150, of: 9, seed: seed)
      let rows = rows(groups, seed: seed)
      let numbers = try SampleGroups(groups, sampleCount: 150).numbers
      for count in [1, 8, 149] {
        var lists: [[Int]] = []
        try forEachQuery(
          in: tensor(rows), bank: tensor(rows), count: count, groups: numbers,
          tiles: NeighbourTiles(queries: queryTile, bank: bankTile)
        ) { lists.append($1.map(\.sample)) }
        #expect(lists == expected(rows, groups, count: count))
      }
    }
  }

  @Test func listsAndVotesLeaveOutTheOwnGroup() throws {
    let groups = randomGroups(120, of: 7, seed: 4)
    let rows = rows(groups, seed: 4)
    let lists = try NeighbourLists(of: tensor(rows), count: 5, groups: groups).lists
    #expect(lists.map { $0.map(\.sample) } == expected(rows, groups, count: 5))
    for (row, list) in lists.enumerated() {
      for neighbour in list { #expect(abs(neighbour.similarity - cosine(rows[row], rows[neighbour.sample])) < 1e-9) }
    }
    let labels = rows.indices.map { ($0 * 7) % 4 }
    let scores = try NearestNeighbours(k: 5).predictLeavingOneOut(
      bank: tensor(rows), labels: labels, classCount: 4, groups: groups)
    for (row, nearest) in expected(rows, groups, count: 5).enumerated() {
      var votes = [Double](repeating: 0, count: 4)
      for other in nearest { votes[labels[other]] += exp(cosine(rows[row], rows[other]) / 0.07) }
      let total = votes.reduce(0, +)
      expectClose(Array(scores[row]), votes.map { $0 / total }, absolute: 1e-9)
    }
  }

  /// Where groups have one sample each, they change no bit.
  @Test func groupsOfOneChangeNothing() throws {
    for precision in [DType.float32, .float64] {
      let (features, labels) = try clusters(3, 200, 8, spread: 1, seed: 5)
      let bank = try features.to(dtype: precision)
      let alone: [Int?] = labels.indices.map { $0 % 2 == 0 ? nil : -$0 }
      let plain = try NeighbourLists(of: bank, count: 9).lists
      #expect(try NeighbourLists(of: bank, count: 9, groups: alone).lists == plain)
      let scores = try NearestNeighbours().predictLeavingOneOut(bank: bank, labels: labels, classCount: 3)
      #expect(
        try NearestNeighbours().predictLeavingOneOut(bank: bank, labels: labels, classCount: 3, groups: alone) == scores
      )
    }
  }

  @Test func ofAGiantGroupEverySampleHasItsOneNeighbour() throws {
    let groups: [Int?] = (0..<100).map { $0 == 40 ? nil : 1 }
    let lists = try NeighbourLists(of: .ones([100, 2]), count: 3, groups: groups).lists
    for (row, list) in lists.enumerated() { #expect(list.map(\.sample) == (row == 40 ? [0, 1, 2] : [40])) }
    let scores = try NearestNeighbours().predictLeavingOneOut(
      bank: .ones([100, 2]), labels: groups.map { $0 == nil ? 1 : 0 }, classCount: 2, groups: groups)
    #expect(scores.predictions == groups.map { $0 == nil ? 0 : 1 })
  }

  @Test func whatHasNoOtherGroupIsRefused() throws {
    let bank = try Tensor.ones([3, 2])
    for groups: [Int?] in [[4, 4, 4], [], [1, 2], [1, 2, 3, 4]] {
      #expect(throws: MeasureError.self) { try NeighbourLists(of: bank, count: 1, groups: groups) }
      #expect(throws: MeasureError.self) {
        try NearestNeighbours().predictLeavingOneOut(bank: bank, labels: [0, 1, 0], classCount: 2, groups: groups)
      }
    }
    #expect(throws: MeasureError.self) { try NeighbourLists(of: .zeros([0, 2]), count: 1, groups: []) }
  }
}

@Suite struct GroupedSubsetTests {
  /// Several labels in a group, one of them more often.
  private func labels(_ groups: [Int?], classCount: Int, seed: UInt64) -> [Int] {
    var random = TestNumbers(seed)
    return groups.map { group in
      random.uniform() < 0.7 ? abs(group ?? 0) % classCount : Int(random.uniform() * Double(classCount))
    }
  }

  /// Σ (taken − wanted)² / samples over the classes.
  private func distance(_ subset: [Int], _ labels: [Int], _ fraction: Double) -> Double {
    let classes = Set(labels).sorted()
    let sizes = classes.map { label in labels.count { $0 == label } }
    let taken = Dictionary(grouping: subset) { labels[$0] }.mapValues(\.count)
    return zip(classes, zip(sizes, webster(sizes, fraction))).reduce(0) { sum, entry in
      let missing = Double(entry.1.1 - (taken[entry.0] ?? 0))
      return sum + missing * missing / Double(entry.1.0)
    }
  }

  @Test(arguments: 1...30) func noGroupIsDivided(seed: Int) throws {
    let seed = UInt64(seed)
    let groups = randomGroups(200, of: 25, seed: seed)
    let labels = labels(groups, classCount: 3, seed: seed)
    for fraction in [1e-9, 0.1, 0.5, 0.9, 0.999] {
      let subset = try stratifiedSubset(of: labels, fraction: fraction, seed: seed, groups: groups)
      #expect(subset == Set(subset).sorted() && !subset.isEmpty && subset.count < 200)
      let taken = Set(subset)
      #expect(try straddlingGroups(groups, parts: groups.indices.map { taken.contains($0) ? 1 : 0 }) == [])
      #expect(try stratifiedSubset(of: labels, fraction: fraction, seed: seed, groups: groups) == subset)
    }
  }

  /// Of ten groups all 1,022 choices are tried: no exchange of two is left that helps, and on the whole the draw is
  /// among the nearest.
  @Test func isNearTheNearestChoice() throws {
    var places: [Double] = []
    for seed in 1...40 as ClosedRange<UInt64> {
      let groups = randomGroups(80, of: 10, without: 0, seed: seed)
      let labels = labels(groups, classCount: 2, seed: seed)
      let known = try SampleGroups(groups, sampleCount: 80)
      let fraction = [0.2, 0.35, 0.5][Int(seed % 3)]
      let all = (1..<(1 << known.count) - 1).map { choice in
        distance(labels.indices.filter { choice >> known.numbers[$0] & 1 == 1 }, labels, fraction)
      }.sorted()
      let subset = try stratifiedSubset(of: labels, fraction: fraction, seed: seed, groups: groups)
      let found = distance(subset, labels, fraction)
      places.append(Double(all.count { $0 < found - 1e-9 }) / Double(all.count))
      // Neither one group more or fewer, nor an exchange.
      let taken = Set(subset.map { known.numbers[$0] })
      for first in 0..<known.count {
        for second in 0..<known.count {
          guard first == second || taken.contains(first) != taken.contains(second) else { continue }
          let other = taken.symmetricDifference([first, second])
          guard !other.isEmpty, other.count < known.count else { continue }
          let samples = labels.indices.filter { other.contains(known.numbers[$0]) }
          #expect(distance(samples, labels, fraction) > found - 1e-9)
        }
      }
    }
    #expect(places.reduce(0, +) / Double(places.count) < 0.02, "\(places)")
  }

  /// The draw as it was before there were groups.
  private func plain(_ labels: [Int], _ fraction: Double, _ seed: UInt64) -> [Int] {
    var result: [Int] = []
    let classes = Set(labels).sorted()
    let shares = webster(classes.map { label in labels.count { $0 == label } }, fraction)
    for (label, share) in zip(classes, shares) {
      let members = labels.indices.filter { labels[$0] == label }
      var seeds = RandomSource(seed: seed ^ UInt64(bitPattern: Int64(label)))
      var random = RandomSource(seed: seeds.next())
      result += random.shuffled(members).prefix(share)
    }
    return result.sorted()
  }

  @Test(arguments: [0.01, 0.1, 0.37, 0.5, 0.99]) func groupsOfOneAndNoGroupsChangeNothing(fraction: Double) throws {
    let labels = (0..<500).map { $0 < 300 ? 0 : $0 < 495 ? -7 : $0 }
    for seed in [0, 1, .max] as [UInt64] {
      let expected = plain(labels, fraction, seed)
      #expect(try stratifiedSubset(of: labels, fraction: fraction, seed: seed) == expected)
      #expect(try stratifiedSubset(of: labels, fraction: fraction, seed: seed, groups: nil) == expected)
      let alone: [Int?] = labels.indices.map { $0 % 2 == 0 ? nil : $0 }
      #expect(try stratifiedSubset(of: labels, fraction: fraction, seed: seed, groups: alone) == expected)
    }
  }

  @Test func theSeedDecides() throws {
    let groups = (0..<400).map { $0 / 4 as Int? }
    let labels = (0..<400).map { $0 / 4 % 2 }
    var drawn = [Int](repeating: 0, count: 100)
    for seed in 0..<400 as Range<UInt64> {
      let subset = try stratifiedSubset(of: labels, fraction: 0.2, seed: seed, groups: groups)
      #expect(subset.count == 80)
      for sample in subset where sample % 4 == 0 { drawn[sample / 4] += 1 }
    }
    // 80 each, give or take five standard deviations of √(400 · 0.2 · 0.8) = 8.
    #expect(drawn.allSatisfy { abs($0 - 80) < 40 }, "\(drawn)")
  }

  @Test func aGiantGroupIsNeverEverythingAndNeverNothing() throws {
    let groups: [Int?] = (0..<100).map { $0 < 95 ? 1 : 2 }
    let labels = (0..<100).map { $0 % 2 }
    // The 95 are never near a tenth, the 5 are not far from it, and nine tenths are nearly the 95.
    #expect(try stratifiedSubset(of: labels, fraction: 0.1, seed: 1, groups: groups) == Array(95..<100))
    #expect(try stratifiedSubset(of: labels, fraction: 0.9, seed: 1, groups: groups) == Array(0..<95))
    let halves: [Int?] = (0..<100).map { $0 / 50 }
    for fraction in [0.01, 0.99] {
      #expect(try stratifiedSubset(of: labels, fraction: fraction, seed: 3, groups: halves).count == 50)
    }
    #expect(try stratifiedSubset(of: [4, 4], fraction: 0.5, seed: 1, groups: [nil, nil]).count == 1)
  }

  @Test func whatCannotBeDrawnIsRefused() throws {
    func found(_ labels: [Int], _ fraction: Double, _ groups: [Int?]) throws(MeasureError) -> [Int] {
      try stratifiedSubset(of: labels, fraction: fraction, seed: 1, groups: groups)
    }
    #expect(throws: MeasureError.self) { try found([1, 2, 1], 0.5, [8, 8, 8]) }
    #expect(throws: MeasureError.self) { try found([1], 0.5, [nil]) }
    #expect(throws: MeasureError.self) { try found([], 0.5, []) }
    #expect(throws: MeasureError.self) { try found([1, 2], 0.5, [1]) }
    #expect(throws: MeasureError.self) { try found([1, 2], 1, [1, 2, 3]) }
    for fraction in [0, -1, 1.01, .nan, .infinity] {
      #expect(throws: MeasureError.self) { try found([1, 2], fraction, [1, 2]) }
    }
    // Everything is divided from nothing.
    #expect(try found([1, 2, 1], 1, [8, 8, 8]) == [0, 1, 2])
  }
}

@Suite struct GroupedFoldsTests {
  @Test(arguments: 1...30) func noGroupIsDividedAndNoClassIsHeldOutWhole(seed: Int) throws {
    let seed = UInt64(seed)
    let given = randomGroups(150, of: 20, seed: seed)
    let groups = try SampleGroups(given, sampleCount: 150)
    var random = TestNumbers(seed + 7)
    let targets = given.map { _ in Int(random.uniform() * 4) }
    let folds = try #require(crossValidationFolds(targets, 5, groups: groups))
    #expect(folds.count == 5 && folds.allSatisfy { !$0.isEmpty })
    #expect(folds.flatMap { $0 }.sorted() == Array(0..<150))
    var parts = [Int?](repeating: nil, count: 150)
    for (place, fold) in folds.enumerated() { for sample in fold { parts[sample] = place } }
    #expect(try straddlingGroups(given, parts: parts) == [])
    for fold in folds { #expect(Set(targets.indices.filter { !fold.contains($0) }.map { targets[$0] }).count == 4) }
  }

  /// Like cards, as it was before there were groups.
  @Test(arguments: [2, 3, 5, 7]) func samplesOfNoGroupAreDealtLikeCards(foldCount: Int) throws {
    var random = TestNumbers(3)
    for count in [7, 50, 211] {
      let targets = (0..<count).map { _ in Int(random.uniform() * 3) }
      var expected = [[Int]](repeating: [], count: foldCount)
      let byClass = targets.indices.sorted { (targets[$0], $0) < (targets[$1], $1) }
      for (place, sample) in byClass.enumerated() { expected[place % foldCount].append(sample) }
      let none = try SampleGroups(nil, sampleCount: count)
      #expect(stratifiedFolds(targets, foldCount, groups: none) == expected)
      let alone = try SampleGroups([Int?](repeating: nil, count: count), sampleCount: count)
      #expect(stratifiedFolds(targets, foldCount, groups: alone) == expected)
    }
  }

  @Test func groupsOfOneClassAreSpreadEvenly() throws {
    // 10 groups of 12 samples, 20 of 3, half of each in either class.
    let given = (0..<180).map { $0 < 120 ? $0 / 12 : 10 + ($0 - 120) / 3 as Int? }
    let targets = given.map { ($0 ?? 0) % 2 }
    let folds = stratifiedFolds(targets, 5, groups: try SampleGroups(given, sampleCount: 180))
    #expect(folds.allSatisfy { fold in fold.count == 36 && fold.count { targets[$0] == 1 } == 18 })
  }

  /// Three classes in pairs: two folds must hold one of them whole, three need not.
  @Test func moreFoldsWhereFewerWouldHoldAClassWhole() throws {
    let groups = try SampleGroups([0, 0, 1, 1, 2, 2], sampleCount: 6)
    let targets = [0, 1, 1, 2, 0, 2]
    #expect(crossValidationFolds(targets, 2, groups: groups) == nil)
    let folds = try #require(crossValidationFolds(targets, 5, groups: groups))
    #expect(Set(folds.map { $0.sorted() }) == [[0, 1], [2, 3], [4, 5]])
    #expect(crossValidationFolds([0, 1, 0, 1], 5, groups: try SampleGroups([1, 1, 1, 1], sampleCount: 4)) == nil)
    #expect(crossValidationFolds([0, 0, 1, 1], 5, groups: try SampleGroups([1, 2, 3, 3], sampleCount: 4)) == nil)
    #expect(crossValidationFolds([], 5, groups: try SampleGroups([], sampleCount: 0)) == nil)
  }
}

@Suite struct GroupedRegressionTests {
  /// What a group has in common is no help with other groups: twelve features that name the group, and its label with it.
  private func patients(seed: UInt64) -> (rows: [[Double]], targets: [Double], groups: [Int?]) {
    var random = TestNumbers(seed)
    let groups = (0..<120).map { $0 / 6 as Int? }
    let marks = random.matrix(20, 12)
    let own = (0..<20).map { _ in random.normal() }
    let targets = groups.map { own[$0 ?? 0] }
    let rows = groups.map { group in
      marks[group ?? 0].map { $0 + 0.05 * random.normal() } + [0.5 * own[group ?? 0] + random.normal()]
    }
    return (rows, targets, groups)
  }

  @Test func logisticRegressionIsJudgedOnOtherGroups() throws {
    let (rows, numbers, groups) = patients(seed: 3)
    let labels = numbers.map { $0 > 0 ? 1 : 0 }
    let plain = try LogisticRegression().fit(tensor(rows), labels: labels, classCount: 2)
    let grouped = try LogisticRegression().fit(tensor(rows), labels: labels, classCount: 2, groups: groups)
    // Samples of the own group make the mark look useful.
    #expect(plain.regularization > grouped.regularization)
    // Fold by fold from scratch; the standardisation there is each part's own.
    let known = try SampleGroups(groups, sampleCount: 120)
    let folds = try #require(crossValidationFolds(labels, 5, groups: known))
    var loss = 0.0
    for fold in folds {
      let kept = labels.indices.filter { !fold.contains($0) }
      #expect(Set(kept.map { groups[$0] }).isDisjoint(with: fold.map { groups[$0] }))
      let part = try LogisticRegression(candidates: [], fallback: 0.01).fit(
        tensor(kept.map { rows[$0] }), labels: kept.map { labels[$0] }, classCount: 2)
      let scores = try part.probabilities(of: tensor(fold.map { rows[$0] }))
      for (row, sample) in fold.enumerated() { loss -= log(Array(scores[row])[labels[sample]]) }
    }
    #expect(abs(grouped.crossValidation[2].logLoss - loss / 120) < 0.02)
  }

  @Test func logisticRegressionOfGroupsOfOneIsTheSameToTheBit() throws {
    let (features, labels) = try clusters(3, 90, 6, spread: 0.5, seed: 41)
    let plain = try LogisticRegression().fit(features, labels: labels, classCount: 3)
    for groups: [Int?] in [labels.map { _ in nil }, labels.indices.map { 90 - $0 }] {
      let grouped = try LogisticRegression().fit(features, labels: labels, classCount: 3, groups: groups)
      #expect(grouped.weights == plain.weights && grouped.intercepts == plain.intercepts)
      #expect(grouped.crossValidation == plain.crossValidation)
    }
  }

  @Test func whereNothingCanBeHeldOutTheFallbackIsUsed() throws {
    let (features, labels) = try clusters(2, 20, 3, spread: 1, seed: 42)
    for groups: [Int?] in [[Int?](repeating: 5, count: 20), labels.map { $0 }] {
      let model = try LogisticRegression(fallback: 0.3).fit(features, labels: labels, classCount: 2, groups: groups)
      #expect(model.regularization == 0.3 && model.crossValidation.isEmpty && model.isConverged)
    }
    let one = [Int?](repeating: 5, count: 20)
    let number = try RidgeRegression(fallback: 7).fit(features, targets: labels.map(Double.init), groups: one)
    #expect(number.regularization == 7 && number.weights.allSatisfy(\.isFinite))
    for groups: [Int?] in [[], [1], [Int?](repeating: nil, count: 21)] {
      #expect(throws: MeasureError.self) {
        try LogisticRegression().fit(features, labels: labels, classCount: 2, groups: groups)
      }
      #expect(throws: MeasureError.self) {
        try RidgeRegression().fit(features, targets: labels.map(Double.init), groups: groups)
      }
    }
    #expect(throws: MeasureError.self) {
      try RidgeRegression(foldCount: 1).fit(features, targets: labels.map(Double.init))
    }
    #expect(throws: MeasureError.self) {
      try RidgeRegression(fallback: 0).fit(features, targets: labels.map(Double.init))
    }
  }

  /// The squared error over folds of whole groups, each fold told by a model that elimination finds from the others, on
  /// features that all samples standardise.
  private func error(_ rows: [[Double]], _ targets: [Double], _ folds: [[Int]], alpha: Double) -> Double {
    let width = rows[0].count
    var z = rows
    for column in 0..<width {
      let values = rows.map { $0[column] }
      let mean = values.reduce(0, +) / Double(rows.count)
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows.count)).squareRoot()
      for row in rows.indices { z[row][column] = (rows[row][column] - mean) / deviation }
    }
    var total = 0.0
    for fold in folds {
      let kept = rows.indices.filter { !fold.contains($0) }
      // Weights and the intercept, which is not penalised, from the normal equations.
      let inputs = kept.map { z[$0] + [1] }
      var system = (0...width).map { i in
        (0...width).map { j in
          inputs.reduce(0) { $0 + $1[i] * $1[j] } + (i == j && i < width ? alpha : 0)
        } + [zip(inputs, kept).reduce(0) { $0 + $1.0[i] * targets[$1.1] }]
      }
      for pivot in 0...width {
        for other in 0...width where other != pivot {
          let factor = system[other][pivot] / system[pivot][pivot]
          for column in 0...width + 1 { system[other][column] -= factor * system[pivot][column] }
        }
      }
      let solution = (0...width).map { system[$0][width + 1] / system[$0][$0] }
      for sample in fold {
        let told = zip(z[sample] + [1], solution).reduce(0) { $0 + $1.0 * $1.1 }
        total += (told - targets[sample]) * (told - targets[sample])
      }
    }
    return total
  }

  @Test(arguments: 1...6) func ridgeRegressionChoosesWhatDoesBestOnOtherGroups(seed: Int) throws {
    let (rows, targets, groups) = patients(seed: UInt64(seed))
    let candidates = [0.01, 0.1, 1, 3, 10, 30, 100, 300, 1000, 1e4]
    let known = try SampleGroups(groups, sampleCount: rows.count)
    let folds = try #require(crossValidationFolds(targets.map { _ in 0 }, 10, groups: known))
    let errors = candidates.map { error(rows, targets, folds, alpha: $0) }
    let best = errors.indices.min { errors[$0] < errors[$1] } ?? 0
    let grouped = try RidgeRegression(candidates: candidates).fit(tensor(rows), targets: targets, groups: groups)
    #expect(grouped.regularization == candidates[best], "\(errors)")
    let plain = try RidgeRegression(candidates: candidates).fit(tensor(rows), targets: targets)
    #expect(plain.regularization < grouped.regularization)
    // The choice is all that groups change.
    let same = try RidgeRegression(candidates: [grouped.regularization]).fit(tensor(rows), targets: targets)
    #expect(same.weights == grouped.weights && same.intercept == grouped.intercept)
  }

  /// As many folds as samples: leaving one out, by its closed form and by its definition. Also with more features than
  /// samples.
  @Test(arguments: [3, 60]) func ofGroupsOfOneRidgeRegressionLeavesOneOut(width: Int) throws {
    for seed in 1...5 as ClosedRange<UInt64> {
      var random = TestNumbers(seed)
      let rows = random.matrix(24, width)
      let targets = rows.map { $0[0] + random.normal() }
      let plain = try RidgeRegression().fit(tensor(rows), targets: targets)
      let alone = try RidgeRegression(foldCount: 24).fit(
        tensor(rows), targets: targets, groups: targets.map { _ in nil })
      #expect(alone.regularization == plain.regularization && alone.weights == plain.weights)
    }
  }
}
