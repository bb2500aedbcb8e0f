import Foundation

/// A file of JSON lines that grows, and that can be cut back to where a run goes on.
package final class LineLog {
  private let path: String
  private let handle: FileHandle
  private let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()

  /// - Throws: `RunFolder.Failure`, as all methods do.
  package init(_ path: String) throws {
    self.path = path
    handle = try Self.writing(path) {
      if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      try handle.seekToEnd()
      return handle
    }
  }

  deinit { try? handle.close() }

  package func append(_ line: some Encodable) throws {
    var data = try encoder.encode(line)
    data.append(UInt8(ascii: "\n"))
    try Self.writing(path) { try handle.write(contentsOf: data) }
  }

  /// Waits until what was written is on disk.
  package func synchronize() throws { try Self.writing(path) { try handle.synchronize() } }

  /// What was written so far, and still stands there.
  func lines<Line: Decodable>(of _: Line.Type) throws -> [Line] {
    try Self.writing(path) {
      try handle.seek(toOffset: 0)
      let data = try handle.readToEnd() ?? Data()
      let decoder = JSONDecoder()
      return try data.split(separator: UInt8(ascii: "\n")).map { try decoder.decode(Line.self, from: $0) }
    }
  }

  /// Removes every line from the first one on that lies past `step`, or that a kill left unfinished.
  func cut(after step: Int) throws {
    struct Line: Decodable { let step: Int }
    try Self.writing(path) {
      try handle.seek(toOffset: 0)
      let data = try handle.readToEnd() ?? Data()
      var kept = 0
      for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
        guard let parsed = try? JSONDecoder().decode(Line.self, from: line), parsed.step <= step else { break }
        kept += line.count + 1
      }
      try handle.truncate(atOffset: UInt64(kept))
      try handle.seekToEnd()
    }
  }

  private static func writing<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw RunFolder.Failure.unwritable(path: path, reason: systemReason(of: error))
    }
  }
}
