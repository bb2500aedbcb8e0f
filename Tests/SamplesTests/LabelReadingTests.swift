import Foundation
import TestSupport
import Testing

@testable import Samples

/// One rule for labels, wherever they are written.
@Suite struct LabelReadingTests {
  @Test func whiteSpaceDoesNotCountAndSomeWordsMeanNoLabel() {
    let written: [String?] = [
      "a", "a ", "\u{A0}a\t", "", "  ", "NA", "na", "n/a", "NaN", "null", "?", "#N/A", "b", nil,
    ]
    let reading = LabelReading(written, absent: "not in labels.csv")
    #expect(reading.labels.map { $0 ?? "-" } == ["a", "a", "a"] + [String](repeating: "-", count: 9) + ["b", "-"])
    #expect(
      reading.notes == [
        "10 of 14 samples have no label (2 blank, 1 '#N/A', 1 '?', 1 'NA', 1 'NaN', 1 'n/a' and 3 more); if '#N/A' is a "
          + "class, give it another name.",
        "2 labels have white space around them, which does not count.",
      ])
  }

  @Test func noneIsAClassAndThisIsSaid() {
    let reading = LabelReading(["None", "x", "None"], absent: "not in labels.csv")
    #expect(reading.labels == ["None", "x", "None"])
    #expect(
      reading.notes == [
        "'None' counts as a class, of 2 samples; if it means that there is no label, leave their labels empty."
      ])
  }

  @Test func formsOfUnicodeAreOneClassAndCapitalsAreTwo() {
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    let reading = LabelReading([composed, decomposed, "Cat", "cat"], absent: "")
    let bytes = reading.labels.map { Array(($0 ?? "").utf8) }
    #expect(bytes == [composed, composed, "Cat", "cat"].map { Array($0.utf8) })
    #expect(
      reading.notes == [
        "Written in more than one Unicode form, and one class each: '\(composed)'.",
        "Different classes, though only by capital letters: 'Cat' and 'cat'.",
      ])
    #expect(LabelReading(["a", "b"], absent: "").notes == [])
  }

  @Test func filesAndFoldersFollowTheRule() throws {
    let folder = try TemporaryFolder()
    for name in ["a/1.png", "a /2.png", "NA/3.png", "b/4.png"] { try folder.write("data/" + name) }
    let files = try FileScan([folder.path("data")], extensions: ["png"], lookedFor: "pictures").files
    let ofFolders = try #require(Labels(foldersOf: files))
    #expect(ofFolders.classes == ["a", "b"])
    #expect(zip(files.names, ofFolders.classIndices).first { $0.0 == "NA/3.png" }?.1 == nil)
    #expect(
      ofFolders.notes == [
        "1 of 4 samples has no label (1 'NA'); if 'NA' is a class, give it another name.",
        "1 label has white space around it, which does not count.",
      ])
    let csv = try folder.write("labels.csv", "path, label, split\ndata/a/1.png, a , train \ndata/NA/3.png,,\n")
    let ofFile = try Labels(csv: csv, for: files)
    #expect(ofFile.classes == ["a"] && ofFile.samples(in: .train).count == 1)
    #expect(ofFile.notes.first == "3 of 4 samples have no label (1 blank, 2 not in labels.csv).")
  }

  @Test func partsOfALabelFollowTheRule() throws {
    let targets = try #require(Targets(Labels(LabelReading(["x; y", "NA;x", "y"], absent: ""))))
    #expect(targets.kind == .anyOf(["x", "y"]))
    #expect((0..<3).map { targets.row(of: $0) } == [[1, 1], [1, 0], [0, 1]])
  }
}
