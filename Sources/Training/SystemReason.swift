import Foundation

/// Why the system refused, in its own few words: "No space left on device".
package func systemReason(of error: any Error) -> String {
  var next: NSError? = error as NSError
  while let error = next {
    if error.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(error.code))) }
    if error.domain == NSCocoaErrorDomain, let number = systemNumber(ofCocoa: error.code) {
      return String(cString: strerror(number))
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

/// Waits until a file or the names in a folder are on disk; some disks say only here that they are full.
func synchronize(_ path: String) throws(RunFolder.Failure) {
  let descriptor = open(path, O_RDONLY)
  guard descriptor >= 0 else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
  defer { close(descriptor) }
  // File systems that cannot sync a folder say EINVAL.
  guard fsync(descriptor) == 0 || errno == EINVAL else {
    throw .unwritable(path: path, reason: String(cString: strerror(errno)))
  }
}
