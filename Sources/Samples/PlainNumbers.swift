/// A column of numbers such as 12 and -12.5, read without a text for each cell: most columns of large tables are such.
package struct PlainNumbers: Sendable {
  /// One a record; NaN where unknown.
  package private(set) var values: [Double] = []
  /// Whether all are written without a fraction.
  package private(set) var areWhole = true
  package private(set) var knownCount = 0

  /// The columns at some places.
  ///
  /// They are read together, a row after the other: one by one, each would fetch all rows from memory anew.
  ///
  /// - Returns: nil for a column in which any known cell is written in another way, has more than 15 digits, or begins with a
  ///   zero as a code does.
  package static func columns(at places: [Int], of records: CSVRecords) -> [PlainNumbers?] {
    var columns = places.map { _ in PlainNumbers(count: records.count) }
    var open = Array(places.indices)
    for row in records.indices where !open.isEmpty {
      open.removeAll { index in
        let isPlain = columns[index].take(row, places[index], of: records)
        return !isPlain
      }
    }
    return columns.indices.map { open.contains($0) ? columns[$0] : nil }
  }

  private init(count: Int) { values.reserveCapacity(count) }

  private mutating func take(_ row: Int, _ place: Int, of records: CSVRecords) -> Bool {
    if take(records.bytes, records.place(of: row, place)) { return true }
    let cell = TableCell.trimmed(records.field(row, place))
    guard TableCell.isMissing(cell) else { return take(cell.utf8, cell.utf8.startIndex..<cell.utf8.endIndex) }
    values.append(.nan)
    return true
  }

  /// False if the text is no such number.
  private mutating func take<Text: Collection<UInt8>>(_ text: Text, _ part: Range<Text.Index>) -> Bool {
    guard let number = DecimalNumber.exact(text, part), !Self.isCode(text, part) else { return false }
    values.append(number)
    knownCount += 1
    if areWhole { areWhole = !text[part].contains(Self.point) }
    return true
  }

  /// 007, -01
  private static func isCode<Text: Collection<UInt8>>(_ text: Text, _ part: Range<Text.Index>) -> Bool {
    var first = part.lowerBound
    if text[first] == UInt8(ascii: "-") { text.formIndex(after: &first) }
    return TableCell.isCode(text, first..<part.upperBound)
  }

  private static let point = UInt8(ascii: ".")
}
