import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Planning
@testable import Series

@Suite struct SeriesReadingTests {
  private func read(
    _ files: [(name: String, contents: [UInt8])], _ options: OptionValues = [:], labels: String? = nil,
    labelColumn: String? = nil, groupColumn: String? = nil, stepsInRows: Bool = false
  ) throws -> SeriesSamples {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) {
      var paths: [String] = []
      for (name, contents) in files { paths.append(try folder.write(contents, as: name)) }
      let labelPath = labels.map { folder.path($0) }
      var reading = SeriesReading(labelColumn: labelColumn, groupColumn: groupColumn, hasStepsInRows: stepsInRows)
      try TimeSeries.apply(options, to: &reading)
      return try SeriesSamples(
        paths.filter { $0 != labelPath }, reading, labels: labelPath)
    }
  }

  private func read(
    _ text: String, as name: String, _ options: OptionValues = [:], labelColumn: String? = nil,
    groupColumn: String? = nil
  ) throws -> SeriesSamples {
    try read([(name, Array(text.utf8))], options, labelColumn: labelColumn, groupColumn: groupColumn)
  }

  private func values(_ samples: SeriesSamples, _ sample: Int) -> [Float?] {
    samples.values(of: sample).map { $0.isNaN ? nil : $0 }
  }

  private func failure(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  // MARK: .ts

  private static let header = """
    # A comment
    @problemName Test
    @timeStamps false
    @univariate true
    @classLabel true a b
    @data

    """

  @Test func seriesOfAnArchive() throws {
    let samples = try read(Self.header + "1,2.5,?,-3e1:a\n\n4,NaN:b\r\n5,6,7:?\n", as: "x.ts")
    #expect(samples.names == ["series 1", "series 2", "series 3"])
    #expect(values(samples, 0) == [1, 2.5, nil, -30])
    #expect(values(samples, 1) == [4, nil])
    #expect(samples.labels?.classes == ["a", "b"] && samples.labels?.classIndices == [0, 1, nil])
    #expect(samples.longest == 4 && samples.channels == ["value"] && samples.groups == nil)
    #expect(samples.notes.contains { $0.contains("of the values are missing") })
  }

  @Test func channelsStandSideBySide() throws {
    let samples = try read("@classLabel false\n@data\n1,2,3:10,20,30\n4,5:40,50\n", as: "x.ts")
    #expect(values(samples, 0) == [1, 10, 2, 20, 3, 30])
    #expect(samples.channels == ["channel 1", "channel 2"] && samples.labels == nil)
  }

  @Test func trainAndTestAreTheParts() throws {
    let samples = try read([
      ("A_TRAIN.ts", Array((Self.header + "1,2:a\n3,4:b\n").utf8)),
      ("A_TEST.ts", Array((Self.header + "5,6:a\n").utf8)),
    ])
    #expect(samples.names == ["A_TRAIN 1", "A_TRAIN 2", "A_TEST 1"])
    #expect(samples.labels?.splits == [.train, .train, .test])
    let alone = try read(Self.header + "1,2:a\n3,4:b\n", as: "A_TRAIN.ts")
    #expect(alone.labels?.splits == [nil, nil])
  }

  private static let brokenArchives: [(String, String)] = [
    ("", "is an empty file"), ("1,2:a\n", "has no header"), ("@classLabel true a\n", "has no line @data"),
    (header, "no series behind its line @data"), (header + "1,2\n", "no class behind a colon"),
    (header + "1,2:0.4\n", "'0.4' is none of the classes"),
    (header + "1,2:a\n1,2:3,4:a\n", "line 8: the series has 2 channels"),
    (header + "1,x:a\n", "line 7: 'x' is not a usable number"), (header + "1,inf:a\n", "'inf' is not a usable number"),
    (header + "1,1e39:a\n", "'1e39' is not a usable number"),
    ("@data\n1,2:3\n", "channel 2 has 1 step, and channel 1 has 2"),
    ("@timestamps true\n@data\n(0,1)\n", "time stamps are not read"),
    ("@data\n(0,1),(1,2)\n", "time stamps are not read"),
    (header + "?,?,?:a\n", "all its values are missing"), (header + "1:a\n", "has a single step"),
    ("@data\n,\n", "all its values are missing"),
  ]

  @Test(arguments: brokenArchives) func brokenArchivesAreRefused(text: String, sentence: String) {
    let found = failure { _ = try read(text, as: "x.ts") }
    #expect(found.contains(sentence), "\(found)")
  }

  /// One bad series does not spoil the others.
  @Test func seriesOfWhichNothingCanBeLearnedAreSkipped() throws {
    let samples = try read(Self.header + "1:a\n1,2:b\n?,?:a\n5,5:b\n", as: "x.ts")
    #expect(samples.names == ["series 2", "series 4"])
    #expect(samples.skipped.map(\.name) == ["series 1", "series 3"])
    #expect(samples.warnings.contains { $0.contains("1 of 2 series has the same value at every step") })
  }

  /// Whatever byte is wrong or missing, the file is read or refused, and nothing traps.
  @Test func damagedTextsAreReadOrRefused() throws {
    let archive = Array((Self.header + "1,2.5,?:a\n-3e1,4:b\n").utf8)
    let table = Array("id,t,x,c\na,2026-01-31T10:00,1,u\nb,2026-01-31T10:00:01.5Z,2,v\na,2026-02-01,3,u\n".utf8)
    let changes: [UInt8] = [0, 0x0A, 0x22, 0x2C, 0x2D, 0x30, 0x39, 0x3A, 0x65, 0xFF]
    func tryReading(_ name: String, _ file: [UInt8], _ options: OptionValues) {
      let found = failure { _ = try read([(name, file)], options, labelColumn: name == "x.csv" ? "c" : nil) }
      #expect(!found.isEmpty)
    }
    let columns: OptionValues = ["id-column": "id", "time-column": "t", "window": "2"]
    for (name, file, options) in [
      ("x.ts", archive, [:]), ("x.csv", table, columns), ("x.csv", table, ["window": "2s"]),
    ] {
      for place in file.indices {
        for change in changes {
          var damaged = file
          damaged[place] = change
          tryReading(name, damaged, options)
        }
        tryReading(name, Array(file.prefix(place)), options)
        tryReading(name, Array(file.suffix(place)), options)
      }
    }
  }

  // MARK: Arrays

  @Test func anArrayOfTwoAxesHasASeriesARow() throws {
    let samples = try read([("x.npy", SeriesFiles.npy([1, 2, .nan, 4, 5, 6], [2, 3]))])
    #expect(values(samples, 0) == [1, 2] && values(samples, 1) == [4, 5, 6])
    #expect(samples.notes.contains { $0.contains("was taken for [series, steps]") })
    #expect(samples.notes.contains { $0.contains("1 of 2 series ends before the longest") })
  }

  @Test func ofThreeAxesTimeIsTheLongerOfTheLastTwo() throws {
    let numbers = (0..<12).map { Float($0) }
    let late = try read([("x.npy", SeriesFiles.npy(numbers, [1, 3, 4]))])
    #expect(values(late, 0) == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
    #expect(late.notes.contains { $0.contains("[series, channels, steps]") })
    let early = try read([("x.npy", SeriesFiles.npy(numbers, [1, 4, 3]))])
    #expect(values(early, 0) == numbers)
    let said = try read([("x.npy", SeriesFiles.npy(numbers, [1, 3, 4]))], ["axes": "ntc"])
    #expect(values(said, 0) == numbers && !said.notes.contains { $0.contains("taken for") })
    let recording = try read([("x.npy", SeriesFiles.npy(numbers, [6, 2]))], ["axes": "tc", "window": "3"])
    #expect(recording.names == ["series 1 1-3", "series 1 4-6"] && recording.channels.count == 2)
  }

  @Test func allTypesAndOrdersAreRead() throws {
    func expect(_ file: [UInt8], _ expected: [Float]) throws {
      let found = try values(read([("x.npy", file)]), 0)
      #expect(found == expected)
    }
    try expect(SeriesFiles.npy("<f8", [1, 2], SeriesFiles.bytes([1.5, -2.0])), [1.5, -2])
    try expect(SeriesFiles.npy(">f8", [1, 2], [0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0]), [1.5, -2])
    try expect(SeriesFiles.npy("<i2", [1, 2], SeriesFiles.bytes([Int16(-300), 7])), [-300, 7])
    try expect(SeriesFiles.npy("|i1", [1, 2], [255, 1]), [-1, 1])
    try expect(SeriesFiles.npy("<u4", [1, 2], SeriesFiles.bytes([UInt32(70_000), 1])), [70_000, 1])
    try expect(SeriesFiles.npy("|b1", [1, 2], [0, 1]), [0, 1])
    let columns = SeriesFiles.npy(
      "<f4", [2, 3], SeriesFiles.bytes([Float(1), 4, 2, 5, 3, 6]), isColumnMajor: true)
    let samples = try read([("x.npy", columns)])
    #expect(values(samples, 0) == [1, 2, 3] && values(samples, 1) == [4, 5, 6])
  }

  @Test func brokenArraysAreRefused() throws {
    let good = SeriesFiles.npy([1, 2, 3, 4], [2, 2])
    let broken: [([UInt8], String)] = [
      (Array("hello, world".utf8), "is no NumPy array"), (Array(good.prefix(40)), "cut off within its header"),
      (Array(good.dropLast(3)), "is cut off: an array of the shape [2, 2] needs 16 bytes, and 13 are there"),
      (SeriesFiles.npy("|O", [2], []), "holds Python objects"),
      (SeriesFiles.npy("<c8", [2], []), "values of the type '<c8'"),
      (SeriesFiles.npy("<f4", [1 << 40, 1 << 40], []), "impossible shape"),
      (SeriesFiles.npy([1, .infinity], [1, 2]), "an infinite value, the 2th"),
      (SeriesFiles.npy([1], [1, 1, 1, 1]), "two or three axes"), (SeriesFiles.npy([], [0, 5]), "holds no values"),
      (SeriesFiles.npy("<U2", [1], [65, 0, 0, 0, 0, 0, 0, 0]), "holds texts"),
    ]
    for (file, sentence) in broken {
      let found = failure { _ = try read([("x.npy", file)]) }
      #expect(found.contains(sentence), "\(found)")
    }
    // Whatever byte is wrong, the file is read or refused, and nothing traps.
    for place in good.indices {
      for change in [UInt8(0), 0x27, 0x31, 0xFF] {
        var file = good
        file[place] = change
        _ = failure { _ = try read([("x.npy", file)]) }
      }
    }
  }

  @Test func anArchiveHasSeriesAndLabels() throws {
    let series = SeriesFiles.npy([1, 2, 3, 4, 5, 6], [3, 2])
    func unicode(_ text: String) -> [UInt8] { text.utf8.flatMap { [$0, 0, 0, 0] } }
    let words = unicode("up") + [0, 0, 0, 0] + unicode("low") + unicode("low")
    let labels = SeriesFiles.npy("<U3", [3], words)
    let samples = try read([("x.npz", SeriesFiles.zip([("X.npy", series), ("y.npy", labels)]))])
    #expect(samples.labels?.classes == ["low", "up"] && samples.labels?.classIndices == [1, 0, 0])
    #expect(samples.notes.contains("The labels of 'X' are the array 'y'."))
    let parts = try read([
      (
        "x.npz",
        SeriesFiles.zip([
          ("X_train.npy", series), ("X_test.npy", SeriesFiles.npy([1, 2], [1, 2])),
          ("y_train.npy", SeriesFiles.npy("<i8", [3], SeriesFiles.bytes([Int64(0), 1, 0]))),
          ("y_test.npy", SeriesFiles.npy("<i8", [1], SeriesFiles.bytes([Int64(1)]))),
        ])
      )
    ])
    #expect(parts.labels?.splits == [.train, .train, .train, .test])
    #expect(parts.labels?.classIndices == [0, 1, 0, 1])
    let broken: [([UInt8], String)] = [
      (SeriesFiles.zip([("y.npy", labels)]), "holds no array of series"),
      (SeriesFiles.zip([("a.npy", series), ("b.npy", series)]), "holds several arrays of series"),
      (Array(SeriesFiles.zip([("a.npy", series)]).dropLast(30)), "is no archive of arrays, or it is cut off"),
      (Array("PK".utf8), "is no archive of arrays"),
    ]
    for (file, sentence) in broken {
      let found = failure { _ = try read([("x.npz", file)]) }
      #expect(found.contains(sentence), "\(found)")
    }
    let good = SeriesFiles.zip([("X.npy", series)])
    for place in good.indices {
      var file = good
      file[place] ^= 0xFF
      _ = failure { _ = try read([("x.npz", file)]) }
    }
  }

  // MARK: Labels in a file

  @Test func labelsOfAFile() throws {
    let array = SeriesFiles.npy([1, 2, 3, 4], [2, 2])
    let named = try read(
      [("x.npy", array), ("l.csv", Array("series,label,split\nseries 2,b,test\n1,a,train\n".utf8))], labels: "l.csv")
    #expect(named.labels?.classIndices == [0, 1] && named.labels?.splits == [.train, .test])
    let ordered = try read([("x.npy", array), ("l.csv", Array("label\nb\na\n".utf8))], labels: "l.csv")
    #expect(ordered.labels?.classIndices == [1, 0])
    let numbers = try read(
      [("x.npy", array), ("l.npy", SeriesFiles.npy("<i4", [2], SeriesFiles.bytes([Int32(5), 3])))], labels: "l.npy")
    #expect(numbers.labels?.classes == ["3", "5"])
    let grouped = try read(
      [("x.npy", array), ("l.csv", Array("label,person\nb,p\na,q\n".utf8))], labels: "l.csv", groupColumn: "person")
    #expect(grouped.groups?.names == ["p", "q"])
    let broken: [(String, String)] = [
      ("label\nb\n", "has 1 label, and there are 2 series"), ("series,label\n7,b\n", "there is no series '7'"),
      ("series,class\n1,b\n", "lacks 'label'"), ("label,split\na,first\nb,\n", "the split 'first' is not one of"),
    ]
    for (text, sentence) in broken {
      let found = failure { _ = try read([("x.npy", array), ("l.csv", Array(text.utf8))], labels: "l.csv") }
      #expect(found.contains(sentence), "\(found)")
    }
  }

  // MARK: Tables

  @Test func aRowASeries() throws {
    let samples = try read(
      "id,a,b,c,kind,split\ns1,1,2,3,x,train\ns2,4,,6,y,test\ns3,7,8,,x,\n", as: "x.csv", labelColumn: "kind")
    #expect(samples.names == ["s1", "s2", "s3"])
    #expect(values(samples, 1) == [4, nil, 6] && values(samples, 2) == [7, 8])
    #expect(samples.labels?.classIndices == [0, 1, 0] && samples.labels?.splits == [.train, .test, nil])
    #expect(samples.notes.contains { $0.contains("Each row is a series of up to 3 steps, 'a' to 'c'") })
  }

  @Test func aRowAStep() throws {
    let text = "id,time,x,y,class\na,0,1,10,up\nb,0,3,30,down\na,1,2,,up\nb,2,4,40,down\na,2,5,50,up\n"
    let samples = try read(text, as: "x.csv", ["id-column": "id", "time-column": "time"], labelColumn: "class")
    #expect(samples.names == ["a", "b"] && samples.channels == ["x", "y"])
    #expect(values(samples, 0) == [1, 10, 2, nil, 5, 50] && values(samples, 1) == [3, 30, 4, 40])
    #expect(samples.labels?.classes == ["down", "up"])
    #expect(samples.notes.contains { $0.contains("from 0.5 to 1 steps a second") })
    let one = try read(text, as: "x.csv", ["id-column": "id", "channels": "y"], labelColumn: "class")
    #expect(one.channels == ["y"] && values(one, 1) == [30, 40])
  }

  /// As spreadsheets write it in much of Europe, in both forms of a table; a column of plain numbers stays plain.
  @Test func decimalCommasAreReadAndSaid() throws {
    let rows = try read("a;b;c\n0,5;1,25;3\n-2,0;1.234,5;4\n", as: "x.csv")
    #expect(values(rows, 0) == [0.5, 1.25, 3] && values(rows, 1) == [-2, 1234.5, 4])
    #expect(rows.notes.contains { $0.contains("another notation") && $0.contains("is read as") }, "\(rows.notes)")
    let steps = try read("t;x;y\n0,0;1,5;7\n0,5;2,5;8\n1,0;3,5;9\n", as: "x.csv", ["time-column": "t"])
    #expect(values(steps, 0) == [1.5, 7, 2.5, 8, 3.5, 9])
    #expect(steps.notes.contains { $0.contains("2 steps a second") }, "\(steps.notes)")
    let named = try read("x;y\n1,5;7\n2,5;8\n", as: "x.csv", ["channels": "x"])
    #expect(values(named, 0) == [1.5, 2.5] && named.notes.contains { $0.contains("'1,5' is read as 1.5") })
    let broken = failure {
      _ = try read("t;x;y\n0,0;1,5;1,5\n0,5;2,5;abc\n1,0;3,5;2,5\n1,5;4,5;3,5\n", as: "x.csv", ["time-column": "t"])
    }
    #expect(broken.contains("line 3, column 'y': 'abc' is not a number like"), "\(broken)")
  }

  @Test func whiteSpaceAroundLabelsIsSaid() throws {
    let rows = try read("a,b,kind\n1,2,x\n3,4, x\n5,6,y\n", as: "x.csv", labelColumn: "kind")
    #expect(rows.labels?.classIndices == [0, 0, 1])
    #expect(
      rows.notes.contains { $0.contains("white space") }
        || rows.labels?.notes.contains { $0.contains("white space") } == true)
    let text = "id,t,x,k\na,0,1,up\na,1,2,up \nb,0,3,down\nb,1,4,down\n"
    let steps = try read(text, as: "x.csv", ["id-column": "id", "time-column": "t"], labelColumn: "k")
    #expect(steps.labels?.classes == ["down", "up"] && steps.labels?.classIndices == [1, 0])
  }

  /// Steps in rows, and nothing that says so.
  @Test func aColumnAloneNamesTheOptionsThatHelp() {
    let found = failure { _ = try read("x\n1\n2\n3\n", as: "x.csv") }
    for option in ["channels", "time-column", "id-column"] { #expect(found.contains(option), "\(found)") }
  }

  private static let brokenTables: [(String, String)] = [
    (
      "t,x\n0,1\n1,2\n1,3\n",
      "line 4: the time '1' stands twice: keep one of the two rows, or name the column that tells series apart"
    ),
    ("t,x\n0,1\n2,2\n1,3\n", "line 4: time runs backwards, from '2' to '1'"),
    ("t,x\n0,1\nnoon,2\n", "'noon' in the column 't' is no time"),
    ("t,x\n0,1\n1,a\n", "line 3, column 'x': 'a' is not a number"),
    ("t,x\n0,1\n1,inf\n", "'inf' is not a usable number"),
    ("t,x\n", "a header and no rows"), ("1,2\n3,4\n", "begins with numbers"), ("1,1\n3,4\n", "begins with numbers"),
    ("", "is an empty file"), ("s,x\n0,1\n", "lacks 't'"), ("t\n0\n1\n", "no column of numbers"),
  ]

  @Test(arguments: brokenTables) func brokenTablesOfStepsAreRefused(text: String, sentence: String) {
    let found = failure { _ = try read(text, as: "x.csv", ["time-column": "t"]) }
    #expect(found.contains(sentence), "\(found)")
  }

  @Test func gapsAndRatesAreSaid() throws {
    let samples = try read(
      "t,x\n2026-01-31T23:59:58Z,1\n2026-01-31 23:59:59,2\n2026-02-01T00:00:00.000Z,3\n2026-02-01T01:00:09+01:00,4\n",
      as: "x.csv",
      ["time-column": "t", "window": "2s"])
    #expect(samples.names == ["series 1 1-2", "series 1 3-4"])
    #expect(samples.notes.contains { $0.contains("1 steps a second") || $0.contains("1 step") })
    #expect(samples.notes.contains { $0.contains("1 gap, the longest of 9") })
  }

  private static let times: [(String, Double)] = [
    ("2026-01-31", 1_769_817_600), ("1970-01-01T00:00:00Z", 0), ("2000-02-29 12:00", 951_825_600),
    ("2000-02-29T12:00:00.25+05:30", 951_805_800.25), ("1969-12-31T23:59:59Z", -1), ("12.5", 12.5), ("-3", -3),
  ]

  @Test(arguments: times) func timesAreRead(text: String, seconds: Double) {
    #expect(TimeStamp.seconds(text) == seconds)
  }

  @Test(arguments: [
    "", "noon", "2026-13-01", "2026-01-00", "2026-01-01T25:00", "2026-01-01T10:00:", "2026-01-01T10:00:00+",
    "2026-01-01x",
    "2026-01-01T10:00:00Zx", "2026-01-01T10:00:00.Z", "inf", "2026-01-01T10:00:00+01:0",
  ]) func otherTextsAreNoTimes(text: String) { #expect(TimeStamp.seconds(text) == nil) }

  // MARK: Windows

  @Test func recordingsAreCutAndGrouped() throws {
    var text = "id,t,x,act\n"
    for step in 0..<10 { text += "a,\(step),\(step),\(step < 5 ? "walk" : "run")\n" }
    for step in 0..<4 { text += "b,\(step),\(step),walk\n" }
    for step in 0..<2 { text += "c,\(step),\(step),walk\n" }
    let samples = try read(
      text, as: "x.csv", ["id-column": "id", "time-column": "t", "window": "4", "stride": "2"], labelColumn: "act")
    #expect(samples.names == ["a 1-4", "a 3-6", "a 5-8", "a 7-10", "b 1-4"])
    #expect(samples.labels?.classes == ["run", "walk"] && samples.labels?.classIndices == [1, nil, nil, 0, 1])
    #expect(samples.groups?.names == ["a", "b"] && samples.groups?.indices == [0, 0, 0, 0, 1])
    #expect(samples.skipped.map(\.name) == ["c"])
    #expect(values(samples, 1) == [2, 3, 4, 5])
    #expect(samples.notes.contains { $0.contains("2 of 5 windows hold a change of the label") })
    let uncut = failure {
      _ = try read(text, as: "x.csv", ["id-column": "id", "time-column": "t"], labelColumn: "act")
    }
    #expect(uncut.contains("line 7: the label changes from 'walk' to 'run' within the series 'a'"), "\(uncut)")
  }

  private static let badWindows: [(OptionValues, String)] = [
    (["window": "0"], "must be a number of steps"), (["window": "4m"], "must be a number of steps"),
    (["stride": "2"], "has no meaning without windows"),
    (["window": "99"], "is shorter than a window: 3 steps, where a window has 99"),
    (["window": "1"], "a series needs at least 2"),
    (["window": "2s"], "nothing says how many steps a second"), (["channels": "x,"], "must be different names"),
  ]

  @Test(arguments: badWindows) func windowsThatMakeNoSenseAreRefused(options: OptionValues, sentence: String) {
    let found = failure { _ = try read("x\n1\n2\n3\n", as: "x.csv", options) }
    #expect(found.contains(sentence), "\(found)")
  }

  @Test func aVeryLongSeriesIsRefusedUnlessItIsCut() throws {
    let long = SeriesFiles.npy(
      [Float](repeating: 1, count: 400_000).enumerated().map { Float($0.offset % 7) }, [1, 400_000])
    let found = failure { _ = try read([("x.npy", long)]) }
    #expect(
      found.contains("The longest of the series has 400000 steps") && found.contains("cut the series into windows"),
      "\(found)")
  }

  @Test func rateAndSecondsGiveSteps() throws {
    let samples = try read("x\n1\n2\n3\n4\n5\n", as: "x.csv", ["window": "0.04s", "rate": 50])
    #expect(samples.names.count == 2 && samples.length(of: 0) == 2)
  }

  // MARK: Files together

  /// Of a folder each table is a recording, and what is said of all is said once.
  @Test func aFolderHoldsARecordingAFile() throws {
    try withTemporaryFolder { folder in
      for (number, name) in ["a.csv", "b.csv", "sub/c.csv", "notes.txt"].enumerated() {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("t,x,what\n0,\(number),w\n2,1,w\n4,2,w\n".utf8).write(to: file)
      }
      var reading = SeriesReading(labelColumn: "what", hasStepsInRows: false)
      try TimeSeries.apply(["time-column": "t"], to: &reading)
      let samples = try SeriesSamples([folder.path], reading)
      #expect(samples.names == ["a", "b", "c"] && samples.labels?.classes == ["w"])
      #expect(samples.notes.count { $0.contains("Time goes on by 2 a step, 0.5 steps a second") } == 1)
      #expect(samples.leftOut.map(\.count) == [1] && samples.files.count == 3)
    }
  }

  @Test func filesHaveTheSameChannels() throws {
    let found = failure {
      _ = try read([("a.ts", Array("@data\n1,2\n".utf8)), ("b.ts", Array("@data\n1,2:3,4\n".utf8))])
    }
    #expect(found.contains("has 2 channels, and") && found.contains("has 1:"), "\(found)")
  }

  @Test(arguments: ["x.parquet", "x.arff", "x.mat", "x.feather"]) func otherFormatsComeWithWhatToDo(name: String) throws
  {
    let found = failure { _ = try read([(name, [1, 2, 3])]) }
    #expect(found.contains("not read"), "\(found)")
    #expect(TimeSeries.claim([name])?.strength == .certain)
  }

  @Test func whoClaimsWhat() throws {
    try withTemporaryFolder { folder in
      for name in ["a.ts", "b.ts", "t.csv", "x.npy", "y.npy", "z.npz"] {
        try Data([1]).write(to: folder.appending(path: name))
      }
      func claim(_ names: String...) -> Claim.Strength? {
        TimeSeries.claim(names.map { folder.appending(path: $0).path })?.strength
      }
      #expect(claim("a.ts") == .certain && claim("a.ts", "b.ts") == .certain && claim("z.npz") == .certain)
      #expect(claim("x.npy") == .certain && claim("x.npy", "y.npy") == .onRequest && claim("t.csv") == .onRequest)
      #expect(claim("p.jpg") == nil)
      let chosen: [([String], OptionValues, String)] = [
        (["t.csv"], [:], "tables"), (["t.csv"], ["time-column": "t"], "series"), (["x.npy"], [:], "series"),
        (["x.npy", "y.npy"], [:], "pictures"), (["a.ts"], [:], "series"),
      ]
      for (names, options, expected) in chosen {
        let places = names.map { folder.appending(path: $0).path }
        let kind = try RunRequest.kind(of: places, named: nil, choosing: options, .standard)
        #expect(kind.name == expected)
      }
    }
  }
}
