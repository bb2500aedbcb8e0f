import Samples
import Testing

@testable import Tables

@Suite struct RowCorruptionTests {
  private func columns(_ corruption: RowCorruption, of count: Int, sample: Int, epoch: Int = 0) -> [Int] {
    var generator = ViewGenerator(seed: 3, epoch: epoch, sample: sample, view: 1)
    return corruption.columns(of: count, generator: &generator)
  }

  /// ⌊0.6 · M⌋ in whole numbers is ⌊6M/10⌋: in binary fractions 0.6 · M may fall short of it.
  @Test func exactlyTheWholePartOfColumnsIsReplaced() {
    for count in 0...1000 {
      let chosen = columns(.exactly(share: 0.6), of: count, sample: count)
      #expect(chosen.count == count * 6 / 10)
      #expect(Set(chosen).count == chosen.count)
      #expect(chosen.allSatisfy { (0..<count).contains($0) })
    }
    #expect(columns(.exactly(share: 1), of: 7, sample: 0).sorted() == Array(0..<7))
    #expect(columns(.exactly(share: 0), of: 7, sample: 0).isEmpty)
    for (share, tenths) in [(0.1, 1), (0.3, 3), (0.7, 7), (0.9, 9)] {
      for count in 0...300 { #expect(RowCorruption.wholePart(of: share, count: count) == count * tenths / 10) }
    }
  }

  /// All 10 choices of 3 of 5 columns, equally often: χ² with 9 degrees of freedom, 4 standard deviations wide.
  @Test func everyChoiceIsEquallyLikely() {
    var counts: [Set<Int>: Int] = [:]
    for sample in 0..<5000 { counts[Set(columns(.exactly(share: 0.6), of: 5, sample: sample)), default: 0] += 1 }
    #expect(counts.count == 10)
    let chiSquared = counts.values.map { Double(($0 - 500) * ($0 - 500)) / 500 }.reduce(0, +)
    #expect(chiSquared < 9 + 4 * 18.0.squareRoot())
  }

  @Test func eachColumnHasItsProbability() {
    var counts = [Int](repeating: 0, count: 6)
    for sample in 0..<4000 {
      for column in columns(.each(probability: 0.3), of: 6, sample: sample) { counts[column] += 1 }
    }
    // 1,200 expected, standard deviation 29.
    for count in counts { #expect(abs(count - 1200) < 130) }
    #expect(columns(.each(probability: 0), of: 9, sample: 1).isEmpty)
  }

  @Test func theKeyDecides() {
    let corruption = RowCorruption.exactly(share: 0.5)
    #expect(columns(corruption, of: 40, sample: 7) == columns(corruption, of: 40, sample: 7))
    #expect(columns(corruption, of: 40, sample: 7) != columns(corruption, of: 40, sample: 8))
    #expect(columns(corruption, of: 40, sample: 7, epoch: 1) != columns(corruption, of: 40, sample: 7))
  }
}
