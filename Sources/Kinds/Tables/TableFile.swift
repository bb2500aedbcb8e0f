import Foundation
import Samples

/// A table on disk, as text: `try TableFile("records.csv")`. The first line names the columns; each other line is a
/// sample.
package struct TableFile: Sendable {
  /// By this a run recognises whether a file has changed.
  package struct Fingerprint: Codable, Sendable, Equatable {
    package let byteCount: Int
    /// The 64-bit FNV-1a hash of the bytes in hexadecimal (Fowler, Noll, Vo). It detects mistakes, not attacks.
    package let hash: String

    init(_ bytes: [UInt8]) {
      byteCount = bytes.count
      hash = String(Samples.fingerprint(of: bytes), radix: 16)
    }
  }

  /// Absolute, without symbolic links.
  package let path: String
  /// The path as the user wrote it, for errors.
  let place: String
  package let fingerprint: Fingerprint
  /// Without spaces around names; `cell` gives cells without them too.
  package let header: [String]
  /// As they are written.
  package let records: CSVRecords
  /// How many known cells of each column had white space around them.
  let trimmedCounts: [Int]
  let separator: CSVReader.Separator

  static let extensions: Set<String> = ["csv", "tsv", "tab"]
  static let lookedFor = "table rows"

  /// Whether a place is a table file, judged by its name, and not a folder or a picture.
  package static func isTable(_ place: String) -> Bool {
    let name = place.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), extensions.contains(name[name.index(after: dot)...].lowercased()) else {
      return false
    }
    return resolve(place).map { !$0.isFolder } ?? true
  }

  /// - Throws: `DatasetError.noSuchFile`; `.unusable` for a folder; `.table` with the line at which the file is not a table; `.tooFewSamples`.
  package init(_ place: String) throws(DatasetError) {
    guard let (path, isFolder) = resolve(place) else { throw .noSuchFile(path: place) }
    guard !isFolder else {
      throw .unusable("'\(place)' is a folder; table rows are read from one CSV or TSV file, so name that file.")
    }
    do throws(CSVError) {
      let bytes = try CSVReader.bytes(of: path)
      fingerprint = Fingerprint(bytes)
      separator = CSVReader.separator(of: bytes)
      let reader = try CSVReader(bytes: bytes, file: place, separator: separator)
      let header = reader.header.map(TableCell.trimmed)
      if let unnamed = header.firstIndex(of: "") {
        throw CSVError(file: place, line: 1, problem: .unnamedColumn(number: unnamed + 1))
      }
      if let repeated = Self.firstRepeated(header) {
        throw CSVError(file: place, line: 1, problem: .repeatedColumn(repeated))
      }
      self.path = path
      self.place = place
      self.header = header
      var trimmedCounts = [Int](repeating: 0, count: header.count)
      for row in reader.records.indices {
        for place in header.indices where reader.records.mayHaveSpace(row, place) {
          let written = reader.records.field(row, place)
          let cell = TableCell.trimmed(written)
          if cell.utf8.count != written.utf8.count, !TableCell.isMissing(cell) { trimmedCounts[place] += 1 }
        }
      }
      records = reader.records
      self.trimmedCounts = trimmedCounts
    } catch {
      throw .table(error)
    }
    guard records.count >= 1 else { throw .tooFewSamples(count: 0, lookedFor: Self.lookedFor) }
  }

  package var count: Int { records.count }

  /// A cell without white space around it.
  func cell(_ row: Int, _ place: Int) -> String { TableCell.trimmed(records.field(row, place)) }

  /// Several places are an error if one is a table, because their columns could not be joined.
  package static func single(among places: [String]) throws(DatasetError) -> TableFile {
    guard let place = places.first, places.count == 1 else { throw .notOneTable(places: places) }
    return try TableFile(place)
  }

  func error(_ problem: CSVError.Problem, row: Int? = nil) -> DatasetError {
    .table(CSVError(file: place, line: row.map(records.line), problem: problem))
  }

  private static func firstRepeated(_ names: [String]) -> String? {
    var seen: Set<String> = []
    return names.first { !seen.insert($0).inserted }
  }
}
