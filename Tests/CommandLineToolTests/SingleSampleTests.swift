import Foundation
import TestSupport
import Testing

/// Data of one sample: enough to be embedded, predicted and searched for, too few to learn from or to judge by.
@Suite struct SingleSampleTests {
  /// A run, and data of one sample.
  private func make(_ kind: String, in folder: URL) throws -> (data: String, all: String) {
    switch kind {
    case "picture":
      try drawPictures(in: folder.appending(path: "data"))
      let trained = try SwiftletProgram.pretrain(folder.appending(path: "data"), folder.appending(path: "run"))
      try #require(trained.code == 0, "\(trained.errors)")
      return ("data/class0/3.png", "data")
    case "table":
      _ = try TableCommandTests.pretrained(in: folder)
      let lines = try SwiftletProgram.lines(folder, "records.csv")
      try Data((lines[0] + "\n" + lines[1] + "\n").utf8).write(to: folder.appending(path: "one.csv"))
      return ("one.csv", "records.csv")
    default:
      let lines = (0..<40).map { "a note number \($0) on \(["pumps", "belts", "doors"][$0 % 3]) and the like\n" }
      try Data(lines.joined().utf8).write(to: folder.appending(path: "notes.txt"))
      try Data(lines[0].utf8).write(to: folder.appending(path: "one.txt"))
      let trained = try SwiftletProgram.run(
        ["pretrain", "notes.txt", "--kind", "text", "-o", "run", "--epochs", "1", "--threads", "1"], in: folder)
      try #require(trained.code == 0, "\(trained.errors)")
      return ("one.txt", "notes.txt")
    }
  }

  @Test(arguments: ["picture", "table", "text"]) func isEmbedded(_ kind: String) throws {
    try withTemporaryFolder { folder in
      let (data, all) = try make(kind, in: folder)
      let outcome = try SwiftletProgram.run(["embed", "run", data, "-o", "single.npy"], in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(try SwiftletProgram.lines(folder, "single.csv").count == 2)
      // The same vector as among others: the oracle.
      #expect(try SwiftletProgram.run(["embed", "run", all, "-o", "all.npy"], in: folder).code == 0)
      let (one, many) = (try vectors(folder, "single"), try vectors(folder, "all"))
      #expect(one.count == 1 && many.contains { zip($0, one[0]).allSatisfy { abs($0 - $1) < 1e-4 } })
    }
  }

  private func vectors(_ folder: URL, _ name: String) throws -> [[Float]] {
    let data = try Data(contentsOf: folder.appending(path: name + ".npy"))
    let values = data.dropFirst(128).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    let header = String(decoding: data.prefix(128), as: UTF8.self)
    let shape = try #require(header.firstMatch(of: #/\((\d+), (\d+)\)/#))
    let (count, width) = (try #require(Int(shape.1)), try #require(Int(shape.2)))
    return (0..<count).map { Array(values[$0 * width..<($0 + 1) * width]) }
  }

  @Test func isPredicted() throws {
    try withTemporaryFolder { folder in
      let (data, _) = try make("picture", in: folder)
      let tuned = try SwiftletProgram.run(
        ["finetune", "run", "data", "--epochs", "2", "--only-run", "-o", "tuned"], in: folder)
      #expect(tuned.code == 0, "\(tuned.errors)")
      let outcome = try SwiftletProgram.run(["predict", "tuned", data, "-o", "p.csv"], in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(try SwiftletProgram.lines(folder, "p.csv").count == 2)
    }
  }

  /// What cannot be said of one sample is refused in a sentence, and nothing traps.
  @Test func otherCommandsSayThatItIsTooFew() throws {
    try withTemporaryFolder { folder in
      let (data, _) = try make("picture", in: folder)
      let labels = folder.appending(path: "labels.csv")
      try Data("path,label\n\(data),a\n".utf8).write(to: labels)
      for arguments in [
        ["evaluate", "run", data], ["evaluate", "run", data, "--labels", "labels.csv"],
        ["finetune", "run", data, "--labels", "labels.csv", "--epochs", "1"],
        ["curve", "run", data, "--labels", "labels.csv"], ["transfer", "run", data],
        ["robustness", "run", data, "--labels", "labels.csv"], ["predict", "run", data, "-o", "p.csv"],
        ["predict", "run", data, "--labels", "labels.csv", "-o", "p.csv"], ["suggest", "run", data, "--count", "1"],
        ["pretrain", data, "-o", "other"],
      ] {
        let outcome = try SwiftletProgram.run(arguments, in: folder)
        let isSuggestion = arguments[0] == "suggest"
        #expect(isSuggestion ? [0, 1].contains(outcome.code) : outcome.code == 1, "\(arguments): \(outcome)")
        #expect(
          outcome.code == 0 || outcome.errors.split(separator: "\n").last?.hasPrefix("error: ") == true,
          "\(arguments): \(outcome.errors)")
      }
    }
  }
}
