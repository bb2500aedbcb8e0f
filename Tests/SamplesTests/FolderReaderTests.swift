import Foundation
import TestSupport
import Testing

@testable import Samples

/// Names of files are bytes.
@Suite struct FolderReaderTests {
  /// A file whose name is not UTF-8; false where the file system refuses such names.
  private func write(_ bytes: [UInt8], in folder: String) -> Bool {
    let path = (Array(folder.utf8) + [UInt8(ascii: "/")] + bytes + [0]).map { CChar(bitPattern: $0) }
    let file = open(path, O_CREAT | O_WRONLY, 0o644)
    guard file >= 0 else { return false }
    close(file)
    return true
  }

  @Test func twoFormsOfUnicodeAreTwoFiles() throws {
    let folder = try TemporaryFolder()
    for name in ["caf\u{E9}.png", "cafe\u{301}.png", "x.png"] { try folder.write(name) }
    let found = try FileManager.default.contentsOfDirectory(atPath: folder.path).count
    let scan = try FileScan([folder.path], extensions: ["png"], lookedFor: "pictures")
    #expect(scan.files.count == found && scan.skipped.isEmpty)
    let csv = try folder.write("labels.csv", "path,label\ncaf\u{E9}.png,composed\ncafe\u{301}.png,decomposed\n")
    let labels = try Labels(csv: csv, for: scan.files)
    for (name, label) in zip(scan.files.names, labels.classIndices) {
      if name == "x.png" { continue }
      let isComposed = ExactText(name) == ExactText("caf\u{E9}.png")
      #expect(label.map { labels.classes[$0] } == (isComposed ? "composed" : "decomposed"))
    }
  }

  @Test func aNameThatIsNotUTF8IsCountedWithAReason() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.png")
    guard write(Array("caf".utf8) + [0xE9] + Array(".png".utf8), in: folder.path),
      write([0xFF] + Array(".txt".utf8), in: folder.path)
    else { return }
    let scan = try FileScan([folder.path], extensions: ["png"], lookedFor: "pictures")
    #expect(scan.files.names == ["a.png"])
    #expect(scan.skipped.map(\.name) == ["caf\\xE9.png"])
    #expect(scan.skipped.first?.reason == FileName.notUTF8)
    #expect(FileName.notUTF8.contains("convmv"))
  }

  @Test func escapedNamesCanBeReadBack() {
    func escaped(_ bytes: [UInt8]) -> String { FileName(bytes).escaped }
    #expect(escaped(Array("é\\x".utf8)) == "é\\\\x")
    #expect(escaped([0x61, 0xC3]) == "a\\xC3" && escaped([0x0E, 0x80]) == "\u{0E}\\x80")
    #expect(FileName([0xE9]).text == nil && FileName(Array("é".utf8)).text == "é")
    #expect(FileName(Array(".x".utf8)).isHidden)
  }
}
