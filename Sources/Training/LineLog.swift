import Files
import Foundation

/// A file of JSON lines that grows, and that can be cut back to where a run goes on.
package final class LineLog {
  private let file: OpenFile
  /// The bytes of whole lines.
  private var byteCount: Int
  private let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()

  private static let newline = UInt8(ascii: "\n")

  /// Opens a log, or begins it. A last line that a kill has left unfinished is cut off.
  ///
  /// - Throws: `RunFolder.Failure`, as all methods do.
  package init(_ path: String) throws(RunFolder.Failure) {
    do throws(FileFailure) {
      if let existing = try OpenFile.existing(path) {
        file = existing
        let data = try file.contents()
        byteCount = data.lastIndex(of: Self.newline).map { $0 - data.startIndex + 1 } ?? 0
        if byteCount < data.count { try file.cut(to: byteCount) }
      } else {
        file = try .new(path)
        byteCount = 0
        try synchronizeFolder(ofFile: path)
      }
    } catch {
      throw RunFolder.Failure(error)
    }
  }

  package func append(_ line: some Encodable) throws {
    var data = try encoder.encode(line)
    data.append(Self.newline)
    do throws(FileFailure) {
      try file.write(data)
      byteCount += data.count
    } catch {
      // Half a line would be glued to the next one. Where it cannot be cut off either, whoever opens the log does.
      try? file.cut(to: byteCount)
      throw RunFolder.Failure(error)
    }
  }

  /// Waits until what was written is on disk.
  package func synchronize() throws(RunFolder.Failure) {
    do throws(FileFailure) { try file.synchronize() } catch { throw RunFolder.Failure(error) }
  }

  /// What was written so far, and still stands there.
  func lines<Line: Decodable>(of _: Line.Type) throws -> [Line] {
    let decoder = JSONDecoder()
    return try contents().split(separator: Self.newline).map { try decoder.decode(Line.self, from: $0) }
  }

  /// Removes every line from the first one on that lies past `step`.
  func cut(after step: Int) throws(RunFolder.Failure) {
    struct Line: Decodable { let step: Int }
    var kept = 0
    for line in try contents().split(separator: Self.newline, omittingEmptySubsequences: false).dropLast() {
      guard let parsed = try? JSONDecoder().decode(Line.self, from: line), parsed.step <= step else { break }
      kept += line.count + 1
    }
    do throws(FileFailure) {
      try file.cut(to: kept)
      byteCount = kept
    } catch {
      throw RunFolder.Failure(error)
    }
  }

  private func contents() throws(RunFolder.Failure) -> Data {
    do throws(FileFailure) { return try file.contents() } catch { throw RunFolder.Failure(error) }
  }
}
