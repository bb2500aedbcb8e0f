import Foundation

/// A file that cannot be written, and why, in words for a person.
package struct FileFailure: Error, Sendable, Equatable, CustomStringConvertible {
  package let path: String
  package let reason: String

  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// - Parameter number: as the system gave it, `errno`.
  init(path: String, number: Int32) { self.init(path: path, reason: systemReason(number)) }

  package var description: String { "cannot write \(path): \(reason)" }

  /// The same failure of what a draft is to become: nobody knows the draft's own name.
  package func named(_ path: String) -> FileFailure { FileFailure(path: path, reason: reason) }
}

/// Why the system refused, in its own few words: "No space left on device".
package func systemReason(_ number: Int32) -> String {
  let words = String(cString: strerror(number))
  // The same number says that a file system cannot hold the file and that the shell forbids it.
  return number == EFBIG ? "\(words): there is a limit on the size of a file (see 'ulimit -f')" : words
}

/// Why the system refused, whoever reports it.
package func systemReason(of error: any Error) -> String {
  if let failure = error as? FileFailure { return failure.reason }
  var next: NSError? = error as NSError
  while let error = next {
    if error.domain == NSPOSIXErrorDomain { return systemReason(Int32(error.code)) }
    if error.domain == NSCocoaErrorDomain, let number = systemNumber(ofCocoa: error.code) {
      return systemReason(number)
    }
    next = error.userInfo[NSUnderlyingErrorKey] as? NSError
  }
  return error.localizedDescription
}

/// The error number behind one of Foundation's, which keeps it to itself here and there.
private func systemNumber(ofCocoa code: Int) -> Int32? {
  switch CocoaError.Code(rawValue: code) {
  case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
  case .fileReadNoPermission, .fileWriteNoPermission: EACCES
  case .fileWriteOutOfSpace: ENOSPC
  case .fileWriteVolumeReadOnly: EROFS
  case .fileWriteFileExists: EEXIST
  default: nil
  }
}
