import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Text

@Suite struct TextReadingTests {
  private func sentence(_ error: any Error) -> String { "\(error)" }

  private func read(_ data: Data, as name: String, columns: [String]? = nil, label: String? = nil) throws -> TextSamples
  {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: name)
      try data.write(to: file)
      return try Texts.samples(
        [file.path], Annotations(labels: label.map { .column($0) }), unit: nil, columns: columns)
    }
  }

  private func read(_ text: String, as name: String, columns: [String]? = nil, label: String? = nil) throws
    -> TextSamples
  { try read(Data(text.utf8), as: name, columns: columns, label: label) }

  private func failure(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return sentence(error)
    }
  }

  // MARK: Formats

  @Test func eachLineOfAFileIsAText() throws {
    let samples = try read("\u{FEFF}first text\r\n\r\n  second  \nthird", as: "a.txt")
    #expect(samples.names == ["line 1", "line 3", "line 4"])
    #expect(samples.parts == [["first text"], ["second"], ["third"]])
    #expect(samples.labels == nil)
  }

  @Test func rowsOfATable() throws {
    let csv = """
      ticket_id,title,body,team,split
      t1,No power,"The pump, it seems, has no power since this morning",pumps,train
      t2,Too loud,"The fan is ""far"" too loud at night and by day",fans,test
      t3,,"",fans,
      t4,Noise,Another fan makes a noise like a train in the hall,NA,
      """
    let samples = try read(csv, as: "a.csv", label: "team")
    #expect(samples.columns == ["body"])
    #expect(samples.names == ["t1", "t2", "t4"])
    #expect(samples.parts[0] == ["The pump, it seems, has no power since this morning"])
    #expect(samples.labels?.classes == ["fans", "pumps"])
    #expect(samples.labels?.splits == [.train, .test, nil])
    #expect(samples.notes.contains { $0.contains("column 'body'") })
    #expect(samples.notes.contains("1 of 4 rows has no text and is left out."))
    let joined = try read(csv, as: "a.csv", columns: ["title", "body"])
    #expect(joined.parts[1] == ["Too loud", "The fan is \"far\" too loud at night and by day"])
    #expect(joined.text(of: 1) == "Too loud\nThe fan is \"far\" too loud at night and by day")
  }

  @Test func linesOfJSON() throws {
    let lines = """
      {"text": "one text", "label": 1, "extra": [1, 2], "flag": true}
      {"label": 0, "text": "another\\nof two lines", "flag": false}

      {"text": null, "label": 2.5}
      """
    let samples = try read(lines, as: "a.jsonl", label: "label")
    #expect(samples.parts == [["one text"], ["another\nof two lines"]])
    #expect(samples.names == ["line 1", "line 2"])
    #expect(samples.labels?.classes == ["0", "1"])
    #expect(failure { _ = try read("{\"text\": \"a\"}\n[1]\n", as: "a.jsonl") }.contains("line 2 is no JSON object"))
    #expect(failure { _ = try read("{\"text\": \"a\"", as: "a.ndjson") }.contains("line 1 is no JSON object"))
  }

  @Test func filesInFoldersAreTextsAndFoldersTheirClasses() throws {
    try withTemporaryFolder { folder in
      for (name, text) in [
        ("a/1.txt", "first\nof two lines"), ("a/2.txt", " "), ("b/3.txt", "third"), ("b/4.txt", "fourth"),
      ] {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      try Data([0x66, 0x00, 0x01]).write(to: folder.appending(path: "b/5.txt"))
      #expect(Texts.claim([folder.path])?.strength == .certain)
      let samples = try Texts.samples([folder.path], Annotations(), unit: nil, columns: nil)
      #expect(samples.names == ["a/1.txt", "b/3.txt", "b/4.txt"])
      #expect(samples.parts[0] == ["first\nof two lines"])
      #expect(samples.labels?.classIndices == [0, 1, 1])
      #expect(samples.skipped.map(\.reason).contains("holds no text"))
      #expect(samples.skipped.contains { $0.reason.contains("line 1 has a zero byte") })
    }
  }

  // MARK: What is no text

  @Test func otherEncodingsAreNamedWithTheCommandThatConverts() {
    let latin = Data([0x61, 0x0A, 0x63, 0x61, 0x66, 0xE9, 0x0A])
    let windows = Data([0x93, 0x61, 0x94])
    let utf16 = Data([0xFF, 0xFE, 0x61, 0x00, 0x62, 0x00])
    let bare = Data("hello".utf8.flatMap { [$0, 0] })
    #expect(failure { _ = try read(latin, as: "l.txt") }.contains("line 2 is not UTF-8"))
    #expect(failure { _ = try read(latin, as: "l.txt") }.contains("iconv -f ISO-8859-1 -t UTF-8"))
    #expect(failure { _ = try read(windows, as: "w.csv") }.contains("iconv -f WINDOWS-1252 -t UTF-8"))
    #expect(failure { _ = try read(utf16, as: "u.txt") }.contains("is UTF-16LE and not UTF-8"))
    #expect(failure { _ = try read(bare, as: "u.jsonl") }.contains("iconv -f UTF-16LE -t UTF-8"))
    let late = Data(repeating: 0x61, count: 5000) + [0x0A, 0xFF]
    #expect(failure { _ = try read(late, as: "l.txt") }.contains("line 2 is not UTF-8"))
  }

  @Test func binaryFilesAreNoTexts() {
    let binary = Data("PNG line\n".utf8) + [1, 2, 0, 3] + Data(repeating: 0x61, count: 4000)
    #expect(failure { _ = try read(binary, as: "b.txt") }.contains("is no text: line 2 has a zero byte"))
  }

  @Test func missingColumnsAndTextsAreNamed() {
    let csv = "a,b\nx,y\nz,w\n"
    #expect(
      failure { _ = try read(csv, as: "a.csv", columns: ["title"]) }.contains(
        "the header lacks 'title'; its columns are 'a', 'b'"))
    #expect(
      failure { _ = try read(csv, as: "a.csv") }.contains(
        "holds sentences (there are 'a', 'b'); name the one with the texts"))
    #expect(failure { _ = try read(csv, as: "a.csv", columns: ["a"], label: "a") }.contains("cannot be both"))
    #expect(failure { _ = try read(csv, as: "a.csv", columns: ["a"], label: "c") }.contains("lacks 'c'"))
    for (text, name) in [("", "e.txt"), ("\n \n", "e.txt"), ("text\n\n", "e.csv"), ("", "e.jsonl")] {
      #expect(failure { _ = try read(text, as: name) } != "no error", "\(name)")
    }
    #expect(
      failure { _ = try read("text,split\na b c d,dev\n", as: "a.csv") }.contains("the split 'dev' is not one of"))
  }

  @Test func aTextOfManyMegabytesIsReadInPart() throws {
    let long = String(repeating: "wörter ", count: 400_000)
    let samples = try read("short\n\(long)\n", as: "a.txt")
    #expect(samples.parts[1][0].utf8.count <= 1_000_000 && samples.parts[1][0].utf8.count > 999_990)
    #expect(samples.notes.contains { $0.contains("more than 1 MB") && $0.contains("3 MB") })
  }

  // MARK: Recognition

  @Test func tablesOfNumbersAreNotTexts() throws {
    try withTemporaryFolder { folder in
      func claim(_ text: String) throws -> Claim.Strength? {
        let file = folder.appending(path: "a.csv")
        try Data(text.utf8).write(to: file)
        return Texts.claim([file.path])?.strength
      }
      let prose = (0..<20).map { "t\($0),this is sentence number \($0) of them,\($0 % 3)" }.joined(separator: "\n")
      let ofProse = try claim("id,body,priority\n\(prose)\n")
      #expect(ofProse == .certain)
      let mixed = (0..<20).map { "\($0 * 7 % 5).5,\($0 * 3 % 7),this is note number \($0) here" }
      let ofMeasurements = try claim("height,weight,note\n\(mixed.joined(separator: "\n"))\n")
      #expect(ofMeasurements == .onRequest)
      let ofNumbers = try claim("a,b\n1,2\n3,4\n")
      #expect(ofNumbers == .onRequest)
      #expect(Texts.claim([folder.path]) == nil)
      #expect(Texts.claim(["notes.txt"])?.strength == .certain)
      #expect(Texts.claim(["photo.png"]) == nil)
    }
  }

  /// An option that texts alone have says what a table holds.
  @Test func anOptionOfTextsNamesTheKind() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "a.csv")
      let rows = (0..<40).map { "\($0 * 7 % 5).5,\($0 * 3 % 7),\(Sentences.sentence($0).text)" }
      try Data("height,weight,note\n\(rows.joined(separator: "\n"))\n".utf8).write(to: file)
      var request = RunRequest()
      #expect(try request.proposal(scanning: [file.path]).data.configuration.kind == "tables")
      request[Texts.textColumn] = "note"
      #expect(try request.proposal(scanning: [file.path]).data.configuration.kind == "text")
    }
  }
}

@Suite struct TextProposalTests {
  private func proposal(_ texts: [String], _ change: (inout RunRequest) -> Void = { _ in }) throws -> Proposal {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "a.txt")
      try Data(texts.joined(separator: "\n").utf8).write(to: file)
      var request = RunRequest()
      change(&request)
      return try request.proposal(scanning: [file.path])
    }
  }

  private func failure(_ texts: [String]) -> String {
    do {
      _ = try proposal(texts)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func copiesAreLearnedFromOnce() throws {
    let texts = Sentences.texts(60)
    let found = try proposal(texts + texts.prefix(10) + [texts[0].uppercased()])
    #expect(found.copyCount == 11)
    #expect(found.training.count == 60)
    #expect(found.data.notes.contains { $0.contains("11 of 71 texts are copies of another (11 word for word") })
    #expect(found.warnings.contains { $0.contains("only 60 different texts") })
  }

  @Test func fewTextsAreEnoughAndOneIsNot() throws {
    #expect(try proposal(Sentences.texts(10)).training.count == 10)
    #expect(failure(Array(repeating: "the same text", count: 50)).contains("All 50 texts are copies of one"))
    #expect(failure(["only one"]).contains("Only 1 sample"))
    #expect(failure(["\u{0301}\u{0302}", "\u{2581} \u{2581}"]).contains("no letter, digit or sign"))
  }

  @Test(arguments: [
    ["😀😀😀 🎉", "🎈", "🐙🐙 🦑", "👨‍👩‍👧 🏠"], ["你好世界", "今天天气很好", "我爱北京", "明天有雨"],
    ["שלום עולם", "مرحبا بالعالم", "ערב טוב", "صباح الخير"],
    ["\u{202E}abc", "x\u{7}y", "<script>alert(1)</script>", "&amp;"],
  ])
  func unusualSignsAreTexts(texts: [String]) throws {
    let found = try proposal(texts)
    #expect(found.training.count == 4)
    let source = found.data.evaluationView(of: Array(0..<4))
    #expect(Set(source.lengths ?? []).allSatisfy { $0 >= 3 })
  }

  @Test func theVocabularyIsNoLargerThanTheTextsAllow() throws {
    let found = try proposal(Sentences.texts(60)) { $0[Texts.vocabulary] = 30_000 }
    let settings = try #require(found.data.configuration.settings as? TextConfiguration)
    #expect(settings.vocabulary.count < 1000)
    #expect(found.choices.contains { $0.what == "vocabulary" && $0.reason.contains("30000 allowed") })
    let small = #expect(throws: TokenizerFailure.self) {
      try proposal(["你好世界今天天气很好我爱北京明天有雨", "一二三四五六七八九十百千万亿东南西北上下左右金木水火土日月山川风雨雪云春夏秋冬红黄蓝白黑青紫绿"]) {
        $0[Texts.vocabulary] = 300
      }
    }
    #expect(small.map { "\($0)" }?.contains("at least") == true)
  }

  @Test func longTextsAreCounted() throws {
    let found = try proposal(Sentences.texts(30) + [String(repeating: "word after word ", count: 100)]) {
      $0[Texts.maxTokens] = 80
    }
    #expect(
      found.data.notes.contains { $0.contains("1 of 31 texts is longer than 78 tokens (the longest has") },
      "\(found.data.notes)")
  }

  @Test func textsThatTheVocabularyLacksAreCounted() throws {
    let folder = try TemporaryFolder()
    let settings = try proposal(Sentences.texts(60)).data.configuration
    let greek = ["τα κύματα της θάλασσας", "ο άνεμος φυσά δυνατά"]
    let place = try folder.write("x.txt", (Sentences.texts(3) + greek).joined(separator: "\n"))
    let data = try settings.scan([place])
    #expect(data.notes.contains { $0.contains("lacks most of the words of 2 of 5 texts") }, "\(data.notes)")
  }

  @Test func settingsAreReadAgain() throws {
    let settings = try #require(
      proposal(Sentences.texts(30)).data.configuration.settings as? TextConfiguration)
    let read = try JSONDecoder().decode(TextConfiguration.self, from: JSONEncoder().encode(settings))
    #expect(read == settings)
    var wrong = settings
    wrong.maxTokens = 3
    #expect(throws: SettingError.self) { try wrong.validate() }
    wrong = settings
    wrong.recipe.leastCrop = 0.9
    wrong.recipe.mostCrop = 0.5
    #expect(throws: SettingError.self) { try wrong.validate() }
  }

  @Test func everyMethodWithPairsLearnsFromTexts() throws {
    let names = Catalogue.standard.presets(for: Texts.self).map(\.method)
    for method: MethodName in [
      .simclr, .mocoV2, .mocoV3, .supcon, .dcl, .byol, .simsiam, .barlowTwins, .vicreg, .maskedTokens, .simcse, .tsdae,
      .pairs, .scarf,
    ] { #expect(names.contains(method), "\(method.rawValue)") }
    for method: MethodName in [.mae, .rotation, .jigsaw, .dino, .swav, .vime] {
      #expect(!names.contains(method), "\(method.rawValue)")
    }
  }
}
