import Samples
import Testing

/// Batches that keep samples apart which are too much alike.
@Suite struct ApartOrderTests {
  /// Recordings of `length` frames, whose neighbours are alike.
  private func alike(_ recordings: Int, _ length: Int) -> [[Int]] {
    (0..<recordings * length).map { sample in
      [sample - 1, sample + 1].filter { $0 >= 0 && $0 < recordings * length && $0 / length == sample / length }
    }
  }

  @Test func neighboursAreInDifferentBatchesAndEveryEpochHasAllSamples() {
    let order = ApartOrder(alike: alike(10, 32), batchSize: 16, seed: 3)
    #expect(order.stepsPerEpoch == 20 && order.sharedCount == 0)
    for epoch in 0..<3 {
      var seen: Set<Int> = []
      for step in 0..<20 {
        let (number, batch) = order.batch(20 * epoch + step)
        #expect(number == epoch && batch.count == 16)
        let members = Set(batch)
        #expect(members.count == 16)
        for sample in batch {
          #expect(!members.contains(sample - 1) || sample % 32 == 0)
          seen.insert(sample)
        }
      }
      #expect(seen.count == 320)
    }
    #expect(order.batch(0).samples != order.batch(20).samples)
    #expect(order.batch(5).samples == ApartOrder(alike: alike(10, 32), batchSize: 16, seed: 3).batch(5).samples)
  }

  @Test func withoutLikenessItIsTheUsualOrder() {
    let plain = EpochOrder(sampleCount: 50, batchSize: 8, seed: 9)
    let apart = ApartOrder(alike: Array(repeating: [], count: 50), batchSize: 8, seed: 9)
    for number in 0..<12 { #expect(apart.batch(number).samples == plain.batch(number).samples) }
  }

  /// All are alike: batches are full all the same, and it can be said.
  @Test func batchesAreFilledWhereNothingIsUnlike() {
    let all = (0..<12).map { sample in (0..<12).filter { $0 != sample } }
    let order = ApartOrder(alike: all, batchSize: 4, seed: 1)
    #expect(order.sharedCount == 12)
    #expect(Set((0..<3).flatMap { order.batch($0).samples }).count == 12)
    #expect(order.batch(-1).samples.isEmpty && ApartOrder(alike: [[]], batchSize: 4, seed: 1).batch(0).samples.isEmpty)
  }
}
