import Foundation
import Testing

@testable import Samples

private func read(_ text: String) throws -> CSVReader { try CSVReader(bytes: Array(text.utf8), file: "t.csv") }

private func problem(_ bytes: [UInt8]) -> CSVError? {
  do {
    _ = try CSVReader(bytes: bytes, file: "t.csv")
    return nil
  } catch {
    return error
  }
}

struct CSVReaderTests {
  @Test(arguments: ["\n", "\r\n", "\r"]) func plainTables(lineBreak: String) throws {
    for end in ["", lineBreak, lineBreak + lineBreak] {
      let table = try read(["a,b", "1,2", "", ",", "é,👩‍👩‍👧"].joined(separator: lineBreak) + end)
      #expect(table.header == ["a", "b"])
      #expect(table.records.map { Array($0.fields) } == [["1", "2"], ["", ""], ["é", "👩‍👩‍👧"]])
      #expect(table.records.map(\.line) == [2, 4, 5])
    }
  }

  @Test func quotedFields() throws {
    let table = try read("\u{FEFF}\"a\",\"b\"\"c\"\r\n\"x, y\",\"two\r\nlines\"\n\"\",5' 3\"\n\"\"\"\",\" \"\n")
    #expect(table.header == ["a", "b\"c"])
    #expect(table.records.map { Array($0.fields) } == [["x, y", "two\r\nlines"], ["", "5' 3\""], ["\"", " "]])
    #expect(table.records.map(\.line) == [2, 4, 5])
  }

  /// Python's csv module reads what this writes as the same table.
  @Test func anyTableSurvives() throws {
    let alphabet = ["a", ",", "\"", "\n", "\r", "\r\n", " ", "é", "\u{0}", ""]
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      let columns = Int.random(in: 1...4, using: &generator)
      let rows = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
        (0..<columns).map { _ in
          (0..<Int.random(in: 0...4, using: &generator)).map { _ in alphabet.randomElement(using: &generator) ?? "" }
            .joined()
        }
      }
      let header = (0..<columns).map { "column \($0)" }
      let text = ([header] + rows).map { row in
        row.map { "\"" + $0.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\r\n"
      }.joined()
      let table = try read(text)
      #expect(table.header == header && table.records.map { Array($0.fields) } == rows)
    }
  }

  @Test func everyFaultNamesItsLine() {
    func at(_ line: Int?, _ problem: CSVError.Problem) -> CSVError {
      CSVError(file: "t.csv", line: line, problem: problem)
    }
    #expect(problem([]) == at(nil, .noHeader))
    #expect(problem(Array("\u{FEFF}\r\n\n".utf8)) == at(nil, .noHeader))
    #expect(problem(Array("a,b,a\n1,2,3".utf8)) == at(1, .repeatedColumn("a")))
    #expect(problem(Array("a,b\n1,2\n\n1\n".utf8)) == at(4, .ragged(expected: 2, found: 1)))
    #expect(problem(Array("a,b\n1,2,3\n".utf8)) == at(2, .ragged(expected: 2, found: 3)))
    #expect(problem(Array("a,b\n\"x\ny\",2\n1,2,\n".utf8)) == at(4, .ragged(expected: 2, found: 3)))
    #expect(problem(Array("a,b\n1,2\n\"1,2\n3,4\n".utf8)) == at(3, .unclosedQuote))
    #expect(problem(Array("a,b\n\"1\"x,2\n".utf8)) == at(2, .textAfterQuote))
    #expect(problem(Array("a\n".utf8) + [0xE9, 0x0A]) == at(2, .notUTF8))
    #expect(problem(Array("a\nb\n\"".utf8) + [0xC3] + Array("\"\n".utf8)) == at(3, .notUTF8))
    // UTF-16, as a spreadsheet may save it.
    #expect(problem([0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00]) == at(1, .notUTF8))
    #expect(problem(Array("a,b\n1\n".utf8))?.description == "'t.csv', line 2 has 1 field where the header has 2.")
    #expect(throws: CSVError.self) { try CSVReader(contentsOf: "/nowhere/labels.csv") }
    #expect(throws: CSVError(file: "/", line: nil, problem: .unreadable(reason: "it is a folder; name a file"))) {
      try CSVReader(contentsOf: "/")
    }
  }

  @Test func anyBytesAreReadOrRefused() {
    var generator = SystemRandomNumberGenerator()
    let bytes: [UInt8] = [0x22, 0x22, 0x2C, 0x0A, 0x0D, 0x61, 0xC3, 0xA9, 0xEF, 0xBB, 0xBF, 0x00]
    for length in 0..<200 {
      _ = problem((0..<length).map { _ in bytes.randomElement(using: &generator) ?? 0 })
    }
  }
}
