import Foundation
import TestSupport
import Testing

/// The built program on texts that are drawn from a small grammar.
@Suite struct TextCommandTests {
  private static let tiny = [
    "--width", "16", "--batch-size", "16", "--epochs", "3", "--threads", "1", "--vocabulary", "400", "--precision",
    "float32",
  ]
  /// What swiftlet kinds lists for texts, and masked words.
  private static let textMethods = [
    "simclr", "moco-v2", "moco-v3", "supcon", "dcl", "byol", "simsiam", "barlow-twins", "vicreg", "nnclr", "lejepa",
    "visreg", "scarf", "masked-tokens",
    "masked-tokens --mask-unit word", "simcse", "tsdae", "pairs",
  ]

  /// 90 tickets about machines and hospitals; the title holds what a page must not take for its own.
  static func table() -> String {
    let subjects = ["the engine", "a turbine", "this pump", "the patient", "a nurse", "our doctor"]
    let verbs = ["starts", "stops", "slows down", "gets better", "needs help", "waits for news"]
    let places = ["in the morning", "near the river", "after the storm", "before lunch", "without warning"]
    var lines = ["ticket_id,title,body,topic,split"]
    for row in 0..<90 {
      let topic = row % 2
      let subject = subjects[topic * 3 + row / 2 % 3]
      let body = "\(subject) \(verbs[topic * 3 + row / 6 % 3]) \(places[row / 18 % 5]) on day \(row * 7) of \(row * 3)"
      let title = row == 4 ? "<script>alert(1)</script> \u{202E}x" : "about \(subject) \(row)"
      lines.append(
        "T\(row),\(title),\"\(body)\",\(["machines", "hospitals"][topic]),\(row % 5 == 0 ? "test" : "train")")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func write(_ text: String, in folder: URL, as name: String = "tickets.csv") throws -> URL {
    let file = folder.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file
  }

  private func pretrain(_ data: URL, _ run: URL, _ more: [String] = []) throws -> SwiftletProgram.Outcome {
    try SwiftletProgram.run(
      ["pretrain", data.path, "--output", run.path, "--label-column", "topic", "--text-column", "title,body"]
        + Self.tiny + more)
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func theWholePath() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (try write(Self.table(), in: folder), folder.appending(path: "run"))
      let trained = try pretrain(data, run)
      #expect(trained.code == 0, "\(trained.errors)")
      for said in [
        "90 texts, 18 of them held out", "the text is the columns 'title', 'body'", "a SentencePiece vocabulary of",
        "Method     simclr on text-bag", "Preset     text-small", "Classes    2: hospitals 45, machines 45",
      ] { #expect(trained.errors.contains(said), "\(said) is missing in\n\(trained.errors)") }

      let evaluated = try SwiftletProgram.run("evaluate", run.path, data.path, "--json")
      #expect(evaluated.code == 0, "\(evaluated.errors)")
      let rows = try #require(try json(evaluated.output)["rows"] as? [[String: Any]])
      // Two judges of run, untrained network, LSA and TF-IDF.
      #expect(rows.count == 8)
      #expect(evaluated.errors.contains("'raw input, too' is TF-IDF") || evaluated.output.contains("is TF-IDF"))

      for (command, more) in [
        ("finetune", ["--epochs", "3", "--seeds", "1"]),
        ("curve", ["--fractions", "50%", "--seeds", "1", "--epochs", "2"]),
        ("robustness", []), ("suggest", ["--count", "3"]),
      ] {
        let outcome = try SwiftletProgram.run([command, run.path, data.path, "--json"] + more)
        #expect(outcome.code == 0, "\(command): \(outcome.errors)")
        _ = try json(outcome.output)
      }
      let tuned = folder.appending(path: "tuned")
      let saved = try SwiftletProgram.run(
        "finetune", run.path, data.path, "--epochs", "3", "--seeds", "1", "--output", tuned.path)
      #expect(saved.code == 0, "\(saved.errors)")
      let predictions = folder.appending(path: "predictions.csv")
      let predicted = try SwiftletProgram.run("predict", tuned.path, data.path, "-o", predictions.path)
      #expect(predicted.code == 0, "\(predicted.errors)")
      #expect(try SwiftletProgram.lines(folder, "predictions.csv").count == 91)

      let vectors = folder.appending(path: "out.npy")
      #expect(try SwiftletProgram.run("embed", run.path, data.path, "-o", vectors.path).code == 0)
      #expect(try Data(contentsOf: vectors).count == 128 + 90 * 16 * 4)
      #expect(try SwiftletProgram.lines(folder, "out.csv").prefix(2) == ["sample,vector", "T0,0"])

      let report = try SwiftletProgram.run("report", run.path)
      #expect(report.code == 0, "\(report.errors)")
      let page = try String(contentsOf: run.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("the engine") && !page.contains("<script>alert"))
      #expect(!page.unicodeScalars.contains("\u{202E}"))
    }
  }

  /// Killed at moments spread over the run, each time resumed with other threads: the log is that of a run left alone.
  @Test(arguments: textMethods) func aKilledRunGoesOnAsIfNothingHadHappened(method: String) throws {
    try withTemporaryFolder { folder in
      let (whole, killed) = (folder.appending(path: "whole"), folder.appending(path: "killed"))
      let data = try write(Self.table(), in: folder)
      let words = method.split(separator: " ").map(String.init)
      let transformer = ["masked-tokens", "simcse", "tsdae"].contains(words[0])
      let length =
        ["--method"] + words + ["--epochs", "12", "--max-tokens", "24"] + (transformer ? ["--layers", "1"] : [])
      let first = try pretrain(data, whole, length)
      #expect(first.code == 0, "\(first.errors)")
      let expected = try SwiftletProgram.lines(whole, "metrics.jsonl")
      let process = try SwiftletProgram.start(
        ["pretrain", data.path, "--output", killed.path, "--label-column", "topic", "--text-column", "title,body"]
          + Self.tiny + length + ["--loader-threads", "3"])
      try SwiftletProgram.waitForRun(killed)
      try SwiftletProgram.kill(process, after: 0.15)
      let finished = try SwiftletProgram.run("resume", killed.path)
      #expect(finished.code == 0, "\(finished.errors)")
      #expect(expected.count == 48)
      #expect(try SwiftletProgram.lines(killed, "metrics.jsonl") == expected)
    }
  }

  @Test func linesFilesAndJSONLearnToo() throws {
    try withTemporaryFolder { folder in
      let bodies = Self.table().split(separator: "\n").dropFirst().map { $0.split(separator: ",")[2] }
      let lines = try write(bodies.joined(separator: "\n"), in: folder, as: "lines.txt")
      let json = try write(
        bodies.map { "{\"text\": \($0)}" }.joined(separator: "\n"), in: folder, as: "lines.jsonl")
      let files = folder.appending(path: "files")
      for (number, body) in bodies.enumerated() {
        let place = files.appending(path: number % 2 == 0 ? "a" : "b")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try Data(body.utf8).write(to: place.appending(path: "\(number).txt"))
      }
      for (number, data) in [lines, json, files].enumerated() {
        let run = folder.appending(path: "run\(number)")
        let trained = try SwiftletProgram.run(["pretrain", data.path, "--output", run.path] + Self.tiny)
        #expect(trained.code == 0, "\(trained.errors)")
        #expect(trained.errors.contains("90 texts"), "\(trained.errors)")
        let vectors = folder.appending(path: "\(number).npy").path
        let embedded = try SwiftletProgram.run("embed", run.path, data.path, "-o", vectors)
        #expect(embedded.code == 0, "\(embedded.errors)")
      }
      #expect(try SwiftletProgram.lines(folder, "2.csv")[1] == "a/0.txt,0")
      let judged = try SwiftletProgram.run("evaluate", folder.appending(path: "run2").path, files.path, "--json")
      #expect(judged.code == 0, "\(judged.errors)")
    }
  }

  @Test(
    arguments: [
      ([], "", Int32(1), "is empty"),
      (["--text-column", "ghost"], "a,b\n1,2\n3,4\n", 1, "the header lacks 'ghost'; its columns are 'a', 'b'"),
      (["--kind", "text"], "a,b\n1,2\n3,4\n", 1, "name the one with the texts (--text-column)"),
      (["--text-column", "a"], "a,b\n,2\n,4\n", 1, "No row of"),
      (["--text-column", "a,,b"], "a,b\n1,2\n3,4\n", 1, "--text-column a,,b must be different names"),
      (["--text-column", "a", "--max-tokens", "2"], "a\nx y\nz w\n", 2, "--max-tokens"),
      (["--text-column", "a", "--method", "pairs"], "a\nx y\nz w\n", 1, "(--text-column title,body)"),
      (
        ["--text-column", "a", "--method", "mae"], "a\nx y\nz w\n", 1,
        "does not suit texts: it needs other views or another network"
      ),
      (["--text-column", "a", "--backbone", "resnet18"], "a\nx y\nz w\n", 1, "--backbone resnet18 has no meaning"),
      (["--text-column", "a", "--method", "simcse", "--backbone", "text-bag"], "a\nx y\nz w\n", 1, "choose bert"),
      (["--text-column", "a"], "a\nsame text\nsame text\nSAME text\n", 1, "All 3 texts are copies of one"),
      (["--text-column", "a", "--labels", "l.csv"], "a\nx y\nz w\n", 1, "--label-column"),
      (["--text-column", "a", "--image-size", "32"], "a\nx y\nz w\n", 1, "--image-size has no meaning for text"),
      (["--text-column", "a", "--least-crop", "0.9", "--most-crop", "0.2"], "a\nx y\nz w\n", 1, "--most-crop"),
      (
        ["--text-column", "a", "--vocabulary", "300"],
        "a\n一二三四五六七八九十百千万亿东南西北上下左右金木水火土日月山川风雨雪云春夏秋冬红黄蓝白黑青紫绿\n你好世界今天天气很好我爱北京明天有雨\n", 1,
        "--vocabulary"
      ),
    ] as [([String], String, Int32, String)])
  func aWrongRequestIsAnsweredInASentence(
    _ options: [String], _ text: String, _ code: Int32, _ mention: String
  ) throws {
    try SwiftletProgram.expectRefusal(of: text, as: "tickets.csv", options, code: code, mention: mention)
  }

  /// No zero is among them.
  private static let allBytes: [UInt8] = (0..<2000).map { (place: Int) -> UInt8 in
    UInt8((place * 37 + place / 7) % 255 + 1)
  }

  private static let noTexts: [(name: String, bytes: [UInt8], mention: String)] = [
    ("blank.txt", Array("\n \n\n".utf8), "No line of"),
    ("empty.jsonl", [], "No line of"),
    ("nulls.jsonl", Array("{\"a\": null}\n{\"a\": null}\n".utf8), "No line of"),
    ("bytes.txt", allBytes, "are control characters"),
    ("latin.txt", [0x63, 0x61, 0x66, 0xE9], "iconv -f ISO-8859-1"),
  ]

  /// Files that are no texts, each told in its own way.
  @Test(arguments: noTexts.indices)
  func filesThatHoldNoTextAreTold(index: Int) throws {
    let (name, bytes, mention) = Self.noTexts[index]
    try withTemporaryFolder { folder in
      let file = folder.appending(path: name)
      try Data(bytes).write(to: file)
      let run = folder.appending(path: "run")
      let outcome = try SwiftletProgram.run(["pretrain", file.path, "--output", run.path] + Self.tiny)
      #expect(outcome.code == 1 && outcome.errors.contains(mention), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: run.path))
    }
  }

  @Test func twoTablesOfTextsAreJoinedFirst() throws {
    try withTemporaryFolder { folder in
      let tables = try ["a.csv", "b.csv"].map { try write(Self.table(), in: folder, as: $0).path }
      let lines = try write("the engine starts\nthe pump stops\n", in: folder, as: "c.txt").path
      for places in [tables, [tables[0], lines]] {
        let outcome = try SwiftletProgram.run(
          ["pretrain"] + places + ["--output", folder.appending(path: "run").path] + Self.tiny)
        #expect(outcome.code == 1 && outcome.errors.contains("into one first"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("pictures"))
      }
    }
  }

  @Test func aFileThatChangedIsNotGoneOnWith() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (try write(Self.table(), in: folder), folder.appending(path: "run"))
      #expect(try pretrain(data, run).code == 0)
      _ = try write(Self.table().replacingOccurrences(of: "T7,", with: "T777,"), in: folder)
      let resumed = try SwiftletProgram.run("resume", run.path)
      #expect(resumed.code == 1)
      #expect(resumed.errors.contains("has changed since the run began"), "\(resumed.errors)")
      #expect(resumed.errors.contains("mix old and new samples"), "\(resumed.errors)")
    }
  }

  /// A text that is among the samples finds itself first, whatever writes the query.
  @Test func searchFindsWhatIsThere() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (try write(Self.table(), in: folder), folder.appending(path: "run"))
      #expect(try pretrain(data, run).code == 0)
      let row = Self.table().split(separator: "\n")[8].split(separator: ",")
      let wanted = "\(row[1])\n\(row[2].dropFirst().dropLast())"
      let found = try SwiftletProgram.run("search", run.path, data.path, wanted, "--count", "3", "--json")
      #expect(found.code == 0, "\(found.errors)")
      let answers = try #require(try json(found.output)["answers"] as? [[String: Any]])
      let matches = try #require(answers[0]["matches"] as? [[String: Any]])
      #expect(matches.count == 3 && matches[0]["name"] as? String == "T7")
      #expect((matches[0]["score"] as? Double).map { $0 > 0.9999 } == true)

      let questions = try write("the engine starts\na nurse needs help\n", in: folder, as: "questions.txt")
      let several = try SwiftletProgram.run("search", run.path, data.path, "--query-file", questions.path, "-k", "2")
      #expect(several.code == 0, "\(several.errors)")
      #expect(several.output.split(separator: "\n").count == 6, "\(several.output)")

      let judged = try SwiftletProgram.run("search", run.path, data.path, "--pairs", "--json")
      #expect(judged.code == 0, "\(judged.errors)")
      #expect(try json(judged.output)["count"] as? Int == 90)
      for (arguments, code, mention) in [
        (["\u{200B}"], Int32(1), "no sign that could be looked for"), ([], 2, "--query-file"),
        (["x", "--pairs"], 2, "give one of"), (["--query-file", "/nowhere"], 1, "/nowhere"),
        (["--pairs", "--text-column", "body"], 1, "no two parts"),
      ] {
        let outcome = try SwiftletProgram.run(["search", run.path, data.path] + arguments)
        #expect(outcome.code == code && outcome.errors.contains(mention), "\(arguments): \(outcome.errors)")
      }
    }
  }

  /// Of other data, a file is the query.
  @Test func aPictureFindsItself() throws {
    try withTemporaryFolder { folder in
      let pictures = folder.appending(path: "pictures")
      try drawPictures(in: pictures)
      let run = folder.appending(path: "run")
      #expect(try SwiftletProgram.pretrain(pictures, run).code == 0)
      let names = try FileManager.default.subpathsOfDirectory(atPath: pictures.path).filter { $0.hasSuffix(".png") }
      let name = try #require(names.sorted().last)
      let found = try SwiftletProgram.run(
        "search", run.path, pictures.path, pictures.appending(path: name).path, "-k", "1")
      #expect(found.code == 0, "\(found.errors)")
      #expect(found.output.contains("1.0000"), "\(found.output)")
    }
  }

  /// Nothing above has forgotten a method.
  @Test func everyMethodForTextsIsKilled() throws {
    let listed = try SwiftletProgram.run("kinds", "text")
    let line = try #require(listed.output.split(separator: "\n").first { $0.contains("methods: ") })
    let methods = line.split(separator: ":")[1].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(Set(methods) == Set(Self.textMethods.map { $0.split(separator: " ")[0].description }))
  }

  /// Methods that suit texts are tried where nobody names any.
  @Test func aSelectionTriesMethodsForTexts() throws {
    try withTemporaryFolder { folder in
      let (data, place) = (try write(Self.table(), in: folder), folder.appending(path: "selection"))
      let outcome = try SwiftletProgram.run(
        "select", data.path, "-o", place.path, "--label-column", "topic", "--text-column", "title,body", "--epochs",
        "2",
        "--width", "16", "--batch-size", "16", "--vocabulary", "400", "--max-tokens", "24", "--threads", "1", "--json")
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(!outcome.errors.contains("is left out"), "\(outcome.errors)")
      let tried = try FileManager.default.contentsOfDirectory(atPath: place.path).filter { !$0.contains(".") }
      #expect(tried.sorted() == ["barlow-twins", "byol", "masked-tokens", "simclr", "simcse", "vicreg"])
      #expect(outcome.output.contains("half of a text was replaced"))
    }
  }

  /// Columns are those of the run, or others for all sets.
  @Test func aRunIsJudgedOnOtherTexts() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (try write(Self.table(), in: folder), folder.appending(path: "run"))
      let other = try write(
        Self.table().replacingOccurrences(of: "title,body,topic", with: "head,words,kind"), in: folder, as: "other.csv")
      #expect(try pretrain(data, run).code == 0)
      let same = try SwiftletProgram.run("transfer", run.path, data.path, data.path, "--json")
      #expect(same.code == 0, "\(same.errors)")
      let both = try SwiftletProgram.run(
        "transfer", run.path, other.path, "--text-column", "head,words", "--label-column", "kind", "--json")
      #expect(both.code == 0, "\(both.errors)")
      let sets = try [same, both].map { try #require(try json($0.output)["sets"] as? [[String: Any]]) }
      let rows = try sets.map { try #require(($0[0]["report"] as? [String: Any])?["rows"] as? NSArray) }
      #expect(rows[0] == rows[1])
      for (arguments, code, mention) in [
        ([other.path], Int32(1), "'title'"),
        ([data.path, "--time-column", "t"], 1, "--time-column has no meaning for text"),
        ([data.path, data.path, data.path, "--label-column", "topic", "topic"], 2, "names 2 columns for 3 sets"),
        ([data.path, "--labels", "-", "--label-column", "topic"], 2, "exclude each other"),
      ] {
        let outcome = try SwiftletProgram.run(["transfer", run.path] + arguments)
        #expect(outcome.code == code && outcome.errors.contains(mention), "\(arguments): \(outcome.errors)")
      }
    }
  }

  /// The same texts under other names of columns give the same, whatever the command.
  @Test func newDataMayHaveOtherColumns() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (try write(Self.table(), in: folder), folder.appending(path: "run"))
      let other = try write(
        Self.table().replacingOccurrences(of: "title,body,topic", with: "head,words,kind"), in: folder, as: "other.csv")
      let columns = ["--text-column", "head,words"]
      let labelled = columns + ["--label-column", "kind"]
      #expect(try pretrain(data, run).code == 0)
      func both(_ command: String, _ more: [String], _ columns: [String]) throws -> [SwiftletProgram.Outcome] {
        let outcomes = try [(data, []), (other, columns)].map { place, columns in
          try SwiftletProgram.run([command, run.path, place.path] + more + columns)
        }
        for outcome in outcomes { #expect(outcome.code == 0, "\(command): \(outcome.errors)") }
        return outcomes
      }
      for (command, more, columns) in [
        ("evaluate", [], labelled), ("curve", ["--fractions", "50%", "--seeds", "1", "--only-frozen"], labelled),
        ("robustness", [], labelled), ("suggest", ["--count", "3"], columns),
        ("search", ["the engine starts", "--count", "3"], columns),
      ] {
        let outcomes = try both(command, more, columns)
        #expect(outcomes[0].output == outcomes[1].output && !outcomes[0].output.isEmpty, "\(command)")
      }
      for (place, columns) in [(data, []), (other, columns)] {
        let vectors = folder.appending(path: place.lastPathComponent + ".npy").path
        let embedded = try SwiftletProgram.run(["embed", run.path, place.path, "-o", vectors] + columns)
        #expect(embedded.code == 0, "\(embedded.errors)")
      }
      let vectors = try ["tickets.csv.npy", "other.csv.npy"].map { try Data(contentsOf: folder.appending(path: $0)) }
      #expect(vectors[0] == vectors[1])
      let page = folder.appending(path: "page.html").path
      let report = try SwiftletProgram.run(["report", run.path, other.path, "-o", page] + labelled)
      #expect(report.code == 0, "\(report.errors)")

      // A model that learned from them knows them: its data are found again without being told how they are read.
      let tuned = folder.appending(path: "tuned")
      let saved = try SwiftletProgram.run(
        ["finetune", run.path, other.path, "--epochs", "2", "--seeds", "1", "--only-run", "--output", tuned.path]
          + labelled)
      #expect(saved.code == 0, "\(saved.errors)")
      for arguments in [["evaluate", tuned.path, other.path], ["report", tuned.path]] {
        let outcome = try SwiftletProgram.run(arguments)
        #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
      }
      let predictions = try [(data, ["--text-column", "title,body"]), (other, [])].map { place, columns in
        let file = place.lastPathComponent + ".predictions.csv"
        let outcome = try SwiftletProgram.run(
          ["predict", tuned.path, place.path, "-o", folder.appending(path: file).path] + columns)
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try SwiftletProgram.lines(folder, file)
      }
      #expect(predictions[0].count == 91 && predictions[0] == predictions[1])

      for (command, arguments, code, mention) in [
        ("embed", [other.path, "-o", folder.appending(path: "no.npy").path], Int32(1), "'title'"),
        ("evaluate", [other.path, "--text-column", "head,ghost"], 1, "'ghost'"),
        ("evaluate", [data.path, "--time-column", "t"], 1, "--time-column has no meaning for text"),
        ("evaluate", [data.path, "--text-unit", "file", "--text-column", "body"], 1, "--text-column has no meaning"),
        ("evaluate", [data.path, "--word-dropout", "0.5"], 2, "--word-dropout"),
        ("report", ["--text-column", "body"], 2, "says how DATA are read"),
      ] {
        let outcome = try SwiftletProgram.run([command, run.path] + arguments)
        #expect(outcome.code == code && outcome.errors.contains(mention), "\(command) \(arguments): \(outcome.errors)")
      }
    }
  }

  /// Rows of a table that was begun with another column are not gone on with.
  @Test func predictionsOfAnotherColumnAreBegunAnew() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (try write(Self.table(), in: folder), folder.appending(path: "run"))
      let tuned = folder.appending(path: "tuned")
      #expect(try pretrain(data, run).code == 0)
      #expect(
        try SwiftletProgram.run(
          "finetune", run.path, data.path, "--epochs", "2", "--seeds", "1", "--only-run", "--output", tuned.path
        ).code == 0)
      // Several batches of predictions, so that a limit on the size of files stops them after the first.
      let texts = (0..<2000).map { "the engine starts on day \($0),the patient waits for news of \($0)" }
      let many = try write((["title,body"] + texts).joined(separator: "\n") + "\n", in: folder, as: "many.csv")
      let predict = ["predict", tuned.path, many.path, "-o", folder.path + "/out.csv"]
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments = ["-c", "ulimit -f 32; exec \"$0\" \"$@\"", SwiftletProgram.path] + predict
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      try #require(FileManager.default.fileExists(atPath: folder.path + "/out.csv.part.json"))
      let outcome = try SwiftletProgram.run(predict + ["--text-column", "body"])
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("What the samples hold changed since"), "\(outcome.errors)")
      #expect(try SwiftletProgram.lines(folder, "out.csv").count == 2001)
    }
  }

  /// Both networks, with everything that another program needs to use them.
  @Test(arguments: ["text-bag", "bert"]) func aRunIsExported(backbone: String) throws {
    try withTemporaryFolder { folder in
      let (data, run) = (try write(Self.table(), in: folder), folder.appending(path: "run"))
      let trained = try pretrain(data, run, ["--backbone", backbone, "--max-tokens", "24"])
      #expect(trained.code == 0, "\(trained.errors)")
      let exported = try SwiftletProgram.run("export", run.path, "--json")
      #expect(exported.code == 0, "\(exported.errors)")
      let outcome = try json(exported.output)
      let checks = try #require(outcome["checks"] as? [[String: Any]])
      #expect(checks.count == 2 && checks.allSatisfy { $0["largestDifference"] as? Double ?? 1 < 1e-5 })
      let place = run.appending(path: "export")
      let expected = ["README.md", "model.onnx", "model.safetensors", "sentencepiece.model"]
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
          == (expected + (backbone == "bert" ? ["config.json"] : [])).sorted())
      let card = try String(contentsOf: place.appending(path: "README.md"), encoding: .utf8)
      for said in [
        "import sentencepiece", "ids = [2] + tokens[:22] + [3]",
        "int64 [1, 24], any number of samples, and shorter ones",
        backbone == "bert" ? "BertModel" : "table[ids].mean(0)",
      ] { #expect(card.contains(said), "\(said)") }
      // A fine-tuned network needs its vocabulary too.
      let tuned = folder.appending(path: "tuned")
      let fine = try SwiftletProgram.run(
        "finetune", run.path, data.path, "--epochs", "2", "--seeds", "1", "--output", tuned.path, "--only-run")
      #expect(fine.code == 0, "\(fine.errors)")
      let again = try SwiftletProgram.run("export", tuned.path)
      #expect(again.code == 0, "\(again.errors)")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: tuned.appending(path: "export").path).sorted() == expected)
    }
  }

  /// A run is made again from its configuration, with its vocabulary.
  @Test func aConfigurationMakesTheSameRun() throws {
    try withTemporaryFolder { folder in
      let data = try write(Self.table(), in: folder)
      let runs = ["a", "b"].map { folder.appending(path: $0) }
      #expect(try pretrain(data, runs[0]).code == 0)
      let again = try SwiftletProgram.run(
        "pretrain", data.path, "--output", runs[1].path, "--config", runs[0].path, "--label-column", "topic")
      #expect(again.code == 0, "\(again.errors)")
      #expect(
        try SwiftletProgram.lines(runs[0], "metrics.jsonl") == SwiftletProgram.lines(runs[1], "metrics.jsonl"))
    }
  }
}
