import Foundation
import TestSupport
import Testing

/// Folders as people write them.
@Suite struct PathTests {
  private func contents(_ folder: URL) -> Set<String> {
    Set((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
  }

  @Test func slashesParentsHomesAndEmptyFolders() throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "my photos"))
      let manager = FileManager.default
      let (mine, home) = (folder.appending(path: "mine"), folder.appending(path: "home"))
      for place in [mine, home] { try manager.createDirectory(at: place, withIntermediateDirectories: true) }
      let node = try manager.attributesOfItem(atPath: mine.path)[.systemFileNumber] as? Int

      for (place, run) in [("mine/", "mine"), ("new/sub/", "new/sub"), ("~/x", "home/x")] {
        let outcome = try SwiftletProgram.run(
          ["pretrain", "my photos/", "--run=\(place)"] + SwiftletProgram.tiny, in: folder,
          environment: ["HOME": home.path])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(contents(folder.appending(path: run)).contains("configuration.json"))
      }
      // The folder that was there is used, and not another put in its place.
      #expect(try manager.attributesOfItem(atPath: mine.path)[.systemFileNumber] as? Int == node)
      #expect(contents(folder) == ["my photos", "mine", "new", "home"])
      let tuned = try SwiftletProgram.run(
        "finetune", "mine/", "my photos", "--epochs", "2", "--only-run", "--output", "a b/tuned/", in: folder)
      #expect(tuned.code == 0 && tuned.errors.contains("swiftlet predict 'a b/tuned' DATA"), "\(tuned.errors)")
    }
  }

  @Test func anEmptyFolderOutlivesAFailure() throws {
    try withTemporaryFolder { folder in
      let (data, mine) = (folder.appending(path: "data"), folder.appending(path: "mine"))
      try drawPictures(in: data)
      try FileManager.default.createDirectory(at: mine, withIntermediateDirectories: true)
      // Files that look right until they are decoded: a run is made, and nothing comes of it.
      for place in try FileManager.default.subpathsOfDirectory(atPath: data.path) where place.hasSuffix(".png") {
        let file = data.appending(path: place)
        try Data(contentsOf: file).prefix(60).write(to: file)
      }
      let outcome = try SwiftletProgram.pretrain(data, mine)
      #expect(outcome.code == 1, "\(outcome.errors)")
      #expect(FileManager.default.fileExists(atPath: mine.path) && contents(mine).isEmpty, "\(contents(mine))")
      let other = try SwiftletProgram.pretrain(data, folder.appending(path: "other"))
      #expect(other.code == 1 && !contents(folder).contains("other"))
    }
  }

  /// The commands that the program suggests can be run as they stand.
  @Test(arguments: ["-dash2", "a b'c", "line\nfeed"]) func suggestedCommandsCanBeRun(_ name: String) throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "photos"))
      let trained = try SwiftletProgram.run(
        ["pretrain", "photos", "--output=\(name)"] + SwiftletProgram.tiny, in: folder)
      #expect(trained.code == 0 && contents(folder).contains(name), "\(trained.errors)")
      let line = try #require(trained.errors.split(separator: "\n").first { $0.hasPrefix("  swiftlet report ") })
      let words = line.dropFirst("  swiftlet".count)
      let said = try shell("\"$1\"\(words)", in: folder)
      #expect(said.code == 0 && contents(folder.appending(path: name)).contains("report.html"), "\(said.errors)")
    }
  }

  /// Such a name would be read as another, and the file get that other name.
  @Test func aNameThatIsNotUTF8IsRefused() throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "photos"))
      try #require(
        try SwiftletProgram.run(["pretrain", "photos", "-o", "run"] + SwiftletProgram.tiny, in: folder).code == 0)
      let before = contents(folder)
      for arguments in [
        #"embed run photos -o $'caf\xE9.npy'"#, #"predict run photos -o $'caf\xE9.csv'"#,
        #"pretrain photos -o $'r\xFF'"#,
        #"embed run $'\xE9/p' -o x.npy"#, #"$'\xE9'"#, #"report run --output=$'caf\xE9.html'"#,
      ] {
        let said = try shell("\"$1\" \(arguments)", in: folder)
        #expect(said.code == 2, "\(arguments): \(said.errors)")
        let start = arguments.contains("\\xFF") ? "error: the argument 'r\\xFF' is not UTF-8" : "\\xE9"
        #expect(said.errors.contains(start) && said.errors.contains("is not UTF-8"), "\(said.errors)")
        #expect(said.errors.split(separator: "\n").count == 1)
      }
      #expect(contents(folder) == before)
    }
  }

  /// - Parameter script: of bash; $1 is the program.
  private func shell(_ script: String, in folder: URL) throws -> (code: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", script, "bash", SwiftletProgram.path]
    process.currentDirectoryURL = folder
    (process.standardInput, process.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: said, as: UTF8.self))
  }

  @Test func anEmptyPathIsRefused() throws {
    for words in [["pretrain", "x", "--run", ""], ["pretrain", ""], ["embed", "run", "x", "-o", ""]] {
      let outcome = try SwiftletProgram.run(words)
      #expect(outcome.code == 2 && outcome.errors.contains("is not the path of a file or folder"), "\(outcome.errors)")
    }
  }

  /// What a run records does not depend on the folder that it was started in, and what earlier versions recorded is found.
  @Test(arguments: [false, true]) func labelsAreFoundFromAnotherFolder(_ isFormer: Bool) throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "data"))
      let rows = (0..<24).map { "data/class\($0 / 12)/\($0 % 12).png,\("ab".dropFirst($0 % 2).prefix(1))\n" }
      try ("path,label\n" + rows.joined()).write(
        to: folder.appending(path: "labels.csv"), atomically: true, encoding: .utf8)
      let run = try SwiftletProgram.run(
        ["pretrain", "data", "--labels", "labels.csv", "--run", "runs/a"] + SwiftletProgram.tiny, in: folder)
      #expect(run.code == 0, "\(run.errors)")
      if isFormer {
        let list = folder.appending(path: "runs/a/samples.json")
        let text = try String(contentsOf: list, encoding: .utf8)
        let changed = text.replacing(/"labels" : "[^"]*"/, with: "\"labels\" : \"labels.csv\"")
        #expect(changed != text)
        try changed.write(to: list, atomically: true, encoding: .utf8)
      }
      let edge = folder.appending(path: "edge")
      try FileManager.default.createDirectory(at: edge, withIntermediateDirectories: true)
      for words in [["compare", "../runs/a"], ["resume", "../runs/a"], ["report", "../runs/a"]] {
        let outcome = try SwiftletProgram.run(words, in: edge)
        #expect(outcome.code == 0, "\(words): \(outcome.errors)")
      }
    }
  }

  /// A page may be given away; it does not say in whose folders the run lies.
  @Test func aReportNamesNoFoldersAbove() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "runs/a"))
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, run).code == 0)
      #expect(try SwiftletProgram.run("report", run.path).code == 0)
      let page = try String(contentsOf: run.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("runs/a") && !page.contains(folder.lastPathComponent))
    }
  }
}
