import Foundation

/// The views of some samples, ready for the model. Its memory goes back to the loader when the batch is released:
/// whoever uses the bytes keeps the batch.
public final class Batch {
  /// Counted from 0 over all epochs.
  public let number: Int
  public let epoch: Int
  /// What was rendered, row by row: where a sample could not be read, the one that took its place.
  public let samples: [Int]
  /// One for each tensor of each view.
  public let layouts: [ViewLayout]
  /// Of each layout that varies, the length of the longest sample; of the others 1.
  public let lengths: [Int]

  private let memory: BatchMemory
  private let pool: BatchPool

  init(
    number: Int, epoch: Int, samples: [Int], layouts: [ViewLayout], lengths: [Int], memory: BatchMemory, pool: BatchPool
  ) {
    self.number = number
    self.epoch = epoch
    self.samples = samples
    self.layouts = layouts
    self.lengths = lengths
    self.memory = memory
    self.pool = pool
  }

  deinit { pool.give(back: memory) }

  /// The bytes of one view of all samples, [samples.count] rows laid out as `layouts[view]` says, aligned to 64 bytes.
  /// Valid as long as the batch lives; unsafe, so that a tensor can stand on this memory without a copy.
  public func bytes(ofView view: Int) -> UnsafeMutableRawBufferPointer {
    memory.rows(0..<samples.count, view: view, layout: layouts[view])
  }
}

/// One allocation for each view. Unchecked: a row is written by the one worker that claimed it, and read only after
/// the lock of the loader was passed.
final class BatchMemory: @unchecked Sendable {
  /// How many rows fit.
  let capacity: Int
  private let views: [UnsafeMutableRawBufferPointer]

  init(capacity: Int, layouts: [ViewLayout]) {
    self.capacity = capacity
    views = layouts.map { .allocate(byteCount: max(capacity * $0.byteCount, 1), alignment: 64) }
  }

  deinit { for view in views { view.deallocate() } }

  func rows(_ rows: Range<Int>, view: Int, layout: ViewLayout) -> UnsafeMutableRawBufferPointer {
    let bytes = rows.lowerBound * layout.byteCount..<rows.upperBound * layout.byteCount
    return UnsafeMutableRawBufferPointer(rebasing: views[view][bytes])
  }
}

/// The memory of released batches, kept for the next ones. Unchecked: `free` is touched under the lock alone.
final class BatchPool: @unchecked Sendable {
  private let layouts: [ViewLayout]
  private let limit: Int
  private let lock = NSLock()
  private var free: [BatchMemory] = []

  /// Keeps at most `limit` allocations.
  init(layouts: [ViewLayout], limit: Int) {
    self.layouts = layouts
    self.limit = limit
  }

  func take(capacity: Int) -> BatchMemory {
    let kept = lock.withLock {
      free.firstIndex { $0.capacity >= capacity }.map { free.remove(at: $0) }
    }
    return kept ?? BatchMemory(capacity: capacity, layouts: layouts)
  }

  func give(back memory: BatchMemory) {
    lock.withLock { if free.count < limit { free.append(memory) } }
  }
}
