import TestSupport
import Testing

@testable import Measures

@Suite struct StratifiedSubsetTests {
  private let labels = (0..<1000).map { $0 < 600 ? 0 : $0 < 995 ? -7 : $0 }

  @Test func everyClassKeepsItsShareAndAtLeastOne() throws {
    let subset = try stratifiedSubset(of: labels, fraction: 0.1, seed: 1)
    #expect(subset == subset.sorted() && Set(subset).count == subset.count)
    let counts = Dictionary(grouping: subset) { labels[$0] }.mapValues(\.count)
    // 100 in all: what is left of them by the classes of one sample is shared 57.3 to 37.7.
    #expect(counts == [0: 57, -7: 38, 995: 1, 996: 1, 997: 1, 998: 1, 999: 1])
    #expect(try stratifiedSubset(of: labels, fraction: 1, seed: 1) == Array(0..<1000))
    #expect(try stratifiedSubset(of: [5], fraction: 1e-9, seed: 1) == [0])
  }

  @Test func theSeedDecidesAndSmallerSubsetsArePartsOfLarger() throws {
    let subset = try stratifiedSubset(of: labels, fraction: 0.01, seed: 1)
    #expect(try stratifiedSubset(of: labels, fraction: 0.01, seed: 1) == subset)
    #expect(try stratifiedSubset(of: labels, fraction: 0.01, seed: 2) != subset)
    #expect(Set(subset).isSubset(of: try stratifiedSubset(of: labels, fraction: 0.1, seed: 1)))
  }

  /// Rounded class by class, 10 % of these 6,000 would be 599.
  @Test func aPartOfAllIsThatPart() throws {
    let sizes = [604, 594, 583, 611, 605, 594, 605, 584, 604, 616]
    let classes = sizes.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
    for percent in 1...100 {
      let subset = try stratifiedSubset(of: classes, fraction: Double(percent) / 100, seed: 3)
      #expect(subset.count == percent * 60)
      let counts = Dictionary(grouping: subset) { classes[$0] }.mapValues(\.count)
      for (place, size) in sizes.enumerated() {
        #expect(abs(Double(counts[place] ?? 0) - Double(size * percent) / 100) < 1)
      }
    }
  }

  @Test(arguments: 0..<50) func sharesAreWebsters(_ seed: UInt64) {
    var random = RandomSource(seed: seed)
    let sizes = (0..<(1 + Int(random.next() % 12))).map { _ in 1 + Int(random.next() % (seed % 2 == 0 ? 9 : 900)) }
    var former = [Int](repeating: 0, count: sizes.count)
    for fraction in [0.001, 0.01, 0.05, 0.1, 0.33, 0.5, 0.999, 1] {
      let expected = webster(sizes, fraction)
      let shares = apportioned(sizes, fraction: fraction)
      #expect(shares == expected)
      #expect(zip(former, shares).allSatisfy { $0 <= $1 } && zip(shares, sizes).allSatisfy { $0 <= $1 })
      former = shares
    }
  }

  @Test func everySampleIsAsLikely() throws {
    var drawn = [Int](repeating: 0, count: 20)
    let same = [Int](repeating: 3, count: 20)
    for seed in 0..<2000 {
      for index in try stratifiedSubset(of: same, fraction: 0.25, seed: UInt64(seed)) { drawn[index] += 1 }
    }
    // 500 each, give or take five standard deviations of √(2000 · ¼ · ¾) = 19.4.
    #expect(drawn.allSatisfy { abs($0 - 500) < 97 }, "\(drawn)")
  }

  @Test func whatCannotBeDrawnIsRefused() {
    #expect(throws: MeasureError.self) { try stratifiedSubset(of: [], fraction: 0.1, seed: 1) }
    for fraction in [0, -1, 1.01, .nan, .infinity] {
      #expect(throws: MeasureError.self) { try stratifiedSubset(of: [1, 2], fraction: fraction, seed: 1) }
    }
  }
}

/// By the definition: one sample after the other goes to the class with the largest size / (2 share + 1), the first of
/// equals, after each has one.
func webster(_ sizes: [Int], _ fraction: Double) -> [Int] {
  var shares = [Int](repeating: 1, count: sizes.count)
  let total = max(sizes.count, Int((fraction * Double(sizes.reduce(0, +))).rounded()))
  for _ in sizes.count..<total {
    let next = sizes.indices.max { first, second in
      let (one, other) = (sizes[first] * (2 * shares[second] + 1), sizes[second] * (2 * shares[first] + 1))
      return one < other || (one == other && first > second)
    }
    shares[next ?? 0] += 1
  }
  return shares
}
