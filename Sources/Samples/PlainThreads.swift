import Foundation
import Synchronization
import Torch

/// Starts a thread of the operating system. Decoding and drawing run on such threads and not in tasks: the cooperative
/// pool has one thread per core, and work that does not suspend would block it.
///
/// Not a `Thread` of Foundation's, which does not say where the system had no room for one: whoever waited for it then
/// waited for ever.
///
/// - Parameter name: for debuggers.
/// - Returns: whether it was started.
package func startThread(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
  var attributes = pthread_attr_t()
  guard pthread_attr_init(&attributes) == 0 else { return false }
  defer { pthread_attr_destroy(&attributes) }
  // Secondary threads get only 512 KiB on macOS; decoders may need more. Pages that are not used cost nothing.
  pthread_attr_setstacksize(&attributes, 4 << 20)
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  let work = Unmanaged.passRetained(ThreadWork(name: name, body: body))
  #if canImport(Darwin)
    var thread: pthread_t?
    let result = pthread_create(&thread, &attributes, { ThreadWork.run($0) }, work.toOpaque())
  #else
    var thread = pthread_t()
    let result = pthread_create(&thread, &attributes, { $0.flatMap { ThreadWork.run($0) } }, work.toOpaque())
  #endif
  if result != 0 { work.release() }
  return result == 0
}

/// The system has no room for as many threads as a computation is to have.
package struct ThreadShortage: Error, Sendable, Equatable, CustomStringConvertible {
  package let wanted: Int
  /// That of the program itself among them.
  package let possible: Int

  package var description: String {
    "Only \(possible) of \(wanted) threads can be started: memory or the number of threads is limited (see 'ulimit -a'); choose "
      + "fewer (--threads), close other programs, or raise the limit."
  }

  /// Libraries that start threads themselves end the process where they cannot, or abort it: so whoever calls one tries before.
  ///
  /// - Parameter count: how many threads compute, this one included.
  package static func check(for count: Int) throws(ThreadShortage) {
    var threads: [pthread_t] = []
    // All at once, since each is gone as soon as it may run.
    let gate = NSLock()
    gate.lock()
    defer {
      gate.unlock()
      for thread in threads { pthread_join(thread, nil) }
    }
    while threads.count < count - 1 {
      guard let thread = joinableThread(waitingFor: gate) else {
        throw ThreadShortage(wanted: count, possible: threads.count + 1)
      }
      threads.append(thread)
    }
  }

  private static func joinableThread(waitingFor gate: NSLock) -> pthread_t? {
    let held = Unmanaged.passRetained(gate)
    #if canImport(Darwin)
      var thread: pthread_t?
      let result = pthread_create(&thread, nil, { ThreadShortage.wait($0) }, held.toOpaque())
    #else
      var started = pthread_t()
      let result = pthread_create(&started, nil, { $0.flatMap { ThreadShortage.wait($0) } }, held.toOpaque())
      let thread: pthread_t? = started
    #endif
    if result == 0 { return thread }
    held.release()
    return nil
  }

  private static func wait(_ gate: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    let gate = Unmanaged<NSLock>.fromOpaque(gate).takeRetainedValue()
    gate.lock()
    gate.unlock()
    return nil
  }
}

/// What a thread does.
private final class ThreadWork {
  private let name: String
  private let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }

  /// - Parameter work: with a reference that is released once the work is done.
  static func run(_ work: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    let work = Unmanaged<ThreadWork>.fromOpaque(work).takeRetainedValue()
    Thread.current.name = work.name
    work.body()
    return nil
  }
}

/// Runs `body` for every index below `count` on up to `threads` threads and waits for all of them. Indices are taken in
/// order. Where the system has no room for so many threads, fewer do the work.
package func concurrently(count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let progress = Progress(count: count)
  let threadCount = max(1, min(threads, count))
  for _ in 1..<max(threadCount, 1) {
    progress.group.enter()
    let isStarted = startThread(name: "swiftlet.scan") {
      while let index = progress.next() { body(index) }
      progress.group.leave()
    }
    if !isStarted {
      progress.group.leave()
      break
    }
  }
  while let index = progress.next() { body(index) }
  progress.group.wait()
}

/// What `body` makes of every index below `count`, in order, on as many threads as there are cores. Unlike Dispatch's, it does
/// not wait for ever where the system has no room for threads.
package func concurrentMap<Result: Sendable>(
  count: Int, _ body: @escaping @Sendable (Int) -> Result
) -> [Result] {
  let results = Mutex([Result?](repeating: nil, count: count))
  concurrently(count: count, threads: Cores.count) { index in
    let result = body(index)
    results.withLock { $0[index] = result }
  }
  return results.withLock { $0.compactMap(\.self) }
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
