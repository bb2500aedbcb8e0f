import Foundation

/// A file that a process locks while it works at something. It holds the number of that process and nothing else.
///
/// Its name is known in advance, so that a link or somebody's file may be in its place: neither is written to.
package enum LockFile {
  /// Opens the file, and makes it if it is not there.
  ///
  /// - Returns: the descriptor, which the caller closes.
  package static func open(_ path: String) throws(FileFailure) -> Int32 {
    let descriptor: Int32
    do throws(SystemCall.Failure) {
      descriptor = try SystemCall.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o644)
    } catch {
      try check(path)
      throw FileFailure(path: path, number: error.number)
    }
    do throws(FileFailure) {
      try check(descriptor, path)
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  /// Throws where something else is in the place of the file.
  package static func check(_ path: String) throws(FileFailure) {
    if isLink(path) {
      throw FileFailure(path: path, reason: "it is a symbolic link, which is not followed; remove the link")
    }
    guard let descriptor = try? SystemCall.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { return }
    defer { close(descriptor) }
    try check(descriptor, path)
  }

  private static func check(_ descriptor: Int32, _ path: String) throws(FileFailure) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw FileFailure(path: path, reason: "it is not a file; remove it")
    }
    // After a loss of power there may be zeros instead of the number.
    guard status.st_size < byteLimit,
      contents(of: descriptor).allSatisfy({ $0 == newline || $0 == 0 || (zero...zero + 9).contains($0) })
    else {
      throw FileFailure(
        path: path, reason: "it holds something else than the number of a process; move it to another place")
    }
  }

  /// The process that wrote its number into the file; nil where none did.
  package static func process(in descriptor: Int32) -> Int? {
    Int(String(decoding: contents(of: descriptor).prefix { $0 != newline }, as: UTF8.self))
  }

  /// Writes the number of this process. It is only for what another process says, so that a full disk does not matter.
  package static func sign(_ descriptor: Int32) {
    let text = Array("\(ProcessInfo.processInfo.processIdentifier)\n".utf8)
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
  }

  /// More bytes than any number of a process has.
  private static let byteLimit = 32
  private static let newline = UInt8(ascii: "\n")
  private static let zero = UInt8(ascii: "0")

  private static func contents(of descriptor: Int32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteLimit)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return Array(bytes.prefix(max(0, count)))
  }
}
