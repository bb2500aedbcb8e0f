import Foundation
import Testing

@testable import Samples

/// Long tables, and the fast ways that they are read in.
@Suite struct CSVSizeTests {
  @Test func shortNumbersAreReadToTheSameBits() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let digits = String(UInt64.random(in: 0...999_999_999_999_999, using: &random))
      let point = Int.random(in: 0...digits.count, using: &random)
      let sign = ["", "-"][Int.random(in: 0...1, using: &random)]
      let text =
        sign + (point == 0 ? "0" : String(digits.prefix(point)))
        + (point < digits.count ? "." + digits.dropFirst(point) : "")
      #expect(TableCell.number(text)?.bitPattern == strtod(text, nil).bitPattern, "\(text)")
    }
    #expect(DecimalNumber.exact("-12.5") == -12.5)
    #expect(DecimalNumber.exact("-0")?.sign == .minus)
    for other in ["", "-", ".", "5.", ".5", "1e3", "+1", "1-", "1.2.3", "--1", "1234567890123456", "0x10", "nan", "１"] {
      #expect(DecimalNumber.exact(other) == nil, "\(other)")
    }
  }

  /// Fields are moved together among the bytes of the file: what is quoted becomes shorter than it was written.
  @Test func quotesBeforeLongFieldsMoveNothingElse() throws {
    let long = String(repeating: "ä,", count: 500)
    let text = "\u{FEFF}a,b\n" + (0..<300).map { "\"\"\"\($0)\"\"\",\"\(long)\($0)\"\n" }.joined()
    let table = try CSVReader(bytes: Array(text.utf8), file: "t.csv")
    #expect(table.records.count == 300)
    for row in 0..<300 {
      #expect(Array(table.records[row].fields) == ["\"\(row)\"", "\(long)\(row)"])
      #expect(table.records.line(of: row) == row + 2)
    }
  }

  @Test func aFileIsReadInParts() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).csv").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let bytes = Array(("a,b\n" + (0..<900_000).map { "\($0),0.5\n" }.joined()).utf8)
    #expect(bytes.count > 8 << 20)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(try CSVReader.bytes(of: path) == bytes)
    let table = try CSVReader(contentsOf: path)
    #expect(table.records.count == 900_000 && table.records[899_999].fields[0] == "899999")
  }

  @Test func hashesOfFilesAreThoseOfTheirBytes() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).bin").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(FileStamp(of: path, hashed: true)?.hash == fingerprint(of: bytes))
  }
}
