import Foundation

/// A file that this program writes. It is never reached through a symbolic link: a link in its place may point at what
/// somebody else put there.
package final class OpenFile {
  package let path: String
  private(set) var descriptor: Int32

  private init(_ path: String, _ descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { if descriptor >= 0 { Foundation.close(descriptor) } }

  /// Makes a file that does not exist yet.
  package static func new(_ path: String, mode: mode_t = 0o666) throws(FileFailure) -> OpenFile {
    try opened(path, O_RDWR | O_CREAT | O_EXCL, mode)
  }

  /// Makes a file, or empties the one that is there.
  package static func emptied(_ path: String) throws(FileFailure) -> OpenFile {
    try opened(path, O_RDWR | O_CREAT | O_TRUNC, 0o666)
  }

  /// Opens a file as it is, and makes it if it is not there; it stands at the beginning.
  package static func made(_ path: String) throws(FileFailure) -> OpenFile {
    try opened(path, O_RDWR | O_CREAT, 0o666)
  }

  /// Opens a file as it is; it stands at the beginning.
  ///
  /// - Returns: nil where there is none.
  package static func existing(_ path: String) throws(FileFailure) -> OpenFile? {
    isTaken(path) ? try opened(path, O_RDWR, 0) : nil
  }

  private static func opened(_ path: String, _ flags: Int32, _ mode: mode_t) throws(FileFailure) -> OpenFile {
    let descriptor: Int32
    do throws(SystemCall.Failure) {
      descriptor = try SystemCall.open(path, flags | O_NOFOLLOW, mode)
    } catch {
      throw FileFailure(path: path, reason: isLink(path) ? linkIsNotFollowed("file") : error.reason)
    }
    let file = OpenFile(path, descriptor)
    var status = stat()
    guard fstat(descriptor, &status) == 0, [S_IFREG, S_IFCHR].contains(status.st_mode & S_IFMT) else {
      throw FileFailure(path: path, reason: "it is not a file")
    }
    return file
  }

  /// Holds the file for this process until it is closed.
  ///
  /// - Returns: false where another process holds it. Where the file system has no locks, nothing is held.
  package func lock() -> Bool {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno != EINTR { return errno != EWOULDBLOCK }
    }
    return true
  }

  /// Whether its path still leads to it: another process may have moved or removed it.
  package var isInItsPlace: Bool {
    !isLink(path) && FileIdentity(descriptor: descriptor).map { $0 == FileIdentity(path) } ?? false
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileFailure) {
    try named { () throws(SystemCall.Failure) in try SystemCall.write(bytes, to: descriptor) }
  }

  package func write(_ data: Data) throws(FileFailure) {
    // Data does not pass typed errors on yet.
    try data.withUnsafeBytes { bytes in Result { () throws(FileFailure) in try write(bytes) } }.get()
  }

  /// All bytes of the file, which then stands at its end; none of a device, which may have no end.
  package func contents() throws(FileFailure) -> Data {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return Data() }
    try seek(to: 0)
    var data = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return data }
      if count > 0 {
        data.append(contentsOf: buffer[..<count])
      } else if errno != EINTR {
        throw FileFailure(path: path, number: errno)
      }
    }
  }

  /// Goes on at an offset.
  package func seek(to offset: Int) throws(FileFailure) {
    guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw FileFailure(path: path, number: errno) }
  }

  /// Cuts what lies past `count` bytes, and goes on there.
  package func cut(to count: Int) throws(FileFailure) {
    try named { () throws(SystemCall.Failure) in try SystemCall.repeated { ftruncate(descriptor, off_t(count)) } }
    try seek(to: count)
  }

  /// Waits until what was written is on disk.
  package func synchronize() throws(FileFailure) {
    try named { () throws(SystemCall.Failure) in try SystemCall.synchronize(descriptor) }
  }

  /// A network file system may report only now that it is full.
  package func close() throws(FileFailure) {
    guard descriptor >= 0 else { return }
    let result = Foundation.close(descriptor)
    let number = errno
    // Interrupted or not, the descriptor is gone.
    descriptor = -1
    guard result == 0 || number == EINTR else { throw FileFailure(path: path, number: number) }
  }

  private func named(_ body: () throws(SystemCall.Failure) -> Void) throws(FileFailure) {
    do throws(SystemCall.Failure) {
      try body()
    } catch {
      throw FileFailure(path: path, number: error.number)
    }
  }
}
