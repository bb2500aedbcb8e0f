import Samples
import Settings

/// Which columns of records hold the texts.
enum TextColumns {
  /// So many records are looked at.
  private static let examined = 200

  /// The columns that hold prose, the longest first: at least four words in the mean (or 20 signs, for writing without
  /// spaces), and hardly any value twice.
  static func prose(in records: TextRecords) -> [String] {
    let rows = Array(records.indices).evenlySpread(examined)
    let lengths = records.header.indices.compactMap { column -> (name: String, signs: Double)? in
      let cells = rows.compactMap { records.known($0, column) }
      guard cells.count >= 2, Set(cells).count * 5 >= cells.count * 4 else { return nil }
      let words = cells.reduce(0) { $0 + $1.split(whereSeparator: \.isWhitespace).count }
      let signs = cells.reduce(0) { $0 + $1.prefix(1000).count }
      let letters = cells.reduce(0) { $0 + $1.prefix(200).count(where: \.isLetter) }
      let read = cells.reduce(0) { $0 + min($1.count, 200) }
      guard 2 * letters > read else { return nil }
      let hasSpaces = words * 30 > signs
      guard hasSpaces ? words >= 4 * cells.count : signs >= 20 * cells.count else { return nil }
      return (records.header[column], Double(signs) / Double(cells.count))
    }
    return lengths.sorted { $0.signs > $1.signs }.map(\.name)
  }

  /// How many columns hold numbers that could be measurements: not keys, and not counting the rows.
  static func numberCount(in records: TextRecords) -> Int {
    let rows = Array(records.indices).evenlySpread(examined)
    return records.header.indices.count { column in
      let cells = rows.compactMap { records.known($0, column) }
      guard cells.count >= 2, cells.allSatisfy({ TableCell.number($0) != nil }) else { return false }
      let isKey = records.header[column].lowercased().hasSuffix("id") || Set(cells).count <= 2
      return !isKey && !zip(cells, cells.dropFirst()).allSatisfy { (Double($0) ?? 0) < (Double($1) ?? 0) }
    }
  }

  /// Whether a table's rows are texts rather than measurements: it has a column of prose, and at most one of numbers.
  static func holdTexts(_ records: TextRecords) -> Bool { !prose(in: records).isEmpty && numberCount(in: records) <= 1 }

  /// The columns to read: those that were named, or one that is found.
  ///
  /// - Parameter others: columns that hold something else, such as labels.
  /// - Returns: the columns, and a sentence if they were found.
  static func chosen(
    in records: TextRecords, named: [String]?, others: [String]
  ) throws(DatasetError) -> (columns: [String], note: String?) {
    // A line has no columns, whatever those of another file were called.
    if records.format == .lines { return (records.header, nil) }
    if let named {
      _ = try records.places(of: named)
      if let other = others.first(where: named.contains) {
        throw .unusable(
          "The column '\(other)' of '\(records.place)' cannot be both the text and something to judge it by; name another."
        )
      }
      return (named, nil)
    }
    if records.header.contains(TextRecords.textColumn), !others.contains(TextRecords.textColumn) {
      return ([TextRecords.textColumn], nil)
    }
    let found = prose(in: records).filter { !others.contains($0) }
    guard let longest = found.first else {
      let columns = records.header.map { "'\($0)'" }.joined(separator: ", ")
      throw .undecided(
        "No column of '\(records.place)' holds sentences (there are \(columns)); name the one with the texts",
        setting: "text-column")
    }
    let rest = found.dropFirst().map { "'\($0)'" }
    return (
      [longest],
      "The texts are the column '\(longest)'"
        + (rest.isEmpty ? "." : ", the longest of those that hold sentences; others are \(listed(rest, limit: 4)).")
    )
  }
}

extension TextRecords {
  var indices: Range<Int> { 0..<count }
}
