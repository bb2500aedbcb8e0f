import CNIfTI
import Samples

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An open, regular file that begins like a picture of a format that this build reads.
struct PictureFile: ~Copyable {
  let path: String
  let format: PictureFormat
  private var descriptor: Int32

  init(path: String) throws(DecodeError) {
    // Non-blocking, so that a named pipe among the pictures does not hang the run. Regular files are not affected.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw DecodeError(path: path, reason: Self.reason(errno, path: path)) }
    do throws(DecodeError) {
      format = try Self.format(of: descriptor, path: path)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Hands the descriptor to a codec, which closes it.
  mutating func release() -> Int32 {
    defer { descriptor = -1 }
    return descriptor
  }

  /// What a file is whose name does not say that it is a picture. Its first bytes are read, unless its name says that it
  /// is something else.
  static func verdict(on path: String) -> FileVerdict {
    if ForeignFormat.isAnotherKind(path) { return .anotherKind }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .unreadable(reason: reason(errno, path: path)) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: ForeignFormat.startLength)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count >= 0 else {
      return .unreadable(reason: "cannot be read: \(String(cString: strerror(errno)))")
    }
    let start = Array(bytes[..<count])
    // Raw files begin like TIFF, and hold a small preview first.
    if let raw = ForeignFormat(path: path), raw == .raw { return .unreadable(reason: raw.reason) }
    if let format = PictureFormat(start: start), format != .bmp || PictureFormat.isBMP(start) { return .sample }
    if start.starts(with: gzip), isNamedNIfTI(path) || cnifti_is_compressed(descriptor) != 0 { return .sample }
    return ForeignFormat(start: start, path: path).map { .unreadable(reason: $0.reason) } ?? .anotherKind
  }

  private static let gzip: [UInt8] = [0x1F, 0x8B]

  private static func isNamedNIfTI(_ path: String) -> Bool {
    PictureFormat.nifti.extensions.contains(ForeignFormat.suffix(of: path))
  }

  /// Whether the file is of a patient by its first bytes or its name, even if it cannot be read.
  static func isMedical(_ path: String) -> Bool {
    let suffix = ForeignFormat.suffix(of: path)
    if PictureFormat.allCases.contains(where: { $0.isMedical && $0.extensions.contains(suffix) }) { return true }
    return (try? PictureFile(path: path).format.isMedical) ?? false
  }

  private static func reason(_ code: Int32, path: String) -> String {
    switch code {
    case ENOENT:
      var target = stat()
      return lstat(path, &target) == 0 ? "is a link to a file that does not exist" : "does not exist"
    case EACCES, EPERM: return "may not be read (permission denied)"
    case ELOOP: return "is a link that leads to itself"
    case EMFILE, ENFILE: return "cannot be opened: too many files are open"
    default: return "cannot be opened: \(String(cString: strerror(code)))"
    }
  }

  private static func format(of descriptor: Int32, path: String) throws(DecodeError) -> PictureFormat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw DecodeError(path: path, reason: "cannot be read: \(String(cString: strerror(errno)))")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw DecodeError(path: path, reason: "is a folder, not a file")
    default: throw DecodeError(path: path, reason: "is not a regular file")
    }
    var bytes = [UInt8](repeating: 0, count: ForeignFormat.startLength)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count >= 0 else {
      throw DecodeError(path: path, reason: "cannot be read: \(String(cString: strerror(errno)))")
    }
    guard count > 0 else { throw DecodeError(path: path, reason: "is empty") }
    let start = bytes[..<count]
    // Raw files begin like TIFF, and hold a small preview first.
    if let raw = ForeignFormat(path: path), raw == .raw { throw DecodeError(path: path, reason: raw.reason) }
    if let format = PictureFormat(start: start) { return format }
    if start.starts(with: gzip), isNamedNIfTI(path) || cnifti_is_compressed(descriptor) != 0 { return .nifti }
    if let foreign = ForeignFormat(start: Array(start), path: path) {
      throw DecodeError(path: path, reason: foreign.reason)
    }
    let digits = Array("0123456789abcdef")
    let hex = start.prefix(8).map { String([digits[Int($0 >> 4)], digits[Int($0 & 15)]]) }.joined(separator: " ")
    let known = PictureFormat.allCases.map(\.rawValue).joined(separator: ", ")
    throw DecodeError(path: path, reason: "is none of the formats \(known) (it begins with the bytes \(hex))")
  }
}
