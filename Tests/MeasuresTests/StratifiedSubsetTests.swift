import Measures
import Testing

@Suite struct StratifiedSubsetTests {
  private let labels = (0..<1000).map { $0 < 600 ? 0 : $0 < 995 ? -7 : $0 }

  @Test func everyClassKeepsItsShareAndAtLeastOne() throws {
    let subset = try stratifiedSubset(of: labels, fraction: 0.1, seed: 1)
    #expect(subset == subset.sorted() && Set(subset).count == subset.count)
    let counts = Dictionary(grouping: subset) { labels[$0] }.mapValues(\.count)
    #expect(counts == [0: 60, -7: 40, 995: 1, 996: 1, 997: 1, 998: 1, 999: 1])
    #expect(try stratifiedSubset(of: labels, fraction: 1, seed: 1) == Array(0..<1000))
    #expect(try stratifiedSubset(of: [5], fraction: 1e-9, seed: 1) == [0])
  }

  @Test func theSeedDecidesAndSmallerSubsetsArePartsOfLarger() throws {
    let subset = try stratifiedSubset(of: labels, fraction: 0.01, seed: 1)
    #expect(try stratifiedSubset(of: labels, fraction: 0.01, seed: 1) == subset)
    #expect(try stratifiedSubset(of: labels, fraction: 0.01, seed: 2) != subset)
    #expect(Set(subset).isSubset(of: try stratifiedSubset(of: labels, fraction: 0.1, seed: 1)))
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
