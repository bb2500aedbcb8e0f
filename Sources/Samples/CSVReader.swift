import Files
import Foundation

/// A table in a text file, as defined by RFC 4180: a header, then records of as many fields. Commas (or another
/// separator) separate fields. A field with separators, quotes or line breaks is enclosed in double quotes, and a quote
/// inside it is doubled.
///
/// Lines end in LF, CRLF or CR. A byte-order mark and empty lines are ignored. A quote inside an unquoted field is an
/// ordinary character.
package struct CSVReader: Sendable {
  /// The name of the file in errors.
  package let file: String
  /// Each name is unique.
  package let header: [String]
  /// Each has as many fields as the header.
  package let records: CSVRecords

  package enum Separator: UInt8, Sendable, CaseIterable {
    case comma = 0x2C
    case semicolon = 0x3B
    case tab = 0x09
  }

  /// The first line shows which separator the file has.
  package init(contentsOf path: String) throws(CSVError) {
    let bytes = try Self.bytes(of: path)
    try self.init(bytes: bytes, file: path, separator: Self.separator(of: bytes))
  }

  /// The separator that is most frequent in the first line, outside of quotes; a comma if there is none.
  package static func separator(of bytes: [UInt8]) -> Separator {
    var counts: [Separator: Int] = [:]
    var isQuoted = false
    for byte in bytes.drop(while: { $0 == 0x0A || $0 == 0x0D }) {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == 0x0A || byte == 0x0D { break }
      if let separator = Separator(rawValue: byte) { counts[separator, default: 0] += 1 }
    }
    return Separator.allCases.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? .comma
  }

  /// - Parameter most: of a longer file only whole records at its beginning are read, with about so many bytes.
  package static func bytes(of path: String, most: Int = .max) throws(CSVError) -> [UInt8] {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
      var bytes: [UInt8] = []
      // In parts, so that a long file is not in memory twice.
      bytes.reserveCapacity(min(size ?? 0, most))
      while bytes.count < most, let part = try file.read(upToCount: min(8 << 20, most - bytes.count)), !part.isEmpty {
        bytes += part
      }
      return bytes.count < most ? bytes : wholeRecords(of: bytes)
    } catch {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      let reason =
        isFolder.boolValue ? "it is a folder; name a file" : exists ? systemReason(of: error) : "there is no such file"
      throw CSVError(file: path, line: nil, problem: .unreadable(reason: reason))
    }
  }

  /// Without a record that is cut off: what ends in the last line break outside of quotes.
  private static func wholeRecords(of bytes: [UInt8]) -> [UInt8] {
    var (isQuoted, end) = (false, 0)
    for (place, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { end = place + 1 }
    }
    return Array(bytes[..<end])
  }

  /// - Parameter bytes: taken over; where nothing else holds them, they are not copied.
  package init(
    bytes: consuming [UInt8], file: String, separator: Separator = .comma
  ) throws(CSVError) {
    var scanner = CSVScanner(bytes: bytes, file: file, separator: separator)
    bytes = []
    guard try scanner.takeRecord() else { throw CSVError(file: file, line: nil, problem: .noHeader) }
    let width = scanner.fieldCount
    let (header, headerLine) = Self.header(in: scanner.records(of: width))
    var seen: Set<String> = []
    for name in header where !seen.insert(name).inserted {
      throw CSVError(file: file, line: headerLine, problem: .repeatedColumn(name))
    }
    while try scanner.takeRecord() {
      guard scanner.fieldCount == width else {
        let problem = CSVError.Problem.ragged(expected: width, found: scanner.fieldCount)
        throw CSVError(file: file, line: scanner.recordLine, problem: problem)
      }
    }
    self.file = file
    self.header = header
    records = scanner.records(of: width).withoutFirst
  }

  private static func header(in records: CSVRecords) -> (names: [String], line: Int) {
    (Array(records[0].fields), records[0].line)
  }

  /// The place of a column; nil if there is none. White space around its name does not count.
  package func place(of name: String) -> Int? { header.firstIndex { TableCell.trimmed($0) == name } }

  /// The places of the named columns, which must exist.
  package func places(of names: [String]) throws(CSVError) -> [Int] {
    let places = names.map(place(of:))
    let missing = zip(names, places).filter { $0.1 == nil }.map(\.0)
    guard missing.isEmpty else {
      throw CSVError(file: file, line: 1, problem: .missingColumns(missing, found: header))
    }
    return places.compactMap { $0 }
  }
}
