import Foundation

/// Starts a thread of the operating system. Decoding and drawing run on such threads and not in tasks: the cooperative
/// pool has one thread per core, and work that does not suspend would block it.
///
/// Foundation's `Thread` does not tell whether it could start one. Where a container or a limit allows no more threads,
/// whoever waited for it would wait for ever.
///
/// - Parameter name: at most 15 characters, as Linux keeps them.
/// - Throws: `ThreadError` where the system makes no more threads.
package func startThread(name: String, _ body: @escaping @Sendable () -> Void) throws(ThreadError) {
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  // Secondary threads get only 512 KiB on macOS; decoders may need more. Pages that are not used cost nothing.
  pthread_attr_setstacksize(&attributes, 4 << 20)
  // Unmanaged, because C hands over nothing but a pointer; the thread takes what is retained here.
  let work = Unmanaged.passRetained(Work(name: name, body: body))
  #if canImport(Darwin)
    var thread: pthread_t?
    let code = pthread_create(&thread, &attributes, { Work.run($0) }, work.toOpaque())
  #else
    var thread = pthread_t()
    let code = pthread_create(&thread, &attributes, { Work.run($0) }, work.toOpaque())
  #endif
  guard code == 0 else {
    work.release()
    throw ThreadError(reason: String(cString: strerror(code)))
  }
}

/// The system makes no more threads.
package struct ThreadError: Error, Sendable, Equatable, CustomStringConvertible {
  package let reason: String

  package var description: String {
    "the system makes no more threads (\(reason)): raise the limit of processes (ulimit -u, or that of the container), or "
      + "end other programs"
  }
}

private final class Work: Sendable {
  private let name: String
  private let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }

  static func run(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let pointer else { return nil }
    let work = Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue()
    Thread.current.name = work.name
    work.body()
    return nil
  }
}

/// Runs `body` for every index below `count` on up to `threads` threads and waits for all of them. Indices are taken in
/// order. Where the system makes no more threads, those that there are do the work, and if need be the caller's alone.
package func concurrently(count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let progress = Progress(count: count)
  let threadCount = max(1, min(threads, count))
  for _ in 1..<max(threadCount, 1) {
    progress.group.enter()
    do throws(ThreadError) {
      try startThread(name: "scan") {
        while let index = progress.next() { body(index) }
        progress.group.leave()
      }
    } catch {
      progress.group.leave()
      break
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
