import Files
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
  init(newIn folder: String) throws(SystemCall.Failure) {
    // Processes on several machines may share the folder.
    let name = "\(String(UInt64.random(in: 0...UInt64.max), radix: 36))-\(getpid())"
    blobs = folder + "/" + name + ".blobs"
    index = folder + "/" + name + ".index"
    byteCount = 0
    // Readable by the owner only, because the data may be confidential.
    descriptor = try SystemCall.open(blobs, O_RDWR | O_CREAT | O_EXCL, 0o600)
    flock(descriptor, LOCK_SH)
    do throws(SystemCall.Failure) {
      indexDescriptor = try SystemCall.open(index, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0o600)
    } catch {
      unlink(blobs)
      throw error
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if indexDescriptor >= 0 { close(indexDescriptor) }
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
    guard let found = try? SystemCall.open(blobs, O_RDWR | O_NOFOLLOW) else { return nil }
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

  /// A record cut short would shift all that follow it, so after an error this process writes no more to the segment.
  func append(_ record: PackedRecord) throws(SystemCall.Failure) {
    try SystemCall.write(record.bytes, to: indexDescriptor)
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
      guard let descriptor = try? SystemCall.open(path + ".blobs", O_RDWR | O_NOFOLLOW) else { continue }
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
