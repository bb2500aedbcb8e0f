import Foundation
import TestSupport
import Testing

/// What commands that were killed leave behind, and what lies where they write.
@Suite struct UnfinishedFileTests {
  private let manager = FileManager.default

  /// A run of three epochs on drawn pictures; `body` may go on with it.
  private func withRun(_ body: (_ folder: URL, _ run: URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      // Its header is sound, so that it is found broken only when it is decoded.
      let picture = try #require(try pictures(in: folder).first)
      let bytes = try Data(contentsOf: folder.appending(path: picture))
      try bytes.prefix(bytes.count * 2 / 3).write(to: data.appending(path: "broken.png"))
      let trained = try SwiftletProgram.pretrain(data, run)
      try #require(trained.code == 0, "\(trained.errors)")
      try body(folder, run)
    }
  }

  /// Takes the newest checkpoint away, so that the run has steps to make.
  private func goBack(_ run: URL) throws {
    let checkpoints = run.appending(path: "checkpoints").path
    let newest = try #require(try manager.contentsOfDirectory(atPath: checkpoints).max())
    try manager.removeItem(atPath: checkpoints + "/" + newest)
  }

  private func append(_ text: String, to file: URL) throws {
    let former = manager.contents(atPath: file.path) ?? Data()
    try (former + Data(text.utf8)).write(to: file)
  }

  private func pictures(in folder: URL) throws -> [String] {
    try manager.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".png") && !$0.contains("broken") }
      .sorted()
  }

  private func labels(in folder: URL) throws -> URL {
    let file = folder.appending(path: "labels.csv")
    let rows = try pictures(in: folder).enumerated().map { "\($1),\($0.isMultiple(of: 2) ? "a" : "b")\n" }
    try Data(("path,label\n" + rows.joined()).utf8).write(to: file)
    return file
  }

  private func names(in folder: URL) throws -> Set<String> {
    Set(try manager.contentsOfDirectory(atPath: folder.path))
  }

  @Test func halfALineOfALogIsCutOff() throws {
    try withRun { folder, run in
      let whole = try ["metrics.jsonl", "skipped.jsonl"].map { try SwiftletProgram.lines(run, $0) }
      #expect(whole[1].count == 1)
      try goBack(run)
      // The entry was being written for the first time.
      let half = String(whole[1][0].dropLast(9))
      try Data(half.utf8).write(to: run.appending(path: "skipped.jsonl"))
      for name in ["metrics", "timing", "alarms", "interventions"] {
        try append("{\"step\":", to: run.appending(path: name + ".jsonl"))
      }
      let resumed = try SwiftletProgram.run("resume", run.path)
      #expect(resumed.code == 0, "\(resumed.errors)")
      #expect(try ["metrics.jsonl", "skipped.jsonl"].map { try SwiftletProgram.lines(run, $0) } == whole)
    }
  }

  @Test(arguments: ["metrics", "timing", "skipped", "alarms"])
  func aLinkInARunIsNotWrittenThrough(_ name: String) throws {
    try withRun { folder, run in
      try goBack(run)
      let precious = folder.appending(path: "precious")
      try Data("precious\n".utf8).write(to: precious)
      let log = run.appending(path: name + ".jsonl")
      try manager.removeItem(at: log)
      try manager.createSymbolicLink(at: log, withDestinationURL: precious)
      let resumed = try SwiftletProgram.run("resume", run.path)
      #expect(resumed.code == 1)
      #expect(
        resumed.errors.contains(
          "error: cannot write \(log.path): it is a symbolic link, which is not followed; put the file itself in its place"
        ),
        "\(resumed.errors)")
      #expect(try String(contentsOf: precious, encoding: .utf8) == "precious\n")
    }
  }

  @Test func linksBesideATableOfPredictions() throws {
    try withRun { folder, run in
      let labels = try labels(in: folder)
      let precious = folder.appending(path: "precious")
      try Data("precious\n".utf8).write(to: precious)
      let predict = ["predict", "run", "data", "--labels", labels.path, "-o", "out.csv", "--force"]
      for (name, code) in [("out.csv.part", Int32(1)), ("out.csv.part.json", 0)] {
        let link = folder.appending(path: name)
        try manager.createSymbolicLink(at: link, withDestinationURL: precious)
        let outcome = try SwiftletProgram.run(predict, in: folder)
        #expect(outcome.code == code, "\(outcome.errors)")
        if code != 0 {
          #expect(
            outcome.errors.contains("error: cannot write out.csv.part: it is a symbolic link"), "\(outcome.errors)")
          try manager.removeItem(at: link)
        }
        #expect(try String(contentsOf: precious, encoding: .utf8) == "precious\n")
      }
      #expect(try names(in: folder).filter { $0.hasPrefix("out") } == ["out.csv"])
    }
  }

  /// Rows of another model under this model's identity, as a kill between two writes used to leave them.
  @Test func rowsOfAnotherModelAreNotGoneOnWith() throws {
    try withRun { folder, run in
      let labels = try labels(in: folder)
      let predict = ["predict", "run", "data", "--labels", labels.path, "-o", "out.csv", "--force"]
      try #require(try SwiftletProgram.run(predict, in: folder).code == 0)
      let whole = try String(contentsOf: folder.appending(path: "out.csv"), encoding: .utf8)
      // A table of which nobody says whose it is.
      let part = folder.appending(path: "out.csv.part")
      let other = whole.split(separator: "\n").prefix(4).map { $0.replacing("0.", with: "0.9") }
      try Data((other.joined(separator: "\n") + "\n").utf8).write(to: part)
      try #require(try SwiftletProgram.run(predict, in: folder).code == 0)
      #expect(try String(contentsOf: folder.appending(path: "out.csv"), encoding: .utf8) == whole)
    }
  }

  @Test func draftsOfKilledCommandsGo() throws {
    try withRun { folder, run in
      try goBack(run)
      let checkpoints = run.appending(path: "checkpoints")
      for name in ["draft", "step-00000007.draft-1x2y3z"] {
        try manager.createDirectory(at: checkpoints.appending(path: name), withIntermediateDirectories: true)
        try Data("half".utf8).write(to: checkpoints.appending(path: name + "/model.safetensors"))
      }
      try #require(try SwiftletProgram.run("resume", run.path).code == 0)
      #expect(try names(in: checkpoints).allSatisfy { !$0.contains("draft") })

      for name in ["out.npy.draft-1x2y3z", "out.csv.draft-1x2y3z"] {
        try Data("half".utf8).write(to: folder.appending(path: name))
      }
      try #require(try SwiftletProgram.run("embed", "run", "data", "-o", "out.npy", in: folder).code == 0)
      let left = try names(in: folder).filter { $0.hasPrefix("out") }
      #expect(left == ["out.npy", "out.csv"], "\(left)")
    }
  }

  /// What a curve has measured stays until the curve is there.
  @Test func aCurveThatIsNotKeptCanBeMadeAgainFromItsJournal() throws {
    try withRun { folder, run in
      let labels = try labels(in: folder)
      let curve = [
        "curve", "run", "data", "--labels", labels.path, "--fractions", "100%", "--seeds", "1", "--epochs", "1",
        "--learning-rates", "1e-3",
      ]
      // Nothing can take the place of a folder with something in it.
      try manager.createDirectory(
        at: run.appending(path: "curve.json/in"), withIntermediateDirectories: true)
      let first = try SwiftletProgram.run(curve, in: folder)
      #expect(first.errors.contains("Not kept for swiftlet report: cannot write run/curve.json"), "\(first.errors)")
      #expect(manager.fileExists(atPath: run.path + "/curve-draft.jsonl"))
      try manager.removeItem(at: run.appending(path: "curve.json"))
      let second = try SwiftletProgram.run(curve, in: folder)
      #expect(second.code == 0 && second.errors.contains("draws were measured before"), "\(second.errors)")
      #expect(try names(in: run).filter { $0.hasPrefix("curve") && $0 != "curve.lock" } == ["curve.json"])
    }
  }
}
