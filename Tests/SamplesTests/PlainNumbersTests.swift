import Foundation
import Testing

@testable import Samples

/// Columns of plain numbers, against the way in which other cells are read.
@Suite struct PlainNumbersTests {
  private static let plain = [
    "0", "7", "-3", "2.5", "-0.125", "0.0", "123456789012345", " 4 ", "\t-1.5", "", "NA", "nan", "?",
  ]
  private static let others = [
    "007", "-01", "1e5", ".5", "5.", "+1", "1234567890123456", "1,5", "x", "inf", "- 1", "00",
  ]

  private func columns(_ rows: [[String]]) throws -> [PlainNumbers?] {
    let header = rows[0].indices.map { "c\($0)" }.joined(separator: ";")
    let text = header + "\n" + rows.map { $0.joined(separator: ";") }.joined(separator: "\n")
    let records = try CSVReader(bytes: Array(text.utf8), file: "t.csv", separator: .semicolon).records
    return PlainNumbers.columns(at: Array(rows[0].indices), of: records)
  }

  @Test func eachCellIsReadAsByItself() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<50 {
      let rows = (0..<20).map { _ in
        (0..<4).map { _ in Self.plain[Int.random(in: Self.plain.indices, using: &random)] } + ["end"]
      }
      let found = try columns(rows)
      #expect(found[4] == nil)
      for column in 0..<4 {
        let cells = rows.map { TableCell.trimmed($0[column]) }
        let numbers = try #require(found[column])
        let expected = cells.map { TableCell.isMissing($0) ? Double.nan : TableCell.number($0) ?? 0 }
        #expect(numbers.values.map(\.bitPattern) == expected.map(\.bitPattern))
        #expect(numbers.knownCount == cells.count { !TableCell.isMissing($0) })
        #expect(numbers.areWhole == !cells.contains { $0.contains(".") })
      }
    }
  }

  @Test(arguments: others) func whatIsWrittenOtherwiseIsLeftToItsText(cell: String) throws {
    let found = try columns([["1", "1"], [cell, "2"], ["3", ""]])
    #expect(found[0] == nil)
    #expect(found[1]?.values.prefix(2) == [1, 2])
  }

  /// A column that turns out not to be plain ends nobody else's.
  @Test func columnsAreIndependent() throws {
    let found = try columns([["a", "1", "1"], ["2", "b", "2"], ["3", "3", "3"]])
    #expect(found.map { $0?.values } == [nil, nil, [1, 2, 3]])
  }

  /// Of a long file, only whole records.
  @Test(arguments: ["\n", "\r\n", "\r"]) func theBeginningOfAFileEndsWithARecord(lineBreak: String) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).csv").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let records = ["a,b"] + (0..<40).map { $0 % 3 == 0 ? "\"\($0)\(lineBreak)x\",é" : "\($0),é" }
    let text = records.map { $0 + lineBreak }.joined()
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    let whole = try CSVReader(contentsOf: path).records
    for most in 10...text.utf8.count + 1 {
      let part = try CSVReader(bytes: CSVReader.bytes(of: path, most: most), file: path).records
      #expect(part.count <= whole.count && zip(part, whole).allSatisfy { $0.fields == $1.fields })
      #expect(most <= text.utf8.count || part.count == whole.count)
    }
  }
}
