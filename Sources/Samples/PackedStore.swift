import Files
import Foundation
import Synchronization

/// Blobs of bytes on disk, each under a key, in a folder that several processes may use at a time.
///
/// A store is a cache: blobs are added, never changed, and may disappear. What is read is checked: a blob against its
/// checksum the first time, a record against its own. Anything damaged, cut short or gone counts as absent. When a
/// write fails, or the folder is full and every part of it is in use, the store takes no more blobs and still gives
/// those that it has.
package final class PackedStore: Sendable {
  private struct Place {
    let record: PackedRecord
    let segment: PackedSegment
    var isChecked: Bool
  }

  private struct State {
    var places: [PackedKey: Place] = [:]
    var writing: PackedSegment?
    var isClosed = false
    var problem: String?

    /// Ends writing; what is there can still be read.
    mutating func close(because reason: String, _ store: PackedStore) {
      isClosed = true
      writing = nil
      if problem == nil {
        problem = "\(store.contents) are no longer kept in \(store.folder): \(reason); results do not change"
      }
    }
  }

  package let folder: String
  private let contents: String
  private let limit: Int
  private let reserve: Int
  private let segmentBytes: Int
  private let state: Mutex<State>

  /// - Parameters:
  ///   - folder: created if it does not exist.
  ///   - contents: what the blobs are, in the plural, for messages: "decoded pictures".
  ///   - limit: the most bytes that the folder may take; nil for half of what it takes now and the disk has free.
  ///   - reserve: how many bytes of the disk stay free.
  /// - Throws: `DatasetError.cacheUnusable`
  package convenience init(
    in folder: String, of contents: String, limit: Int? = nil, reserve: Int = 1 << 30
  ) throws(DatasetError) {
    try self.init(in: folder, of: contents, limit: limit, reserve: reserve, segmentBytes: nil)
  }

  /// - Parameter segmentBytes: how large a segment may get before the next begins.
  package init(
    in folder: String, of contents: String, limit: Int? = nil, reserve: Int, segmentBytes: Int?
  ) throws(DatasetError) {
    do throws(FileFailure) {
      // Closed to others, because the data may be confidential.
      try makeFolder(folder, mode: 0o700)
    } catch {
      throw .cacheUnusable(path: folder, reason: "it cannot be created: \(error.reason)")
    }
    guard access(folder, R_OK | W_OK | X_OK) == 0 else {
      throw .cacheUnusable(path: folder, reason: String(cString: strerror(errno)))
    }
    var state = State()
    var size = 0
    for name in PackedSegment.names(in: folder) {
      let segment = PackedSegment(folder: folder, name: name)
      size += segment.byteCount
      for record in segment.records() {
        state.places[record.key] = Place(record: record, segment: segment, isChecked: false)
      }
    }
    self.folder = folder
    self.contents = contents
    self.limit = limit ?? (size + Self.freeBytes(of: folder)) / 2
    self.reserve = reserve
    // Few enough segments that all of them can be open.
    self.segmentBytes = segmentBytes ?? max(1 << 26, self.limit / 64)
    self.state = Mutex(state)
  }

  /// How many blobs are known to be there.
  package var count: Int { state.withLock { $0.places.count } }

  /// Why the store takes no more blobs; nil while it does.
  package var problem: String? { state.withLock { $0.problem } }

  /// Looks a blob up.
  ///
  /// - Parameter translate: makes a value of the blob; nil if its bytes cannot be read or are not what they should be,
  ///   and then the blob is absent from now on.
  /// - Returns: nil if there is no such blob.
  package func value<Value>(_ key: PackedKey, _ translate: (inout PackedBlob) -> Value?) -> Value? {
    let found = state.withLock { state -> PackedBlob? in
      guard let place = state.places[key] else { return nil }
      guard let descriptor = place.segment.opened() else {
        state.places[key] = nil
        return nil
      }
      return PackedBlob(place.record, in: place.segment, descriptor, isChecked: place.isChecked)
    }
    guard var blob = found else { return nil }
    let wasChecked = blob.isChecked
    let value = translate(&blob)
    if value == nil || blob.isChecked != wasChecked {
      state.withLock { state in
        if value == nil { state.places[key] = nil } else { state.places[key]?.isChecked = true }
      }
    }
    return value
  }

  /// Adds a blob if the store has none under this key and there is room for it.
  ///
  /// - Parameter form: 64 bits about the blob that its reader needs, such as a shape.
  package func keep(_ bytes: UnsafeRawBufferPointer, form: UInt64 = 0, _ key: PackedKey) {
    guard bytes.count > 0, bytes.count <= segmentBytes,
      let (segment, offset, descriptor) = reserve(bytes.count, for: key)
    else { return }
    do throws(SystemCall.Failure) {
      try SystemCall.write(bytes, to: descriptor, at: offset)
      let record = PackedRecord(
        key: key, offset: offset, byteCount: bytes.count, form: form, checksum: packedChecksum(bytes))
      try state.withLock { state throws(SystemCall.Failure) in
        guard !state.isClosed else { return }
        try segment.append(record)
        state.places[key] = Place(record: record, segment: segment, isChecked: true)
      }
    } catch {
      state.withLock { $0.close(because: error.reason, self) }
    }
  }

  /// Where that many bytes may go; nil if the blob is there already or the store takes no more.
  private func reserve(_ size: Int, for key: PackedKey) -> (PackedSegment, offset: Int, descriptor: Int32)? {
    state.withLock { state -> (PackedSegment, offset: Int, descriptor: Int32)? in
      guard !state.isClosed, state.places[key] == nil else { return nil }
      if state.writing.map({ $0.byteCount + size > segmentBytes }) ?? true {
        state.writing = nil
        do throws(SystemCall.Failure) {
          guard makeRoom() else {
            state.close(because: "it has all that it may take", self)
            return nil
          }
          state.writing = try PackedSegment(newIn: folder)
        } catch {
          state.close(because: error.reason, self)
          return nil
        }
      }
      guard let segment = state.writing, let descriptor = segment.opened() else { return nil }
      return (segment, segment.reserve(size), descriptor)
    }
  }

  /// Whether there is room for one more segment; segments that nobody uses are removed to make it.
  private func makeRoom() -> Bool {
    let total = PackedSegment.evict(in: folder, to: limit - segmentBytes)
    guard total + segmentBytes <= limit || total == 0 else { return false }
    let lacking = segmentBytes + reserve - Self.freeBytes(of: folder)
    if lacking <= 0 { return true }
    _ = PackedSegment.evict(in: folder, to: max(0, total - lacking))
    return Self.freeBytes(of: folder) >= segmentBytes + reserve
  }

  private static func freeBytes(of folder: String) -> Int {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return 0 }
    return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
  }
}
