import Foundation

/// Makes the batches of a `Loader`, and is what its threads share. They hold this object and not the loader, so
/// releasing the loader ends them.
///
/// A worker claims one row of the earliest batch that has rows left. So all workers finish the same batch, and the next
/// batch is ready as early as possible. Unchecked: variables are only touched under `condition`, except `hasDelivered`,
/// which belongs to the one thread that takes batches.
final class BatchMaker: @unchecked Sendable {
  /// A batch that is not finished yet.
  private final class Assembly {
    let number: Int
    let epoch: Int
    let memory: BatchMemory
    /// The sample of each row; nil if it was left out.
    var samples: [Int?]
    /// The length of each tensor of each row; empty if no length varies.
    var lengths: [[Int]]
    var claimed = 0
    var finished = 0

    init(number: Int, epoch: Int, samples: [Int], memory: BatchMemory) {
      self.number = number
      self.epoch = epoch
      self.samples = samples
      lengths = Array(repeating: [], count: samples.count)
      self.memory = memory
    }
  }

  private let source: any ViewSource
  private let order: any BatchOrder
  private let layouts: [ViewLayout]
  private let hasVarying: Bool
  private let ahead: Int
  private let failures: FailurePolicy
  private let pool: BatchPool

  private let condition = NSCondition()
  private var remaining: Range<Int>
  /// Ordered by number.
  private var assemblies: [Assembly] = []
  private var failed: [Int: SampleError] = [:]
  private var workers = 0
  private var isWithoutThreads = false
  private var isClosed = false
  private var isHopeless = false
  private var hasDelivered = false
  private var rendering = Duration.zero
  /// The decoding time of the source before this loader began; other loaders may share the source.
  private let decodedBefore: Duration

  init(
    source: any ViewSource, order: any BatchOrder, batches: Range<Int>, ahead: Int, failures: FailurePolicy
  ) {
    self.source = source
    self.order = order
    self.ahead = ahead
    self.failures = failures
    decodedBefore = source.decodingTime
    layouts = source.layouts
    hasVarying = layouts.contains(where: \.isVarying)
    remaining = batches
    // One more than can be in progress: the batch that the step is using.
    pool = BatchPool(layouts: layouts, limit: ahead + 1)
  }

  func open(threads: Int) {
    for index in 0..<threads {
      condition.withLock { workers += 1 }
      if !startThread(name: "swiftlet.loader.\(index)", { self.work() }) {
        // Those that were started do the work.
        condition.withLock {
          workers -= 1
          isWithoutThreads = index == 0
        }
        return
      }
    }
  }

  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
      while workers > 0 { condition.wait() }
      assemblies = []
    }
  }

  var unread: [(sample: Int, error: SampleError)] {
    condition.withLock { failed.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
  }

  var spent: LoaderWork {
    let decoding = source.decodingTime - decodedBefore
    return LoaderWork(decoding: decoding, drawing: max(.zero, condition.withLock { rendering } - decoding))
  }

  func next() throws(LoaderError) -> Batch? {
    while let assembly = try nextFinished() {
      let samples = failures == .leaveOut ? closeGaps(assembly) : assembly.samples.compactMap { $0 }
      // All samples of the batch were left out.
      if samples.isEmpty { continue }
      hasDelivered = true
      return Batch(
        number: assembly.number, epoch: assembly.epoch, samples: samples, layouts: layouts,
        lengths: longest(of: assembly), memory: assembly.memory, pool: pool)
    }
    return nil
  }

  /// The longest length of each tensor over the rows that hold a sample.
  private func longest(of assembly: Assembly) -> [Int] {
    layouts.indices.map { tensor in
      zip(assembly.samples, assembly.lengths).reduce(1) { longest, row in
        row.0 == nil || row.1.isEmpty ? longest : max(longest, row.1[tensor])
      }
    }
  }

  private func nextFinished() throws(LoaderError) -> Assembly? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if isClosed { return nil }
      if isWithoutThreads { throw .noThread }
      if isHopeless { throw unreadable }
      if let first = assemblies.first, first.finished == first.samples.count {
        assemblies.removeFirst()
        condition.broadcast()
        return first
      }
      if assemblies.isEmpty, remaining.isEmpty {
        if !hasDelivered, !failed.isEmpty { throw unreadable }
        return nil
      }
      condition.wait()
    }
  }

  private var unreadable: LoaderError {
    let first = Array(failed.sorted { $0.key < $1.key }.map(\.value).prefix(3))
    let isOneLeft = failures == .replace && failed.count + 1 == source.sampleCount
    return isOneLeft
      ? .oneReadableSample(count: source.sampleCount, first: first)
      : .noReadableSample(count: failed.count, first: first)
  }

  /// Moves rows up to close the gaps of those that were left out.
  private func closeGaps(_ assembly: Assembly) -> [Int] {
    var kept: [Int] = []
    for (row, sample) in assembly.samples.enumerated() {
      guard let sample else { continue }
      if row != kept.count {
        for (view, layout) in layouts.enumerated() {
          assembly.memory.rows(kept.count..<kept.count + 1, view: view, layout: layout)
            .copyMemory(from: UnsafeRawBufferPointer(assembly.memory.rows(row..<row + 1, view: view, layout: layout)))
        }
      }
      kept.append(sample)
    }
    return kept
  }

  // MARK: - Workers

  private func work() {
    while let (assembly, row, sample) = claim() {
      let buffers = layouts.indices.map { assembly.memory.rows(row..<row + 1, view: $0, layout: layouts[$0]) }
      let start = ContinuousClock.now
      var lengths = hasVarying ? layouts.map(\.longest) : []
      let rendered = render(sample, epoch: assembly.epoch, into: buffers, lengths: &lengths)
      if hasVarying { fillUp(buffers, behind: &lengths) }
      let time = start.duration(to: .now)
      condition.withLock {
        rendering += time
        assembly.samples[row] = rendered
        assembly.lengths[row] = lengths
        assembly.finished += 1
        if assembly.finished == assembly.samples.count { condition.broadcast() }
      }
    }
    condition.withLock {
      workers -= 1
      condition.broadcast()
    }
  }

  /// A row to render, or nil if there is nothing left to do. Waits while `ahead` batches are in progress.
  private func claim() -> (Assembly, row: Int, sample: Int)? {
    condition.lock()
    defer { condition.unlock() }
    while !isClosed, !isHopeless {
      if let assembly = assemblies.last, assembly.claimed < assembly.samples.count {
        let row = assembly.claimed
        assembly.claimed += 1
        // A row that is not rendered yet holds the sample that the order gave.
        if let sample = assembly.samples[row] { return (assembly, row, sample) }
      } else if remaining.isEmpty {
        return nil
      } else if assemblies.count < ahead {
        let number = remaining.removeFirst()
        let (epoch, samples) = order.batch(number)
        assemblies.append(
          Assembly(number: number, epoch: epoch, samples: samples, memory: pool.take(capacity: samples.count)))
        condition.broadcast()
      } else {
        condition.wait()
      }
    }
    return nil
  }

  /// Fills tensors of varying length with zeros after what the source has written.
  private func fillUp(_ buffers: [UnsafeMutableRawBufferPointer], behind lengths: inout [Int]) {
    for (tensor, layout) in layouts.enumerated() where layout.isVarying {
      lengths[tensor] = min(max(lengths[tensor], 1), layout.longest)
      let written = layout.byteCount / layout.longest * lengths[tensor]
      UnsafeMutableRawBufferPointer(rebasing: buffers[tensor][written...]).initializeMemory(
        as: UInt8.self, repeating: 0)
    }
  }

  /// Renders the sample; if it cannot be read and the policy says so, the next one that can. Returns which sample it
  /// was.
  private func render(
    _ sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
  ) -> Int? {
    let count = source.sampleCount
    for offset in 0..<count {
      let candidate = (sample + offset) % count
      // A sample that failed is not tried again: a broken file costs time once, not once per epoch.
      let isKnownToFail = condition.withLock { isClosed || failed[candidate] != nil }
      if !isKnownToFail {
        do {
          if hasVarying {
            lengths = layouts.map(\.longest)
            try source.render(sample: candidate, epoch: epoch, into: buffers, lengths: &lengths)
          } else {
            try source.render(sample: candidate, epoch: epoch, into: buffers)
          }
          if failures == .replace, count > 1 {
            // Nothing can be learned from batches of a single sample.
            condition.withLock { if failed.count + 1 == count { giveUp() } }
          }
          return candidate
        } catch {
          condition.withLock { failed[candidate] = error }
        }
      }
      if failures == .leaveOut { return nil }
    }
    condition.withLock { giveUp() }
    return nil
  }

  /// Needs the lock.
  private func giveUp() {
    isHopeless = !isClosed
    condition.broadcast()
  }
}
