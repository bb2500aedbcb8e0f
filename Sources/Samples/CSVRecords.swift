/// The records of a CSV, held as the bytes of all fields one after another: a text is only made where one is asked for.
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
  private let bytes: [UInt8]
  private let rows: [CSVScanner.Row]
  /// [rows, width]: where each field begins and ends, counted from the beginning of its row.
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

  /// The bytes of a field, in UTF-8.
  package func fieldBytes(_ row: Int, _ place: Int) -> ArraySlice<UInt8> {
    let start = rows[firstRow + row].start
    let index = (firstRow + row) * width + place
    return bytes[start + (place == 0 ? 0 : Int(fieldEnds[index - 1]))..<start + Int(fieldEnds[index])]
  }

  /// A field as text. The scanner has checked that it is UTF-8.
  package func field(_ row: Int, _ place: Int) -> String { String(decoding: fieldBytes(row, place), as: UTF8.self) }
}
