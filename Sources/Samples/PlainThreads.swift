import Foundation

/// Starts a thread of the operating system. Decoding and drawing run on such threads and not in tasks: the cooperative
/// pool has one thread per core, and work that does not suspend would block it.
package func startThread(name: String, _ body: @escaping @Sendable () -> Void) {
  let thread = Thread(block: body)
  thread.name = name
  // Secondary threads get only 512 KiB on macOS; decoders may need more. Pages that are not used cost nothing.
  thread.stackSize = 4 << 20
  thread.start()
}

/// Runs `body` for every index below `count` on up to `threads` threads and waits for all of them. Indices are taken in
/// order.
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

/// The shared counter of `concurrently`. Unchecked: `taken` is touched only under the lock.
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
