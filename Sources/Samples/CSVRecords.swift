/// The records of a CSV, held as the bytes of the file: a text is only made where one is asked for.
package struct CSVRecords: RandomAccessCollection, Sendable {
  package struct Record: Sendable, Equatable {
    package let fields: Fields
    /// The line that the record begins on, from 1.
    package let line: Int
  }

  /// The fields of one record.
  package struct Fields: RandomAccessCollection, Sendable, Equatable {
    fileprivate let table: CSVRecords
    fileprivate let row: Int

    package var startIndex: Int { 0 }
    package var endIndex: Int { table.width }
    package subscript(place: Int) -> String { table.field(row, place) }

    package static func == (first: Self, second: Self) -> Bool { first.elementsEqual(second) }
    package static func == (first: Self, second: [String]) -> Bool { first.elementsEqual(second) }
  }

  /// Fields of each record.
  package let width: Int
  let bytes: [UInt8]
  private let rows: [CSVScanner.Row]
  /// [rows, width]: where each field ends, counted from the beginning of its row. The next begins one byte later.
  private let fieldEnds: [UInt32]
  private let firstRow: Int

  init(bytes: [UInt8], rows: [CSVScanner.Row], fieldEnds: [UInt32], width: Int, firstRow: Int = 0) {
    self.bytes = bytes
    self.rows = rows
    self.fieldEnds = fieldEnds
    self.width = width
    self.firstRow = firstRow
  }

  /// Without the header.
  var withoutFirst: CSVRecords {
    CSVRecords(bytes: bytes, rows: rows, fieldEnds: fieldEnds, width: width, firstRow: firstRow + 1)
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { rows.count - firstRow }

  package subscript(row: Int) -> Record { Record(fields: Fields(table: self, row: row), line: line(of: row)) }

  /// The line that a record begins on, from 1.
  package func line(of row: Int) -> Int { rows[firstRow + row].line }

  /// The bytes of all fields, each in UTF-8, and where among them a field is. Going through a column this way retains nothing.
  func place(of row: Int, _ column: Int) -> Range<Int> {
    let start = rows[firstRow + row].start
    let index = (firstRow + row) * width + column
    return start + (column == 0 ? 0 : Int(fieldEnds[index - 1]) + 1)..<start + Int(fieldEnds[index])
  }

  /// Whether white space may stand around a field.
  package func mayHaveSpace(_ row: Int, _ column: Int) -> Bool {
    let place = place(of: row, column)
    guard !place.isEmpty else { return false }
    return TableCell.mayBeSpace(bytes[place.lowerBound]) || TableCell.mayBeSpace(bytes[place.upperBound - 1])
  }

  /// A field as text. The scanner has checked that it is UTF-8.
  package func field(_ row: Int, _ column: Int) -> String {
    String(decoding: bytes[place(of: row, column)], as: UTF8.self)
  }
}
