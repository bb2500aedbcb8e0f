import Synchronization
import Views

/// Which samples stand in which batch: a pure function, so that a run goes on after a kill where it was.
public protocol BatchOrder: Sendable {
  /// The samples of batch `number`, counted from 0 over all epochs.
  func batch(_ number: Int) -> (epoch: Int, samples: [Int])
}

/// Each epoch visits the samples once in a new order; those that fill no whole batch at its end are left out.
public struct EpochOrder: BatchOrder, Codable {
  public let sampleCount: Int
  public let batchSize: Int
  public let seed: UInt64

  public init(sampleCount: Int, batchSize: Int, seed: UInt64) {
    self.sampleCount = sampleCount
    self.batchSize = batchSize
    self.seed = seed
  }

  /// 0 where there are fewer samples than a batch holds; then no batch has any.
  public var stepsPerEpoch: Int { batchSize > 0 ? max(sampleCount, 0) / batchSize : 0 }

  public func batch(_ number: Int) -> (epoch: Int, samples: [Int]) {
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
    // No view has a negative sample, so that no view draws these numbers.
    var generator = ViewGenerator(seed: seed, epoch: epoch, sample: -1, view: 0)
    var order = Array(0..<sampleCount)
    // Written out: the standard library does not promise that `shuffle(using:)` stays the same.
    for last in stride(from: sampleCount - 1, to: 0, by: -1) {
      let chosen = Int(generator.next().multipliedFullWidth(by: UInt64(last + 1)).high)
      order.swapAt(last, chosen)
    }
    return order
  }

  private enum CodingKeys: CodingKey { case sampleCount, batchSize, seed }

  /// Batches are asked for in order, so that one permutation serves a whole epoch.
  private let lastPermutation = LastPermutation()

  private final class LastPermutation: Sendable {
    let value = Mutex<(epoch: Int, order: [Int])?>(nil)
  }
}

/// Some samples, or all, once and in their order; the last batch may be short.
public struct SequentialOrder: BatchOrder {
  public let samples: [Int]
  public let batchSize: Int

  public init(sampleCount: Int, batchSize: Int) {
    self.init(samples: Array(0..<max(sampleCount, 0)), batchSize: batchSize)
  }

  public init(samples: [Int], batchSize: Int) {
    self.samples = samples
    self.batchSize = max(batchSize, 1)
  }

  public var batchCount: Int { (samples.count + batchSize - 1) / batchSize }

  public func batch(_ number: Int) -> (epoch: Int, samples: [Int]) {
    guard number >= 0, number < batchCount else { return (0, []) }
    return (0, Array(samples[number * batchSize..<min((number + 1) * batchSize, samples.count)]))
  }
}
