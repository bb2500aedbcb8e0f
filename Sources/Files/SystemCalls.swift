import Foundation

/// The system's calls, which may be interrupted by a signal or do a part of what was asked: here they are repeated until
/// all is done.
package enum SystemCall {
  /// Why a call failed.
  package struct Failure: Error, Sendable {
    package let number: Int32
    package var reason: String { systemReason(number) }

    package init(_ number: Int32 = errno) { self.number = number }
  }

  /// Repeats a call as long as signals interrupt it.
  ///
  /// - Parameter call: returns a negative number where it fails, with the reason in `errno`.
  @discardableResult
  package static func repeated(_ call: () -> Int32) throws(Failure) -> Int32 {
    while true {
      let result = call()
      if result >= 0 { return result }
      let number = errno
      if number != EINTR { throw Failure(number) }
    }
  }

  /// Writes all of `bytes` where the descriptor stands.
  package static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(Failure) {
    try writeAll(bytes) {
      Foundation.write(descriptor, $0, $1)
    } waiting: {
      // A pipe that was set not to block is full.
      var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      _ = poll(&state, 1, -1)
    }
  }

  package static func write(_ bytes: [UInt8], to descriptor: Int32) throws(Failure) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
      try write(UnsafeRawBufferPointer(bytes), to: descriptor)
    }
  }

  /// Writes all of `bytes` from `offset` on.
  package static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int
  ) throws(Failure) {
    var place = offset
    try writeAll(bytes) { start, count in
      let done = pwrite(descriptor, start, count, off_t(place))
      place += max(0, done)
      return done
    }
  }

  /// The most that one call is given: some systems refuse more than 2 GiB.
  private static let mostAtOnce = 1 << 30

  private static func writeAll(
    _ bytes: UnsafeRawBufferPointer, _ call: (UnsafeRawPointer, Int) -> Int, waiting: () -> Void = {}
  ) throws(Failure) {
    guard let base = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let written = call(base + done, min(bytes.count - done, mostAtOnce))
      let number = errno
      switch written {
      case 1...: done += written
      // Nothing was written and nothing is wrong: to ask again might never end.
      case 0: throw Failure(EIO)
      default:
        switch number {
        case EINTR: continue
        case EAGAIN: waiting()
        default: throw Failure(number)
        }
      }
    }
  }

  /// Waits until what was written is on disk; some disks say only here that they are full.
  package static func synchronize(_ descriptor: Int32) throws(Failure) {
    do {
      try repeated { fsync(descriptor) }
    } catch {
      // What cannot be synced, such as a pipe, or the names in a folder on some file systems.
      guard [EINVAL, ENOTSUP, EROFS].contains(error.number) else { throw error }
    }
  }

  /// Calls `body` with one part of a file after the other.
  ///
  /// - Parameter byteCount: of a part; the last may be shorter.
  package static func read(
    _ path: String, byteCount: Int = 1 << 20, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(Failure) {
    let descriptor = try open(path, O_RDONLY)
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: byteCount)
    while true {
      let count = buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
      let number = errno
      if count == 0 { return }
      if count > 0 {
        buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      } else if number != EINTR {
        throw Failure(number)
      }
    }
  }

  /// - Parameter mode: of a file that is made.
  package static func open(_ path: String, _ flags: Int32, _ mode: mode_t = 0) throws(Failure) -> Int32 {
    try repeated { Foundation.open(path, flags | O_CLOEXEC, mode) }
  }
}

/// Writes to standard output or standard error. Where the reader has gone, the rest is not written: it has what it wanted.
package func writeToStream(_ text: String, _ descriptor: Int32) throws(FileFailure) {
  let bytes = Array(text.utf8)
  do throws(SystemCall.Failure) {
    try SystemCall.write(bytes, to: descriptor)
  } catch {
    if error.number == EPIPE { return }
    throw FileFailure(path: descriptor == STDERR_FILENO ? "standard error" : "standard output", reason: error.reason)
  }
}
