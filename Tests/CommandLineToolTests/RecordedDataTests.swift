import Foundation
import TestSupport
import Testing

/// The data that a run recorded are kept, also by commands that nobody gave them to.
@Suite struct RecordedDataTests {
  private static let small = ["--batch-size", "8", "--epochs", "2", "--threads", "1"]
  private static let text = small + ["--width", "16", "--vocabulary", "400", "--precision", "float32"]

  private func succeed(_ folder: URL, _ words: [String]) throws {
    let outcome = try SwiftletProgram.run(words, in: folder)
    try #require(outcome.code == 0, "\(words): \(outcome.errors)")
  }

  /// Runs commands that have to be refused, and looks whether a file stays as it is.
  private func expectKept(_ folder: URL, _ file: String, _ commands: [[String]]) throws {
    let place = folder.appending(path: file)
    let before = try Data(contentsOf: place)
    for words in commands {
      let outcome = try SwiftletProgram.run(words + ["--force"], in: folder)
      #expect(
        outcome.code == 2 && outcome.errors.contains("would write over") && outcome.errors.contains("choose another"),
        "\(words): \(outcome.code) \(outcome.errors)")
      #expect(try Data(contentsOf: place) == before, "\(words)")
    }
  }

  @Test func aTable() throws {
    try withTemporaryFolder { folder in
      let rows = (0..<40).map { "\($0 % 5),\($0 * $0 % 7),\($0 % 3),\($0 % 2 == 0 ? "a" : "b")\n" }
      let table = Data(("x,y,z,label\n" + rows.joined()).utf8)
      for name in ["t.csv", "other.csv"] { try table.write(to: folder.appending(path: name)) }
      try FileManager.default.linkItem(at: folder.appending(path: "t.csv"), to: folder.appending(path: "hard.html"))
      try succeed(folder, ["pretrain", "t.csv", "-o", "run", "--label-column", "label"] + Self.small)
      try succeed(
        folder,
        [
          "finetune", "run", "t.csv", "--label-column", "label", "-o", "tuned", "--epochs", "2", "--seeds", "1",
          "--only-run",
        ])
      try expectKept(
        folder, "t.csv",
        [
          ["report", "run", "-o", "t.csv"], ["report", "run", "-o", "hard.html"], ["report", "tuned", "-o", "t.csv"],
          ["report", "run", "other.csv", "-o", "t.csv"], ["embed", "run", "other.csv", "-o", "t.npy"],
          ["predict", "tuned", "other.csv", "-o", "t.csv"],
          ["suggest", "run", "other.csv", "--count", "2", "-o", "t.csv"],
        ])
    }
  }

  @Test func textsInOneFileAndInMany() throws {
    try withTemporaryFolder { folder in
      let bodies = TextCommandTests.table().split(separator: "\n").dropFirst().map {
        String($0.split(separator: ",")[2].dropFirst().dropLast())
      }
      try Data(bodies.joined(separator: "\n").utf8).write(to: folder.appending(path: "lines.txt"))
      for (number, body) in bodies.enumerated() {
        let place = folder.appending(path: "files/a")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let name = number == 0 ? "README.md" : "\(number).txt"
        try Data(body.utf8).write(to: place.appending(path: name))
      }
      try succeed(folder, ["pretrain", "lines.txt", "-o", "run"] + Self.text)
      try expectKept(folder, "lines.txt", [["report", "run", "-o", "lines.txt"]])
      try succeed(folder, ["pretrain", "files", "-o", "many"] + Self.text)
      try expectKept(
        folder, "files/a/1.txt",
        [["report", "many", "-o", "files/a/1.txt"], ["report", "many", "files", "-o", "files/a/1.txt"]])
    }
  }

  @Test func picturesThatAnExportWouldReplace() throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "data"))
      // A picture, whatever it is called.
      let file = try #require(
        try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/data").first { $0.hasSuffix(".png") })
      let picture = folder.appending(path: "data/" + file)
      try succeed(folder, ["pretrain", "data", "-o", "run"] + SwiftletProgram.tiny)
      try FileManager.default.createDirectory(at: folder.appending(path: "out"), withIntermediateDirectories: true)
      try FileManager.default.linkItem(at: picture, to: folder.appending(path: "out/README.md"))
      try expectKept(folder, "out/README.md", [["export", "run", "-o", "out"]])
    }
  }
}
