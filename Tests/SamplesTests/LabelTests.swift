import Foundation
import TestSupport
import Testing

@testable import Samples

private func files(_ folder: TemporaryFolder, _ names: [String]) throws -> FileList {
  for name in names { try folder.write(name) }
  return try FileScan([folder.path], extensions: ["png"], lookedFor: "pictures").files
}

struct LabelTests {
  @Test func subfoldersAreLabelsIfEverySampleHasOne() throws {
    let folder = try TemporaryFolder()
    let all = try files(folder, ["cats/1.png", "cats/old/2.png", "dogs/1.png"])
    let labels = try #require(Labels(foldersOf: all))
    #expect(labels.classes == ["cats", "dogs"])
    #expect(labels.classIndices == [0, 0, 1])
    #expect(!labels.hasSplits)
    try folder.write("stray.png")
    #expect(Labels(foldersOf: try files(folder, [])) == nil)
    let one = try TemporaryFolder()
    #expect(Labels(foldersOf: try files(one, ["all/1.png", "all/2.png"])) == nil)
    // Each of several roots has its classes below it.
    let roots = try FileScan(
      [folder.path + "/cats", folder.path + "/dogs"], extensions: ["png"], lookedFor: "pictures")
    #expect(Labels(foldersOf: roots.files) == nil)
  }

  @Test func wholeNumbersAreOrderedAsSuch() {
    #expect(Labels(["10", "9", nil, "-1", "9"]).classes == ["-1", "9", "10"])
    #expect(Labels(["10", "9", nil, "-1", "9"]).classIndices == [2, 1, nil, 0, 1])
    #expect(Labels(["10", "9", "x"]).classes == ["10", "9", "x"])
    #expect(Labels(["1", "01", "2"]).classes == ["01", "1", "2"])
    #expect(Labels([nil, nil]).classes == [])
  }

  @Test(arguments: [";", "\t"]) func otherSeparatorsAreFound(separator: String) throws {
    let folder = try TemporaryFolder()
    let all = try files(folder, ["a.png", "b, c.png"])
    let text = "path|label\na.png|x\nb, c.png|y, z\n".replacing("|", with: separator)
    let labels = try Labels(csv: folder.write("labels.csv", text), for: all)
    #expect(labels.classes == ["x", "y, z"] && labels.classIndices == [0, 1])
  }

  @Test func csvRowsFindTheirSamples() throws {
    let folder = try TemporaryFolder()
    let all = try files(folder, ["data/a.png", "data/b.png", "data/c d.png", "data/e.png", "data/f.png", "data/g.png"])
    try folder.write("data/notes.txt")
    try folder.link("data/z-link.png", to: "e.png")
    let csv = try folder.write(
      "data/labels.csv",
      "\u{FEFF}extra,split,label,path\r\n"
        + "1,train,good,a.png\r\n"
        + "2,test,\"bad, very\",./../data/b.png\r\n"
        + "3,,good,\"c d.png\"\r\n"
        + "4,validation,good,\(folder.path)/data/e.png\r\n"
        + "5,train,good,data/f.png\r\n"
        + "6,train,ignored,notes.txt\r\n")
    let labels = try Labels(csv: csv, for: all)
    #expect(labels.classes == ["bad, very", "good"])
    #expect(labels.classIndices == [1, 0, 1, 1, 1, nil])
    #expect(labels.splits == [.train, .test, nil, .validation, .train, nil])
    #expect(labels.samples(in: .train) == [0, 4])
    #expect(labels.samples(in: .test) == [1])
    #expect(labels.samples(in: .validation) == [3])
    #expect(labels.labelledSamples == [0, 1, 2, 3, 4])
    let stored = try JSONDecoder().decode(Labels.self, from: JSONEncoder().encode(labels))
    #expect(stored == labels)
    // If the CSV is elsewhere, paths are relative to the root of the data.
    let other = try TemporaryFolder()
    let outside = try other.write("labels.csv", "path,label\ndata/a.png,x\n")
    #expect(try Labels(csv: outside, for: all).classIndices == [0, nil, nil, nil, nil, nil])
  }

  @Test(
    arguments: [
      (
        "path,label\na.png,x\nmissing.png,y\n", 3,
        "'F', line 3: there is no file 'missing.png'; paths count from the folder of the CSV or of the data."
      ),
      (
        "path,label\n,x\n", 2,
        "'F', line 2: there is no file ''; paths count from the folder of the CSV or of the data."
      ),
      ("path,label\na.png,x\n./a.png,y\n", 3, "'F', line 3: './a.png' already has a label, on line 2."),
      ("file,class\na.png,x\n", 1, "'F', line 1: the header lacks 'path', 'label'; its columns are 'file', 'class'."),
      ("path|label\na.png|x\n", 1, "'F', line 1: the header lacks 'path', 'label'; its columns are 'path|label'."),
      ("path,label,split\na.png,x,val\n", 2, "'F', line 2: the split 'val' is not one of train, validation, test."),
      ("path,label\na.png\n", 2, "'F', line 2 has 1 field where the header has 2."),
      ("", nil, "'F' is empty: it needs a header that names its columns."),
    ] as [(String, Int?, String)])
  func faultsNameFileAndLine(text: String, line: Int?, sentence: String) throws {
    let folder = try TemporaryFolder()
    let all = try files(folder, ["a.png", "b.png"])
    let csv = try folder.write("labels.csv", text)
    let error = #expect(throws: CSVError.self) { try Labels(csv: csv, for: all) }
    #expect(error?.line == line)
    #expect(error?.description == sentence.replacingOccurrences(of: "F'", with: csv + "'"))
  }
}
