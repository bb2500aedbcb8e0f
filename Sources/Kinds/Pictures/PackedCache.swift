import Foundation
import Samples
import Synchronization

/// Decoded pictures on disk, in a folder that several processes may use at a time.
///
/// What is read is checked: pixels against their checksum the first time, records against theirs. Anything that is
/// damaged, cut short or gone counts as absent, and the picture is decoded from its file, so that views do not depend on
/// the cache. When a write fails, or the folder has all it may take and every part of it is in use, no more is kept.
public final class PackedCache: Sendable {
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

    /// Nothing is written any more; what is there is still read.
    mutating func close(because reason: String, _ folder: String) {
      isClosed = true
      writing = nil
      if problem == nil {
        problem = "decoded pictures are no longer kept in \(folder): \(reason); results do not change"
      }
    }
  }

  public let folder: String
  private let limit: Int
  private let reserve: Int
  private let segmentBytes: Int
  private let state: Mutex<State>

  /// - Parameters:
  ///   - folder: made where it does not exist.
  ///   - limit: bytes that the folder may take; nil for half of what it has and the disk still offers.
  ///   - reserve: bytes of the disk that are left free.
  /// - Throws: `DatasetError.cacheUnusable`
  public convenience init(in folder: String, limit: Int? = nil, reserve: Int = 1 << 30) throws(DatasetError) {
    try self.init(in: folder, limit: limit, reserve: reserve, segmentBytes: nil)
  }

  /// - Parameter segmentBytes: how large a part may get before the next begins.
  init(in folder: String, limit: Int? = nil, reserve: Int, segmentBytes: Int?) throws(DatasetError) {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw .cacheUnusable(path: folder, reason: "it cannot be made: \(error.localizedDescription)")
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
    self.limit = limit ?? (size + Self.freeBytes(of: folder)) / 2
    self.reserve = reserve
    // So many segments at most that each can be kept open.
    self.segmentBytes = segmentBytes ?? max(1 << 26, self.limit / 64)
    self.state = Mutex(state)
  }

  /// How many pictures are known to be there.
  public var count: Int { state.withLock { $0.places.count } }

  /// Why no more is kept; nil while all is well.
  public var problem: String? { state.withLock { $0.problem } }

  // MARK: Reading

  func picture(_ key: PackedKey) -> Picture? {
    let found = state.withLock { state -> (Place, descriptor: Int32)? in
      guard let place = state.places[key] else { return nil }
      guard let descriptor = place.segment.opened() else {
        state.places[key] = nil
        return nil
      }
      return (place, descriptor)
    }
    guard let (place, descriptor) = found else { return nil }
    // The segment, and with it the descriptor, stays open as long as `place` is here.
    let picture = withExtendedLifetime(place.segment) {
      Self.read(place.record, from: descriptor, checks: !place.isChecked)
    }
    if picture == nil || !place.isChecked {
      state.withLock { state in
        if picture == nil { state.places[key] = nil } else { state.places[key]?.isChecked = true }
      }
    }
    return picture
  }

  private static func read(_ record: PackedRecord, from descriptor: Int32, checks: Bool) -> Picture? {
    func samples<Sample: BitwiseCopyable & ExpressibleByIntegerLiteral>(_: Sample.Type) -> [Sample]? {
      var isWhole = false
      let count = record.width * record.height * record.channels
      // Unsafe because the system writes into the array's memory; it is of `pixelBytes` bytes.
      let samples = [Sample](unsafeUninitializedCapacity: count) { buffer, initialised in
        let bytes = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: record.pixelBytes)
        isWhole =
          PackedSegment.read(bytes, from: descriptor, at: record.offset)
          && (!checks || packedChecksum(UnsafeRawBufferPointer(bytes)) == record.checksum)
        initialised = isWhole ? count : 0
      }
      return isWhole ? samples : nil
    }
    let stored: Picture.Samples? =
      switch record.sampleBytes {
      case 1: samples(UInt8.self).map { .uint8($0) }
      case 2: samples(UInt16.self).map { .uint16($0) }
      default: samples(Float.self).map { .float32($0) }
      }
    return stored.flatMap {
      Picture(width: record.width, height: record.height, channels: record.channels, samples: $0)
    }
  }

  // MARK: Writing

  func keep(_ picture: Picture, _ key: PackedKey) {
    let size = picture.samples.byteCount
    guard size > 0, size <= segmentBytes, let (segment, offset, descriptor) = reserve(size, for: key) else { return }
    do throws(PackedSegment.SystemError) {
      let record = try Self.write(picture, key, to: descriptor, at: offset)
      try state.withLock { state throws(PackedSegment.SystemError) in
        guard !state.isClosed else { return }
        try segment.append(record)
        state.places[key] = Place(record: record, segment: segment, isChecked: true)
      }
    } catch {
      state.withLock { $0.close(because: error.reason, folder) }
    }
  }

  /// Where so many bytes may go; nil where the picture is there, or nothing more is kept.
  private func reserve(_ size: Int, for key: PackedKey) -> (PackedSegment, offset: Int, descriptor: Int32)? {
    state.withLock { state -> (PackedSegment, offset: Int, descriptor: Int32)? in
      guard !state.isClosed, state.places[key] == nil else { return nil }
      if state.writing.map({ $0.byteCount + size > segmentBytes }) ?? true {
        state.writing = nil
        do throws(PackedSegment.SystemError) {
          guard makeRoom() else {
            state.close(because: "it has all that it may take", folder)
            return nil
          }
          state.writing = try PackedSegment(newIn: folder)
        } catch {
          state.close(because: error.reason, folder)
          return nil
        }
      }
      guard let segment = state.writing, let descriptor = segment.opened() else { return nil }
      return (segment, segment.reserve(size), descriptor)
    }
  }

  /// Whether there is room for one more segment, parts that nobody uses removed if need be.
  private func makeRoom() -> Bool {
    let total = PackedSegment.evict(in: folder, to: limit - segmentBytes)
    guard total + segmentBytes <= limit || total == 0 else { return false }
    let lacking = segmentBytes + reserve - Self.freeBytes(of: folder)
    if lacking <= 0 { return true }
    _ = PackedSegment.evict(in: folder, to: max(0, total - lacking))
    return Self.freeBytes(of: folder) >= segmentBytes + reserve
  }

  private static func write(
    _ picture: Picture, _ key: PackedKey, to descriptor: Int32, at offset: Int
  ) throws(PackedSegment.SystemError) -> PackedRecord {
    func write(_ bytes: UnsafeRawBufferPointer) throws(PackedSegment.SystemError) -> PackedRecord {
      try PackedSegment.write(bytes, to: descriptor, at: offset)
      return PackedRecord(key: key, of: picture, at: offset, checksum: packedChecksum(bytes))
    }
    func each<Sample>(_ samples: [Sample]) throws(PackedSegment.SystemError) -> PackedRecord {
      let result = samples.withUnsafeBytes { bytes in
        Result { () throws(PackedSegment.SystemError) in try write(bytes) }
      }
      return try result.get()
    }
    switch picture.samples {
    case .uint8(let samples): return try each(samples)
    case .uint16(let samples): return try each(samples)
    case .float32(let samples): return try each(samples)
    }
  }

  private static func freeBytes(of folder: String) -> Int {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return 0 }
    return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
  }
}
