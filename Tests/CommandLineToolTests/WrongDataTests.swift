import Foundation
import TestSupport
import Testing

/// Data and labels that are none: one sentence with the place, code 1, and no run left behind.
@Suite struct WrongDataTests {
  /// Refused by `pretrain` with a sentence that holds `sentence`; no run comes to be.
  private func expectRefusal(
    of data: String, in folder: URL, _ sentence: String, options: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try SwiftletProgram.run(
      ["pretrain", data, "--run", "new"] + SwiftletProgram.tiny + options, in: folder)
    #expect(outcome.code == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)", sourceLocation: sourceLocation)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("new") }
    #expect(left.isEmpty, sourceLocation: sourceLocation)
  }

  @Test func foldersWithoutData() throws {
    try withTemporaryFolder { folder in
      let manager = FileManager.default
      for name in ["empty", "text", "one"] {
        try manager.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
      }
      try Data("not a picture".utf8).write(to: folder.appending(path: "text/a.jpg"))
      try drawPictures(in: folder.appending(path: "drawn"))
      try manager.copyItem(
        at: folder.appending(path: "drawn/class0/0.png"), to: folder.appending(path: "one/only.png"))
      try expectRefusal(of: "nowhere", in: folder, "There is no file or folder 'nowhere'")
      try expectRefusal(of: "empty", in: folder, "There is no data in 'empty'")
      try expectRefusal(of: "text", in: folder, "The only candidate")
      try expectRefusal(of: "one", in: folder, "Only 1 sample")
      try expectRefusal(of: "one/only.png", in: folder, "Only 1 sample")
      try expectRefusal(
        of: "drawn", in: folder, "--batch-size 25 is more than the 24 samples to train on",
        options: ["--batch-size", "25"])
      try expectRefusal(of: "drawn", in: folder, "--device mps", options: ["--device", "mps"])
    }
  }

  @Test(arguments: [
    ("path,label\nmissing.png,a\n", "'labels.csv', line 2: there is no file 'missing.png'"),
    ("path,label\ndrawn/class0/0.png,a\ndrawn/class0/0.png,b\n", "line 3: 'drawn/class0/0.png' already has a label"),
    ("file,class\na,b\n", "line 1: the header lacks 'path', 'label'; its columns are 'file', 'class'"),
    ("path,label\ndrawn/class0/0.png,a,b\n", "line 2 has 3 fields where the header has 2"),
    ("path,label\n\"drawn", "line 2: a quoted field begins here and never ends"),
    ("", "'labels.csv' is empty"),
  ])
  func labelFiles(_ text: String, _ sentence: String) throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "drawn"), perClass: 2)
      try Data(text.utf8).write(to: folder.appending(path: "labels.csv"))
      try expectRefusal(of: "drawn", in: folder, sentence, options: ["--labels", "labels.csv"])
    }
  }

  @Test func labelFilesThatCannotBeRead() throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "drawn"), perClass: 2)
      try Data(Array("path,label\ndrawn/class0/0.png,".utf8) + [0xFF, 0xFE, 10]).write(
        to: folder.appending(path: "labels.csv"))
      try expectRefusal(
        of: "drawn", in: folder, "'labels.csv', line 2 is not UTF-8 text", options: ["--labels", "labels.csv"])
      try expectRefusal(of: "drawn", in: folder, "'none.csv' cannot be read", options: ["--labels", "none.csv"])
      try expectRefusal(of: "drawn", in: folder, "'drawn' cannot be read", options: ["--labels", "drawn"])
    }
  }

  /// For commands that judge and export, with a run that is sound.
  @Test func otherCommands() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "drawn"), folder.appending(path: "run"))
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, run, ["--epochs", "1"]).code == 0)
      try FileManager.default.createDirectory(
        at: folder.appending(path: "empty.npy"), withIntermediateDirectories: true)
      let oneClass = try FileManager.default.subpathsOfDirectory(atPath: data.path).filter { $0.hasSuffix(".png") }
      try Data((["path,label"] + oneClass.map { "drawn/\($0),a" }).joined(separator: "\n").utf8).write(
        to: folder.appending(path: "one.csv"))
      let requests: [([String], String)] = [
        (["evaluate", "run", "nowhere"], "There is no file or folder 'nowhere'"),
        (["evaluate", "run", "empty.npy"], "There is no data in 'empty.npy'"),
        (
          ["evaluate", "run", "drawn/class0"],
          "the data have no labels of classes: give a file with the columns path and label (--labels FILE)"
        ),
        (["evaluate", "run", "drawn", "--labels", "one.csv"], "all labels say 'a'"),
        (["evaluate", "one.csv", "drawn"], "one.csv is not a run of Swiftlet: it is a file"),
        (["evaluate", "drawn", "drawn"], "drawn is not a run of Swiftlet: it holds no configuration.json"),
        (["embed", "run", "nowhere", "-o", "out.npy"], "There is no file or folder 'nowhere'"),
        (["embed", "run", "drawn", "-o", "one.csv/sub/out.npy"], "cannot write one.csv/sub/out.npy: Not a directory"),
        (["embed", "run", "drawn", "-o", "empty.npy"], "cannot write empty.npy: it is a folder"),
        (["embed", "run", "drawn", "-o", "one.csv/out.npy"], "is no folder"),
        (["embed", "one.csv", "drawn", "-o", "out.npy"], "one.csv is not a run of Swiftlet"),
        (["resume", "one.csv"], "one.csv is not a run of Swiftlet: it is a file"),
        (["resume", "nowhere"], "nowhere is not a run of Swiftlet: there is no such folder"),
        (["pretrain", "drawn", "--run", "run"], "run is a run already; go on with it (swiftlet resume run)"),
        (["pretrain", "drawn", "--run", "drawn"], "drawn has other things in it; choose another folder"),
        (["pretrain", "drawn", "--run", "one.csv"], "one.csv is a file; choose another folder"),
        (["pretrain", "drawn", "--run", "one.csv/run"], "cannot write one.csv/run"),
      ]
      for (arguments, sentence) in requests {
        let outcome = try SwiftletProgram.run(arguments, in: folder)
        #expect(outcome.code == 1, "\(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains(sentence), "\(arguments): \(outcome.errors)")
        #expect(outcome.output.isEmpty)
      }
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "out.npy").path))
    }
  }
}
