import Foundation

/// The views of some samples, ready for the model. Its memory returns to the loader when the batch is released, so keep
/// the batch as long as you use its bytes.
package final class Batch {
  /// Counted from 0 over all epochs.
  package let number: Int
  package let epoch: Int
  /// The sample of each row. If a sample could not be read, this is the one that took its place.
  package let samples: [Int]
  /// One for each tensor of each view.
  package let layouts: [ViewLayout]
  /// For each layout, the length of the longest sample; 1 if the layout does not vary.
  package let lengths: [Int]

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
  /// Valid as long as the batch lives. Unsafe, so that a tensor can use this memory without a copy.
  package func bytes(ofView view: Int) -> UnsafeMutableRawBufferPointer {
    memory.rows(0..<samples.count, view: view, layout: layouts[view])
  }
}

/// One allocation for each view. Unchecked: only the worker that claimed a row writes to it, and it is read only after
/// the loader's lock was passed.
final class BatchMemory: @unchecked Sendable {
  /// The number of rows that fit.
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

/// Keeps the memory of released batches for the next ones. Unchecked: `free` is touched only under the lock.
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
