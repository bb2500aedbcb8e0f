import Foundation

/// Starts a thread of the operating system. Decoding and views run on these, never as tasks: the cooperative pool has
/// a thread per core and would be starved by work that does not suspend.
package func startThread(name: String, _ body: @escaping @Sendable () -> Void) {
  let thread = Thread(block: body)
  thread.name = name
  // Secondary threads get only 512 KiB on macOS; decoders may want more. The pages are touched only if used.
  thread.stackSize = 4 << 20
  thread.start()
}

/// Runs `body` for every index below `count` on up to `threads` threads and waits for them; indices are taken in order.
package func concurrently(count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let progress = Progress(count: count)
  let threadCount = max(1, min(threads, count))
  for _ in 1..<max(threadCount, 1) {
    progress.group.enter()
    startThread(name: "swiftlet.scan") {
      while let index = progress.next() { body(index) }
      progress.group.leave()
    }
  }
  while let index = progress.next() { body(index) }
  progress.group.wait()
}

/// The shared counter of `concurrently`. Unchecked: `taken` is touched under the lock alone.
private final class Progress: @unchecked Sendable {
  let group = DispatchGroup()
  private let count: Int
  private let lock = NSLock()
  private var taken = 0

  init(count: Int) { self.count = count }

  func next() -> Int? {
    lock.withLock {
      guard taken < count else { return nil }
      taken += 1
      return taken - 1
    }
  }
}
