import Synchronization

/// Which samples are in which batch. It is a pure function, so that a killed run can be resumed exactly.
package protocol BatchOrder: Sendable {
  /// The samples of batch `number`, counted from 0 over all epochs.
  func batch(_ number: Int) -> (epoch: Int, samples: [Int])
}

/// Each epoch visits the samples once in a new order. Samples at its end that do not fill a whole batch are left out.
package struct EpochOrder: BatchOrder, Codable {
  package let sampleCount: Int
  package let batchSize: Int
  package let seed: UInt64

  package init(sampleCount: Int, batchSize: Int, seed: UInt64) {
    self.sampleCount = sampleCount
    self.batchSize = batchSize
    self.seed = seed
  }

  /// 0 if there are fewer samples than a batch holds; then every batch is empty.
  package var stepsPerEpoch: Int { batchSize > 0 ? max(sampleCount, 0) / batchSize : 0 }

  package func batch(_ number: Int) -> (epoch: Int, samples: [Int]) {
    guard stepsPerEpoch > 0, number >= 0 else { return (0, []) }
    let (epoch, step) = number.quotientAndRemainder(dividingBy: stepsPerEpoch)
    let order = lastPermutation.value.withLock { last in
      if let last, last.epoch == epoch { return last.order }
      let order = permutation(epoch: epoch)
      last = (epoch, order)
      return order
    }
    return (epoch, Array(order[step * batchSize..<(step + 1) * batchSize]))
  }

  /// All samples in the order of this epoch: Fisher-Yates with numbers keyed by (seed, epoch).
  func permutation(epoch: Int) -> [Int] {
    var generator = ViewGenerator(seed: seed, epoch: epoch, sample: ReservedSample.permutation, view: 0)
    var order = Array(0..<sampleCount)
    // Written out because the standard library does not promise that `shuffle(using:)` stays the same.
    for last in stride(from: sampleCount - 1, to: 0, by: -1) {
      let chosen = Int(generator.next().multipliedFullWidth(by: UInt64(last + 1)).high)
      order.swapAt(last, chosen)
    }
    return order
  }

  private enum CodingKeys: CodingKey { case sampleCount, batchSize, seed }

  /// Batches are requested in order, so one permutation serves a whole epoch.
  private let lastPermutation = LastPermutation()

  private final class LastPermutation: Sendable {
    let value = Mutex<(epoch: Int, order: [Int])?>(nil)
  }
}

/// Some or all samples, once and in order; the last batch may be smaller.
package struct SequentialOrder: BatchOrder {
  package let samples: [Int]
  package let batchSize: Int

  package init(sampleCount: Int, batchSize: Int) {
    self.init(samples: Array(0..<max(sampleCount, 0)), batchSize: batchSize)
  }

  package init(samples: [Int], batchSize: Int) {
    self.samples = samples
    self.batchSize = max(batchSize, 1)
  }

  package var batchCount: Int { (samples.count + batchSize - 1) / batchSize }

  package func batch(_ number: Int) -> (epoch: Int, samples: [Int]) {
    guard number >= 0, number < batchCount else { return (0, []) }
    return (0, Array(samples[number * batchSize..<min((number + 1) * batchSize, samples.count)]))
  }
}

/// Like `EpochOrder`, but with samples of similar length in a batch, so that little is padded: stretches of some
/// batches are sorted by length, and then the batches of an epoch are shuffled.
package struct LengthOrder: BatchOrder {
  /// The number of batches in a stretch: enough for sorting to help, and few enough that batches differ between epochs.
  static let stretch = 50

  private let epochs: EpochOrder
  private let lengths: [Int]

  /// - Parameter lengths: one for each sample.
  package init(lengths: [Int], batchSize: Int, seed: UInt64) {
    epochs = EpochOrder(sampleCount: lengths.count, batchSize: batchSize, seed: seed)
    self.lengths = lengths
  }

  package var stepsPerEpoch: Int { epochs.stepsPerEpoch }

  package func batch(_ number: Int) -> (epoch: Int, samples: [Int]) {
    lastEpoch.batch(number, stepsPerEpoch: stepsPerEpoch, make: batches)
  }

  private func batches(epoch: Int) -> [[Int]] {
    let order = epochs.permutation(epoch: epoch)
    let size = epochs.batchSize
    var batches: [[Int]] = []
    for start in stride(from: 0, to: stepsPerEpoch * size, by: Self.stretch * size) {
      let stretch = order[start..<min(start + Self.stretch * size, stepsPerEpoch * size)]
      // Samples of equal length stay in the order of the permutation.
      let sorted = stretch.enumerated().sorted { (lengths[$0.element], $0.offset) < (lengths[$1.element], $1.offset) }
      for first in stride(from: 0, to: sorted.count, by: size) {
        batches.append(sorted[first..<first + size].map(\.element))
      }
    }
    var generator = ViewGenerator(seed: epochs.seed, epoch: epoch, sample: ReservedSample.batchOrder, view: 0)
    for last in stride(from: batches.count - 1, to: 0, by: -1) {
      batches.swapAt(last, Int(generator.next().multipliedFullWidth(by: UInt64(last + 1)).high))
    }
    return batches
  }

  private let lastEpoch = LastEpoch()
}

/// The batches of the epoch that was asked for last, for orders that are made an epoch at a time.
final class LastEpoch: Sendable {
  private let value = Mutex<(epoch: Int, batches: [[Int]])?>(nil)

  /// - Parameter make: all batches of an epoch.
  func batch(
    _ number: Int, stepsPerEpoch: Int, make: (_ epoch: Int) -> [[Int]]
  ) -> (epoch: Int, samples: [Int]) {
    guard stepsPerEpoch > 0, number >= 0 else { return (0, []) }
    let (epoch, step) = number.quotientAndRemainder(dividingBy: stepsPerEpoch)
    let batches = value.withLock { last in
      if let last, last.epoch == epoch { return last.batches }
      let batches = make(epoch)
      last = (epoch, batches)
      return batches
    }
    return (epoch, batches[step])
  }
}

/// The part of each batch that one of several processes takes: they are disjoint, and together they are the batch.
package struct BatchPart: BatchOrder {
  private let whole: any BatchOrder
  private let part: @Sendable (Int) -> Range<Int>

  /// - Parameter part: of a batch of so many samples, which are taken.
  package init(of whole: any BatchOrder, _ part: @escaping @Sendable (Int) -> Range<Int>) {
    self.whole = whole
    self.part = part
  }

  package func batch(_ number: Int) -> (epoch: Int, samples: [Int]) {
    let (epoch, samples) = whole.batch(number)
    return (epoch, Array(samples[part(samples.count)]))
  }
}

/// Every so many of the batches of an order, such as those that one of several processes takes whole.
package struct EveryNthBatch: BatchOrder {
  private let all: any BatchOrder
  private let first: Int
  private let distance: Int

  /// - Parameters:
  ///   - first: the number of the first that is taken.
  ///   - distance: to the next, at least 1.
  package init(of all: any BatchOrder, first: Int, distance: Int) {
    self.all = all
    self.first = first
    self.distance = distance
  }

  package func batch(_ number: Int) -> (epoch: Int, samples: [Int]) { all.batch(first + number * distance) }
}
