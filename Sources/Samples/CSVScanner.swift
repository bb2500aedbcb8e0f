/// Divides the bytes of a CSV into fields. They stay where they are; only in a record with quotes, those after a quote move
/// together, one byte apart.
///
/// It looks at bytes and not at characters: everything with a meaning in CSV is ASCII, and in UTF-8 no byte of another
/// character equals an ASCII byte.
struct CSVScanner {
  /// A record: where its fields begin among the bytes, and the line that it begins on.
  struct Row: Sendable {
    let start: Int
    let line: Int
  }

  /// The fields of the record so far end before `kept`; from `position` on nothing was looked at yet. A field is never
  /// longer than it was written, so that fields only move towards the beginning.
  private var bytes: [UInt8]
  private var kept: Int
  private var position: Int
  private var line = 1
  private var rows: [Row] = []
  private var fieldEnds: [UInt32] = []
  private let file: String
  private let separator: UInt8
  /// Fields of the last record.
  private(set) var fieldCount = 0

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(bytes: [UInt8], file: String, separator: CSVReader.Separator) {
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    kept = 0
    self.bytes = bytes
    self.file = file
    self.separator = separator.rawValue
  }

  /// The line that the last record begins on, from 1.
  var recordLine: Int { rows.last?.line ?? line }

  /// All records, of which each has `width` fields.
  func records(of width: Int) -> CSVRecords {
    CSVRecords(bytes: bytes, rows: rows, fieldEnds: fieldEnds, width: width)
  }

  /// False at the end of the file.
  mutating func takeRecord() throws(CSVError) -> Bool {
    while position < bytes.count, takeLineBreak() {}
    guard position < bytes.count else { return false }
    if rows.count == Self.measured { reserve() }
    kept = position
    let start = kept
    rows.append(Row(start: start, line: line))
    fieldCount = 0
    while true {
      try takeField()
      guard let end = UInt32(exactly: kept - start) else {
        throw CSVError(file: file, line: recordLine, problem: .unreadable(reason: "a record has more than 4 GB"))
      }
      fieldEnds.append(end)
      fieldCount += 1
      if position < bytes.count, bytes[position] == separator {
        position += 1
        kept += 1
      } else {
        _ = takeLineBreak()
        return true
      }
    }
  }

  /// Room for as many records as the bytes hold if all are as long as the first ones, so that long arrays are not copied again
  /// and again as they grow.
  private mutating func reserve() {
    let count = rows.count * (bytes.count / position + 1)
    rows.reserveCapacity(count)
    fieldEnds.reserveCapacity(count * fieldCount)
  }

  private static let measured = 1000

  /// Leaves the position at a separator, a line break or the end.
  private mutating func takeField() throws(CSVError) {
    let (start, firstLine) = (kept, line)
    var isASCII = true
    guard position < bytes.count, bytes[position] == Self.quote else {
      isASCII = takeUnquoted()
      return try check(from: start, isASCII, line: firstLine)
    }
    position += 1
    while position < bytes.count {
      if bytes[position] == Self.quote {
        position += 1
        guard position < bytes.count, bytes[position] == Self.quote else {
          guard position == bytes.count || isSeparator(bytes[position]) else {
            throw CSVError(file: file, line: line, problem: .textAfterQuote)
          }
          return try check(from: start, isASCII, line: firstLine)
        }
        keepByte(&isASCII)
      } else {
        let first = position
        if takeLineBreak() {
          for place in first..<position {
            bytes[kept] = bytes[place]
            kept += 1
          }
        } else {
          keepByte(&isASCII)
        }
      }
    }
    throw CSVError(file: file, line: firstLine, problem: .unclosedQuote)
  }

  /// - Returns: whether all bytes are ASCII.
  private mutating func takeUnquoted() -> Bool {
    let first = position
    let (end, isASCII) = Self.end(of: bytes.span, from: first, separator: separator)
    position = end
    if kept == first {
      kept = end
    } else {
      for place in first..<end {
        bytes[kept] = bytes[place]
        kept += 1
      }
    }
    return isASCII
  }

  /// Where a field without quotes ends, and whether all its bytes are ASCII. A span and a constant are looked at several times
  /// faster than properties.
  private static func end(of bytes: Span<UInt8>, from first: Int, separator: UInt8) -> (place: Int, isASCII: Bool) {
    var place = first
    var all: UInt8 = 0
    while place < bytes.count {
      let byte = bytes[place]
      if byte == separator || byte == lineFeed || byte == carriageReturn { break }
      all |= byte
      place += 1
    }
    return (place, all < 0x80)
  }

  /// Takes the byte at the position as part of the field.
  private mutating func keepByte(_ isASCII: inout Bool) {
    let byte = bytes[position]
    if byte >= 0x80 { isASCII = false }
    bytes[kept] = byte
    kept += 1
    position += 1
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

  private func check(from start: Int, _ isASCII: Bool, line: Int) throws(CSVError) {
    guard isASCII || String(validating: bytes[start..<kept], as: UTF8.self) != nil else {
      throw CSVError(file: file, line: line, problem: .notUTF8)
    }
  }
}
