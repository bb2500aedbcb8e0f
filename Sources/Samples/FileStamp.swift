import Foundation
import Settings

/// What a file was when a run listed it: its size, the time of its last change, and perhaps its contents.
///
/// A file of the same size and time is taken for the same. One of another time is compared by its contents, if these
/// were recorded: a copy that was put back is the same file.
package struct FileStamp: Codable, Sendable, Equatable {
  let byteCount: Int64
  /// In nanoseconds since 1970.
  let time: Int64
  /// The 64-bit FNV-1a hash of the bytes; nil if the files together were too large to read them.
  let hash: UInt64?

  /// - Returns: nil if there is no such file, or it cannot be read.
  init?(of path: String, hashed: Bool = false) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let changed = status.st_mtimespec
    #else
      let changed = status.st_mtim
    #endif
    byteCount = Int64(status.st_size)
    time = Int64(changed.tv_sec) &* 1_000_000_000 &+ Int64(changed.tv_nsec)
    hash = hashed ? Self.hash(of: path) : nil
    if hashed, hash == nil { return nil }
  }

  /// Whether the file at `path` is still what it was; nil if it is gone.
  func holds(at path: String) -> Bool? {
    guard let now = FileStamp(of: path) else { return nil }
    guard now.byteCount == byteCount else { return false }
    if now.time == time { return true }
    return hash != nil && Self.hash(of: path) == hash
  }

  /// The stamp of a copy of the file, of which no contents are known.
  func afterMoving(to path: String) -> FileStamp {
    guard hash == nil, let now = FileStamp(of: path), now.byteCount == byteCount else { return self }
    return now
  }

  /// A part of a fingerprint: equal for a file that `holds(at:)` takes for the same.
  var identity: String { hash.map { "\(byteCount) \(String($0, radix: 16))" } ?? "\(byteCount) \(time)" }

  private static func hash(of path: String) -> UInt64? {
    // Plain calls, for this is done for each of many small files.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var hash = fingerprint(of: [])
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return hash }
      hash = fingerprint(of: buffer[..<count], after: hash)
    }
  }

  /// "1234 1700000000000000000 9af3": one line of a long list.
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    let parts = text.split(separator: " ")
    guard parts.count >= 2, let byteCount = Int64(parts[0]), let time = Int64(parts[1]) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is no size and time of a file"))
    }
    self.byteCount = byteCount
    self.time = time
    hash = parts.count > 2 ? UInt64(parts[2], radix: 16) : nil
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("\(byteCount) \(time)" + (hash.map { " " + String($0, radix: 16) } ?? ""))
  }
}

extension FileList {
  /// Contents are recorded of files that have at most this many bytes together; reading more would take long.
  package static let hashedBytes = 64 << 20

  /// What the files are now; nil for each that cannot be read.
  func stamps() -> [FileStamp?] {
    let plain = stamps(hashed: false)
    let total = plain.reduce(0) { $0 &+ Int($1?.byteCount ?? 0) }
    return total <= Self.hashedBytes ? stamps(hashed: true) : plain
  }

  /// A file that holds several samples is looked at once.
  private func stamps(hashed: Bool) -> [FileStamp?] {
    let part = 512
    var places: [ExactText: Int] = [:]
    var paths: [String] = []
    let owners = samples.indices.map { sample -> Int in
      let path = path(of: sample)
      if let place = places[ExactText(path)] { return place }
      places[ExactText(path)] = paths.count
      paths.append(path)
      return paths.count - 1
    }
    let unique = paths
    let stamps = concurrentMap(count: (unique.count + part - 1) / part) { number in
      (number * part..<min((number + 1) * part, unique.count)).map { FileStamp(of: unique[$0], hashed: hashed) }
    }.flatMap(\.self)
    return owners.map { stamps[$0] }
  }
}

/// How the samples of a run differ from what they were when the run listed them.
public struct SampleChanges: Sendable, Equatable {
  /// Names of samples that are there with other contents.
  public var changed: [String] = []
  /// Names of samples that are gone.
  public var missing: [String] = []
  /// Names of files in the same folders that were not there; they are no part of the run.
  public var added: [String] = []
  /// The file with the labels, if it says other labels of these samples than it did; nil if it says the same.
  public var relabelled: String?

  public init() {}

  /// Whether the run would compute something else than it would have without the changes.
  public var matter: Bool { !changed.isEmpty || !missing.isEmpty }

  /// "2 have changed (a.png, b.png), 1 is gone (c.png)"
  package var summary: String {
    func part(_ names: [String], _ one: String, _ many: String) -> String? {
      names.isEmpty ? nil : "\(names.count) \(names.count == 1 ? one : many) (\(listed(names, limit: 3)))"
    }
    return [part(changed, "has changed", "have changed"), part(missing, "is gone", "are gone")].compactMap(\.self)
      .joined(separator: ", ")
  }
}
