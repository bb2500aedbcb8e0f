import Foundation
import Samples

/// A file that holds one text in each of its records: the lines of a `.txt` file, the rows of a CSV or TSV file, the objects
/// of a file of JSON lines.
struct TextRecords: Sendable {
  /// By this a run recognises whether a file has changed.
  struct Fingerprint: Codable, Sendable, Equatable {
    let byteCount: Int
    /// The 64-bit FNV-1a hash of the bytes in hexadecimal.
    let hash: String
  }

  enum Format: String, Codable, Sendable {
    case lines, table, jsonLines
  }

  /// Absolute, without symbolic links.
  let path: String
  /// As the user wrote it, for errors.
  let place: String
  let fingerprint: Fingerprint
  let format: Format
  /// The names of the columns; "text" for lines.
  let header: [String]
  private let storage: Storage

  private enum Storage: Sendable {
    case table(CSVRecords)
    /// Cells by record, and the line of each record from 1.
    case rows([[String]], lines: [Int])
  }

  static let tableExtensions: Set<String> = ["csv", "tsv", "tab"]
  static let jsonExtensions: Set<String> = ["jsonl", "ndjson"]
  static let textColumn = "text"

  /// - Throws: `DatasetError.noSuchFile`; `.unusable` for what is no text; `.table`
  ///
  /// - Parameter most: of a longer file only the beginning is read, with about so many bytes.
  init(_ place: String, most: Int = .max) throws(DatasetError) {
    guard let (path, isFolder) = resolve(place) else { throw .noSuchFile(path: place) }
    guard !isFolder else {
      throw .unusable("'\(place)' is a folder; texts in records are read from one file, so name that file.")
    }
    self.path = path
    self.place = place
    let suffix = Self.suffix(of: place)
    let raw = try Self.table { () throws(CSVError) in try CSVReader.bytes(of: path, most: most) }
    fingerprint = Fingerprint(byteCount: raw.count, hash: String(Samples.fingerprint(of: raw), radix: 16))
    let bytes = try TextEncoding.checked(raw, of: place)
    if Self.tableExtensions.contains(suffix) {
      format = .table
      let reader = try Self.table { () throws(CSVError) in
        try CSVReader(bytes: bytes, file: place, separator: CSVReader.separator(of: bytes))
      }
      header = reader.header.map(TableCell.trimmed)
      storage = .table(reader.records)
    } else if Self.jsonExtensions.contains(suffix) {
      format = .jsonLines
      (header, storage) = try Self.jsonLines(bytes, place)
      guard !header.isEmpty else { throw .unusable("No line of '\(place)' holds a text.") }
    } else {
      format = .lines
      header = [Self.textColumn]
      storage = Self.lines(bytes)
    }
  }

  private static func table<Value>(_ body: () throws(CSVError) -> Value) throws(DatasetError) -> Value {
    do {
      return try body()
    } catch {
      throw .table(error)
    }
  }

  static func suffix(of place: String) -> String {
    let name = place.split(separator: "/").last ?? ""
    return name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
  }

  var count: Int {
    switch storage {
    case .table(let records): records.count
    case .rows(let rows, _): rows.count
    }
  }

  /// A cell without white space around it.
  func cell(_ row: Int, _ column: Int) -> String {
    switch storage {
    case .table(let records): TableCell.trimmed(records.field(row, column))
    case .rows(let rows, _): TableCell.trimmed(rows[row][column])
    }
  }

  /// A cell, nil where it says that nothing is known.
  func known(_ row: Int, _ column: Int) -> String? {
    let cell = cell(row, column)
    return TableCell.isMissing(cell) ? nil : cell
  }

  /// The line that a record begins on, from 1.
  func line(of row: Int) -> Int {
    switch storage {
    case .table(let records): records.line(of: row)
    case .rows(_, let lines): lines[row]
    }
  }

  /// What a record is, for people.
  var unit: String {
    switch format {
    case .lines, .jsonLines: "line"
    case .table: "row"
    }
  }

  func error(_ problem: CSVError.Problem, row: Int? = nil) -> DatasetError {
    .table(CSVError(file: place, line: row.map(line(of:)), problem: problem))
  }

  /// - Throws: `.table` naming the columns that there are.
  func places(of names: [String]) throws(DatasetError) -> [Int] {
    let places = names.map { header.firstIndex(of: $0) }
    let missing = zip(names, places).filter { $0.1 == nil }.map(\.0)
    guard missing.isEmpty else { throw error(.missingColumns(missing, found: header)) }
    return places.compactMap(\.self)
  }

  // MARK: Formats

  private static func lines(_ bytes: [UInt8]) -> Storage {
    var rows: [[String]] = []
    var lines: [Int] = []
    forEachLine(of: bytes) { line, number in
      let text = String(decoding: line, as: UTF8.self)
      guard !TableCell.trimmed(text).isEmpty else { return }
      rows.append([text])
      lines.append(number)
    }
    return .rows(rows, lines: lines)
  }

  private static func forEachLine(of bytes: [UInt8], _ body: (ArraySlice<UInt8>, Int) -> Void) {
    var start = 0
    var number = 1
    for end in bytes.indices where bytes[end] == 0x0A {
      body(bytes[start..<(end > start && bytes[end - 1] == 0x0D ? end - 1 : end)], number)
      start = end + 1
      number += 1
    }
    if start < bytes.count { body(bytes[start...], number) }
  }

  /// Each line is an object. Its strings, numbers and truth values become cells; a field that a line lacks is empty.
  private static func jsonLines(_ bytes: [UInt8], _ place: String) throws(DatasetError) -> ([String], Storage) {
    var header: [String] = []
    var columns: [String: Int] = [:]
    var found: [(cells: [Int: String], line: Int)] = []
    var problem: DatasetError?
    let decoder = JSONDecoder()
    forEachLine(of: bytes) { line, number in
      guard problem == nil, line.contains(where: { $0 > 0x20 }) else { return }
      guard let object = try? decoder.decode([String: JSONCell].self, from: Data(line)) else {
        problem = .unusable(
          "'\(place)', line \(number) is no JSON object; each line has to be one, such as {\"text\": \"…\"}.")
        return
      }
      var cells: [Int: String] = [:]
      for (name, value) in object {
        guard let text = value.text else { continue }
        let column = columns[name] ?? header.count
        if column == header.count {
          columns[name] = column
          header.append(name)
        }
        cells[column] = text
      }
      found.append((cells, number))
    }
    if let problem { throw problem }
    // Objects have no order; names in byte order are the same for every reading.
    let order = header.indices.sorted { header[$0].utf8.lexicographicallyPrecedes(header[$1].utf8) }
    let rows = found.map { record in order.map { record.cells[$0] ?? "" } }
    return (order.map { header[$0] }, .rows(rows, lines: found.map(\.line)))
  }
}

/// What one field of a JSON object holds, as the text of a cell; nil for lists, objects and null.
private struct JSONCell: Decodable {
  let text: String?

  init(from decoder: any Decoder) throws {
    guard let container = try? decoder.singleValueContainer() else {
      text = nil
      return
    }
    if let value = try? container.decode(String.self) {
      text = value
    } else if let value = try? container.decode(Bool.self) {
      text = "\(value)"
    } else if let value = try? container.decode(Int.self) {
      text = "\(value)"
    } else {
      text = (try? container.decode(Double.self)).map { "\($0)" }
    }
  }
}
