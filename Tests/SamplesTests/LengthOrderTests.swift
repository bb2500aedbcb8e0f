import Samples
import Testing

/// Batches of like lengths.
@Suite struct LengthOrderTests {
  /// Lengths from 1 to 500, most of them short.
  private static let lengths = (0..<3217).map { index in
    var generator = ViewGenerator(seed: 5, epoch: 0, sample: index, view: 0)
    return 1 + Int(generator.uniform() * generator.uniform() * 499)
  }

  private func epoch(_ number: Int, of order: some BatchOrder, steps: Int) -> [[Int]] {
    (0..<steps).map { order.batch(number * steps + $0).samples }
  }

  /// An epoch visits those samples that `EpochOrder` visits, each once, in batches of the same size.
  @Test(arguments: [1, 7, 16, 64, 3217]) func eachSampleComesOnceAnEpoch(batchSize: Int) {
    let order = LengthOrder(lengths: Self.lengths, batchSize: batchSize, seed: 9)
    let plain = EpochOrder(sampleCount: Self.lengths.count, batchSize: batchSize, seed: 9)
    #expect(order.stepsPerEpoch == plain.stepsPerEpoch)
    for number in 0..<3 {
      let batches = epoch(number, of: order, steps: order.stepsPerEpoch)
      #expect(batches.allSatisfy { $0.count == batchSize })
      let visited = batches.flatMap(\.self)
      #expect(Set(visited).count == visited.count)
      #expect(Set(visited) == Set(epoch(number, of: plain, steps: plain.stepsPerEpoch).flatMap(\.self)))
      for step in 0..<order.stepsPerEpoch { #expect(order.batch(number * order.stepsPerEpoch + step).epoch == number) }
    }
  }

  /// Asked in any order, by any instance: a run that goes on in the middle of an epoch sees the same batches.
  @Test func aBatchIsAPureFunctionOfSeedAndNumber() {
    let order = LengthOrder(lengths: Self.lengths, batchSize: 16, seed: 9)
    let steps = order.stepsPerEpoch
    let numbers = [0, 1, steps - 1, steps, 2 * steps + 17, 40 * steps + 3]
    let asked = numbers.map { order.batch($0).samples }
    for (number, samples) in zip(numbers, asked).reversed() {
      #expect(LengthOrder(lengths: Self.lengths, batchSize: 16, seed: 9).batch(number).samples == samples)
      #expect(order.batch(number).samples == samples)
    }
    let first = epoch(0, of: order, steps: steps)
    #expect(epoch(1, of: order, steps: steps) != first)
    // Not the same batches in another order, either: most of them never come back.
    let again = Set(epoch(1, of: order, steps: steps).map(Set.init))
    #expect(first.count { again.contains(Set($0)) } < steps / 20)
    let other = LengthOrder(lengths: Self.lengths, batchSize: 16, seed: 10)
    #expect(epoch(0, of: other, steps: steps) != first)
  }

  /// Where all batches of an epoch are sorted together, no two of them overlap in length.
  @Test func batchesHoldLikeLengths() {
    let lengths = Array(Self.lengths.prefix(800))
    let order = LengthOrder(lengths: lengths, batchSize: 16, seed: 3)
    #expect(order.stepsPerEpoch == 50)
    let batches = epoch(2, of: order, steps: 50)
    let ranges = batches.map { batch in
      let own = batch.map { lengths[$0] }
      return own.min()!...own.max()!
    }
    let sorted = ranges.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    for (one, next) in zip(sorted, sorted.dropFirst()) { #expect(one.upperBound <= next.lowerBound) }
    // They come in random order, so that the length says nothing about the time.
    #expect(ranges.map(\.lowerBound) != sorted.map(\.lowerBound))
    #expect(ranges.map(\.lowerBound) != sorted.map(\.lowerBound).reversed())
  }

  /// What shorter samples are filled up with, as a part of what they hold.
  @Test func fillingUpCostsLittle() {
    func filling(_ batches: [[Int]]) -> Double {
      var (filled, held) = (0, 0)
      for batch in batches {
        let own = batch.map { Self.lengths[$0] }
        held += own.reduce(0, +)
        filled += own.count * (own.max() ?? 0)
      }
      return Double(filled - held) / Double(held)
    }
    let order = LengthOrder(lengths: Self.lengths, batchSize: 16, seed: 9)
    let plain = EpochOrder(sampleCount: Self.lengths.count, batchSize: 16, seed: 9)
    #expect(filling(epoch(0, of: order, steps: order.stepsPerEpoch)) < 0.1)
    #expect(filling(epoch(0, of: plain, steps: plain.stepsPerEpoch)) > 1)
  }

  /// Then only the order of the batches is another.
  @Test func equalLengthsLeaveTheBatchesAsTheyAre() {
    let order = LengthOrder(lengths: Array(repeating: 8, count: 1000), batchSize: 10, seed: 4)
    let plain = EpochOrder(sampleCount: 1000, batchSize: 10, seed: 4)
    let (batches, expected) = (epoch(1, of: order, steps: 100), epoch(1, of: plain, steps: 100))
    #expect(Set(batches) == Set(expected) && batches != expected)
  }

  @Test(arguments: [(0, 1), (3, 4), (5, 0), (5, -1)]) func impossibleOrdersAreEmpty(count: Int, batchSize: Int) {
    let order = LengthOrder(lengths: Array(repeating: 3, count: count), batchSize: batchSize, seed: 0)
    #expect(order.stepsPerEpoch == 0 && order.batch(3).samples.isEmpty)
    #expect(LengthOrder(lengths: [1, 2], batchSize: 1, seed: 0).batch(-1).samples.isEmpty)
  }
}
