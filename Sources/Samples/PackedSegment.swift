import Foundation

/// One part of a `PackedStore`: blobs one after the other in `NAME.blobs`, a record for each in `NAME.index`.
///
/// Only the process that created a segment writes to it, a blob before its record. Readers and writers hold a shared
/// lock on the blobs. The system releases it when a process ends, however it ends; a segment that nobody holds may be
/// removed. Unchecked: the descriptors are opened and closed under the lock of the store.
final class PackedSegment: @unchecked Sendable {
  private let blobs: String
  private let index: String
  private(set) var byteCount: Int
  /// Of the blobs; -1 until they are asked for.
  private var descriptor: Int32 = -1
  /// Of the index; -1 in a segment that another process created.
  private var indexDescriptor: Int32 = -1

  /// One that exists.
  init(folder: String, name: String) {
    blobs = folder + "/" + name + ".blobs"
    index = folder + "/" + name + ".index"
    var status = stat()
    byteCount = stat(blobs, &status) == 0 ? Int(status.st_size) : 0
  }

  /// A new one, for this process to write.
  init(newIn folder: String) throws(SystemError) {
    // Processes on several machines may share the folder.
    let name = "\(String(UInt64.random(in: 0...UInt64.max), radix: 36))-\(getpid())"
    blobs = folder + "/" + name + ".blobs"
    index = folder + "/" + name + ".index"
    byteCount = 0
    // Readable by the owner only, because the data may be confidential.
    descriptor = open(blobs, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError() }
    flock(descriptor, LOCK_SH)
    indexDescriptor = open(index, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
    guard indexDescriptor >= 0 else {
      let error = SystemError()
      unlink(blobs)
      close(descriptor)
      descriptor = -1
      throw error
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if indexDescriptor >= 0 { close(indexDescriptor) }
  }

  /// Why the system refused.
  struct SystemError: Error {
    let number = errno
    var reason: String { String(cString: strerror(number)) }
  }

  /// The records of blobs that are there, without those that are damaged or cut short.
  func records() -> [PackedRecord] {
    guard let data = FileManager.default.contents(atPath: index) else { return [] }
    return data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count - PackedRecord.byteCount + 1, by: PackedRecord.byteCount).compactMap { start in
        PackedRecord(UnsafeRawBufferPointer(rebasing: bytes[start..<start + PackedRecord.byteCount]))
      }
    }.filter { $0.offset + $0.byteCount <= byteCount }
  }

  /// The descriptor of the blobs; nil if the segment is gone. The first use opens and locks the file and sets its time
  /// of use, by which segments are removed.
  func opened() -> Int32? {
    if descriptor >= 0 { return descriptor }
    let found = open(blobs, O_RDWR | O_CLOEXEC)
    guard found >= 0 else { return nil }
    var status = stat()
    // Another process may have removed the file between the two calls.
    guard flock(found, LOCK_SH | LOCK_NB) == 0, fstat(found, &status) == 0, status.st_nlink > 0 else {
      close(found)
      return nil
    }
    futimens(found, nil)
    descriptor = found
    return found
  }

  /// Sets that many bytes at the end aside.
  ///
  /// - Returns: the offset of the first.
  func reserve(_ count: Int) -> Int {
    defer { byteCount += count }
    return byteCount
  }

  func append(_ record: PackedRecord) throws(SystemError) {
    try Self.write(record.bytes.withUnsafeBytes { Array($0) }, to: indexDescriptor)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
    // A record cut short would shift all that follow it, so after an error this process writes no more to the segment.
    guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count else { throw SystemError() }
  }

  /// Writes all of `bytes` at `offset`.
  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let part = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
      if part < 0, errno == EINTR { continue }
      guard part > 0 else { throw SystemError() }
      done += part
    }
  }

  /// Fills `bytes` from `offset`.
  ///
  /// - Returns: whether there were enough bytes.
  static func read(_ bytes: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int) -> Bool {
    var done = 0
    while done < bytes.count {
      let part = pread(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
      if part < 0, errno == EINTR { continue }
      guard part > 0 else { return false }
      done += part
    }
    return true
  }
}

extension PackedSegment {
  /// The names of the segments in a folder.
  static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasSuffix(".blobs") }.map { String($0.dropLast(".blobs".count)) }.sorted()
  }

  /// Removes the segments that were not used for longest until at most `limit` bytes are left. Those in use stay.
  ///
  /// - Returns: how many bytes are left.
  static func evict(in folder: String, to limit: Int) -> Int {
    var found = names(in: folder).compactMap { name -> (name: String, used: Double, size: Int)? in
      var status = stat()
      guard stat(folder + "/" + name + ".blobs", &status) == 0 else { return nil }
      #if canImport(Darwin)
        let time = status.st_mtimespec
      #else
        let time = status.st_mtim
      #endif
      return (name, Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9, Int(status.st_size))
    }
    found.sort { $0.used < $1.used }
    var total = found.reduce(0) { $0 + $1.size }
    for segment in found where total > limit {
      let path = folder + "/" + segment.name
      let descriptor = open(path + ".blobs", O_RDWR | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        unlink(path + ".index")
        unlink(path + ".blobs")
        total -= segment.size
      }
      close(descriptor)
    }
    return total
  }
}
