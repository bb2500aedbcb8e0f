import Files
import Foundation

/// A table in a text file, as defined by RFC 4180: a header, then records of as many fields. Commas (or another
/// separator) separate fields. A field with separators, quotes or line breaks is enclosed in double quotes, and a quote
/// inside it is doubled.
///
/// Lines end in LF, CRLF or CR. A byte-order mark and empty lines are ignored. A quote inside an unquoted field is an
/// ordinary character.
package struct CSVReader: Sendable {
  package struct Record: Sendable, Equatable {
    package let fields: [String]
    /// The line that the record begins on, from 1.
    package let line: Int

    package init(fields: [String], line: Int) {
      self.fields = fields
      self.line = line
    }
  }

  /// The name of the file in errors.
  package let file: String
  /// Each name is unique.
  package let header: [String]
  /// Each has as many fields as the header.
  package let records: [Record]

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

  package static func bytes(of path: String) throws(CSVError) -> [UInt8] {
    do {
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      let reason =
        isFolder.boolValue ? "it is a folder; name a file" : exists ? systemReason(of: error) : "there is no such file"
      throw CSVError(file: path, line: nil, problem: .unreadable(reason: reason))
    }
  }

  package init(bytes: [UInt8], file: String, separator: Separator = .comma) throws(CSVError) {
    var scanner = Scanner(bytes: bytes, file: file, separator: separator)
    guard let first = try scanner.nextRecord() else { throw CSVError(file: file, line: nil, problem: .noHeader) }
    var seen: Set<String> = []
    for name in first.fields where !seen.insert(name).inserted {
      throw CSVError(file: file, line: first.line, problem: .repeatedColumn(name))
    }
    var records: [Record] = []
    while let record = try scanner.nextRecord() {
      guard record.fields.count == first.fields.count else {
        let problem = CSVError.Problem.ragged(expected: first.fields.count, found: record.fields.count)
        throw CSVError(file: file, line: record.line, problem: problem)
      }
      records.append(record)
    }
    self.file = file
    header = first.fields
    self.records = records
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

/// Scans bytes and not characters: everything with a meaning in CSV is ASCII, and in UTF-8 no byte of another character
/// equals an ASCII byte.
private struct Scanner {
  private let bytes: [UInt8]
  private let file: String
  private let separator: UInt8
  private var position = 0
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(bytes: [UInt8], file: String, separator: CSVReader.Separator) {
    self.bytes = bytes
    self.file = file
    self.separator = separator.rawValue
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// Nil at the end of the file.
  mutating func nextRecord() throws(CSVError) -> CSVReader.Record? {
    while position < bytes.count, takeLineBreak() {}
    guard position < bytes.count else { return nil }
    let firstLine = line
    var fields: [String] = []
    while true {
      fields.append(try nextField())
      if position < bytes.count, bytes[position] == separator {
        position += 1
      } else {
        _ = takeLineBreak()
        return CSVReader.Record(fields: fields, line: firstLine)
      }
    }
  }

  /// Leaves the position at a separator, a line break or the end.
  private mutating func nextField() throws(CSVError) -> String {
    guard position < bytes.count, bytes[position] == Self.quote else {
      let start = position
      while position < bytes.count, !isSeparator(bytes[position]) { position += 1 }
      return try text(bytes[start..<position], line: line)
    }
    let firstLine = line
    var field: [UInt8] = []
    position += 1
    while position < bytes.count {
      if bytes[position] == Self.quote {
        position += 1
        guard position < bytes.count, bytes[position] == Self.quote else {
          guard position == bytes.count || isSeparator(bytes[position]) else {
            throw CSVError(file: file, line: line, problem: .textAfterQuote)
          }
          return try text(field[...], line: firstLine)
        }
        field.append(Self.quote)
        position += 1
      } else {
        let start = position
        if takeLineBreak() {
          field += bytes[start..<position]
        } else {
          field.append(bytes[position])
          position += 1
        }
      }
    }
    throw CSVError(file: file, line: firstLine, problem: .unclosedQuote)
  }

  private func isSeparator(_ byte: UInt8) -> Bool {
    byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn
  }

  private mutating func takeLineBreak() -> Bool {
    guard position < bytes.count else { return false }
    switch bytes[position] {
    case Self.lineFeed: position += 1
    case Self.carriageReturn:
      position += 1
      if position < bytes.count, bytes[position] == Self.lineFeed { position += 1 }
    default: return false
    }
    line += 1
    return true
  }

  private func text(_ field: ArraySlice<UInt8>, line: Int) throws(CSVError) -> String {
    guard let text = String(validating: field, as: UTF8.self) else {
      throw CSVError(file: file, line: line, problem: .notUTF8)
    }
    return text
  }
}
