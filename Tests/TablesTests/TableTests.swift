import Foundation
import Learning
import TestSupport
import Testing

@testable import Samples
@testable import Tables

private func table(_ text: String, name: String = "t.csv", in folder: TemporaryFolder? = nil) throws -> TableFile {
  let folder = try folder ?? TemporaryFolder()
  return try TableFile(folder.write(name, text))
}

private func fitted(_ table: TableFile, label: String? = nil, scaling: NumberEncoding.Scaling = .standard) throws
  -> TableConfiguration
{
  try TableConfiguration(fitting: table, labelColumn: label, scaling: scaling, corruption: .exactly(share: 0.6))
}

/// A column of these cells, beside a number that makes the table usable.
private func role(of cells: [String], named name: String = "x") throws -> TableColumn.Role {
  let rows = cells.enumerated().map { "\"\($1)\",\(Double($0) + 0.5)" }
  return try fitted(table(([name + ",other"] + rows).joined(separator: "\n"))).columns[0].role
}

private func kind(_ role: TableColumn.Role) -> String {
  switch role {
  case .number: "number"
  case .date: "date"
  case .category: "category"
  case .label: "label"
  case .group: "group"
  case .split: "split"
  case .identifier: "identifier"
  case .leftOut(let reason): reason
  }
}

struct TableTests {
  @Test(
    arguments: [
      (["1", "2", "1", "2", "3"], "x", "number"),
      (["0", "1", "0", "1"], "x", "number"),
      (["1.5", " 2e3 ", "-.5", "+7"], "x", "number"),
      (["1", "", "NA", "NaN", "?", "null", "3", "1"], "x", "number"),
      (["1", "2", "1", "2", "3"], "blood_type", "category"),
      (["1", "2", "1", "2.5"], "blood_type", "number"),
      (["007", "012", "007", "012"], "x", "category"),
      (["0", "0.7", "0", "1"], "x", "number"),
      (["a", "b", "a", "b"], "x", "category"),
      (["yes", "no", "", "yes", "no"], "x", "category"),
      (["a", "b", "c", "d"], "x", "identifier"),
      (["1", "2", "3", "4"], "x", "identifier"),
      (["0", "1", "2", "3"], "x", "identifier"),
      (["4", "9", "2", "6"], "x", "number"),
      (["4", "9", "2", "6"], "patient_id", "identifier"),
      (["4", "4", "2", "2"], "PatientId", "identifier"),
      (["1", "0", "1", "0"], "paid", "number"),
      (["1", "0", "1", "0"], "COVID", "number"),
      (["", "NA", "?"], "x", "empty"),
      (["3", "3", "3", ""], "x", "all known values are equal"),
      (["u", "u", "u"], "x", "all known values are equal"),
      (["2024-01-31", "1999-12-01", ""], "x", "date"),
      (["31.01.2024 12:30", "01.12.1999 00:00"], "x", "date"),
      (["1638,23", "2,5", "1638,23"], "x", "number"),
      (["€16", "€3", "€16"], "x", "number"),
      (["3.8 %", "4 %", "", "5 %"], "x", "number"),
      (
        ["1,5", "1.5", "2", "3", "4"], "x",
        "numbers, but '1,5' on line 2: write all in one way, or leave such cells empty"
      ),
      (["1", "2", "3+", "1", "2", "3+"], "x", "category"),
      (["12 Oak", "13 Elm", "14 Ash"], "x", "identifier"),
      // Whether the day or the month comes first is not guessed.
      (["03/04/2024", "03/04/2024", "05/04/2024", "05/04/2024"], "x", "category"),
      (["2023-02-29", "2023-02-29", "2023-03-01", "2023-03-01"], "x", "category"),
    ] as [([String], String, String)])
  func columnsAreWhatTheySay(cells: [String], name: String, expected: String) throws {
    #expect(kind(try role(of: cells, named: name)) == expected)
  }

  @Test func textThatNeverComesBackIsLeftOut() throws {
    let notes = (0..<40).map { "note \($0 % 30)" }
    #expect(kind(try role(of: notes)) == "text of 30 different values")
    let mixed = (0..<40).map { $0 == 17 ? "<5" : "\($0 * 3)" }
    #expect(
      kind(try role(of: mixed)) == "numbers, but '<5' on line 19: write all in one way, or leave such cells empty")
  }

  /// Foundation's calendar is the oracle.
  @Test func datesAreDays() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    for (year, month, day) in [
      (1970, 1, 1), (2000, 2, 29), (1900, 3, 1), (1899, 12, 31), (2024, 2, 29), (2100, 12, 31),
    ] {
      let date = try #require(
        calendar.date(from: DateComponents(year: year, month: month, day: day)))
      let expected = date.timeIntervalSince1970 / 86400
      let two = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
      #expect(TableCell.days("\(year)-\(two(month))-\(two(day))") == expected)
      #expect(TableCell.days("\(year)/\(month)/\(day)") == expected)
      #expect(TableCell.days("\(two(day)).\(two(month)).\(year)") == expected)
      #expect(TableCell.days("\(year)-\(two(month))-\(two(day))T18:00:00Z") == expected + 0.75)
      #expect(TableCell.days("\(year)-\(two(month))-\(two(day)) 12:00+06:00") == expected + 0.25)
    }
    for text in ["", "2024", "2024-13-01", "2024-00-10", "2024-1-32", "24-01-01", "2024-01-01T25:00", "a-b-c", "1-2-3"]
    {
      #expect(TableCell.days(text) == nil, "\(text)")
    }
  }

  @Test func numbersAreDecimal() {
    for text in ["0x10", "nan(3)", "1_000", "1,5", "1.2.3", "e5", "-", "", "²"] {
      #expect(TableCell.number(text) == nil, "\(text)")
    }
    #expect(TableCell.number("-1.5E-3") == -0.0015)
    #expect(TableCell.number("1e400") == .infinity)
    #expect(TableCell.number("-Inf") == .infinity)
  }

  @Test(arguments: [(",", "t.csv"), (";", "t.csv"), ("\t", "t.tsv"), ("\t", "t.csv")])
  func separatorsAreFound(separator: String, name: String) throws {
    let text = "a|\"b, c; d\"|e\n1|x|3\n2|\"y|z\"|4\n".replacingOccurrences(of: "|", with: separator)
    let table = try table(text, name: name)
    #expect(table.header == ["a", "b, c; d", "e"])
    #expect(table.records[1].fields == ["2", "y\(separator)z", "4"])
  }

  @Test func everythingIsFittedOnTheTrainingPart() throws {
    let table = try table(
      "number,colour,split,only_test\n1,red,train,5\n3,blue,train,5\n,red,train,5\n1000,green,test,6\n7,,validation,7\n"
        + "9,blue,test,7\n9,red,test,7\n")
    let configuration = try fitted(table)
    let collection = try TableCollection(table, configuration)
    guard case .number(let number) = configuration.columns[0].role,
      case .category(let colour) = configuration.columns[1].role
    else {
      Issue.record("\(configuration.columns)")
      return
    }
    #expect(number.centre == 2 && number.scale == 1 && number.fill == 2 && number.marksMissing)
    #expect(colour.values == ["blue", "red"] && colour.fill == 1 && !colour.marksMissing)
    #expect(kind(configuration.columns[3].role) == "all known values are equal")
    #expect(try collection.trainingIndices() == [0, 1, 2])
    #expect(
      try rendered(collection.evaluationView(of: [0, 1, 2, 3, 4])) == [
        [-1, 0, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1], [998, 0, 0, 0], [5, 0, 0, 1],
      ])
    #expect(
      collection.notes == [
        "Unknown cells are filled in, in 2 of 2 columns: 'number' (1), 'colour' (1), of 7 rows.",
        "The network cannot tell that cells of 'colour' are unknown, because all were known in the training data.",
        "Values that were not in the training data are encoded as none of the known values, in 1 of 2 columns: 'colour' (1 "
          + "cell: 'green').",
      ])
  }

  @Test func numbersOfManyDigitsAreNotTakenForEqual() throws {
    func found(_ cells: [String]) throws -> String { kind(try role(of: cells)) }
    // Of 19 digits they differ by less than a number of 64 bits can hold.
    let digits = "123456789012345678"
    #expect(try found((0..<9).map { digits + "\($0)" }) == "identifier")
    #expect(try found((0..<9).map { digits + "\($0 % 3)" }) == "category")
    #expect(
      try found((0..<9).map { digits + "\($0 % 8)" })
        == "8 different whole numbers of more digits than can be told apart")
    #expect(
      try found((0..<9).map { "1000000000000000.\($0 % 8)" })
        == "7 values that are equal in the first 12 digits: subtract what they have in common")
    // One other number among them tells them apart no better.
    let keys = (0..<80).map { digits + "\($0 % 10)" + "\($0 / 10)" }.map { String($0.dropFirst()) }
    #expect(try found(keys + ["1.5"]) == "identifier")
    #expect(try found(keys + ["0.1234567890123456789"]) == "identifier")
    #expect(try found(keys + keys + ["1.5", "1.5"]) == "category")
    #expect(
      try found(keys + [keys[0], "1.5"]) == "80 different whole numbers of more digits than can be told apart")
    // Nor does one with a decimal comma.
    #expect(try found(keys + ["1,5"]) == "identifier")
    // Times in nanoseconds are so far apart that they are numbers.
    #expect(try found((0..<9).map { "17000\($0 * 7 % 9)0000000000000" }) == "number")
  }

  @Test func otherColumnsDecideWhatAMarkMeans() throws {
    func roles(_ text: String) throws -> [NumberNotation?] {
      try fitted(table(text)).columns.map { column in
        guard case .number(let encoding) = column.role else { return nil }
        return encoding.notation
      }
    }
    // Decimal commas beside it, so that the points are those of thousands.
    let german = try roles("a;b\n1,5;1.234\n2,75;2.500\n3,25;3.100\n")
    #expect(german[1]?.number("1.234") == 1234 && german[1]?.isAssumed == true && german[0]?.isAssumed == false)
    let english = try roles("a,b\n1.5,\"1,234\"\n2.75,\"2,500\"\n3.25,\"3,100\"\n")
    #expect(english[0] == nil && english[1]?.number("1,234") == 1234 && english[1]?.isAssumed == true)
    let alone = try roles("a;b\n1;1,234\n2;2,500\n7;3,100\n")
    #expect(alone[1]?.number("1,234") == 1.234 && alone[1]?.isAssumed == true)
    let said = try fitted(table("a;b\n1;1,234\n2;2,500\n7;3,100\n")).columnSummary.map(\.description)
    #expect(
      said.contains { $0.hasPrefix("'b': no value shows whether its marks separate thousands or a fraction") },
      "\(said)")
  }

  @Test func categoriesInTwoFormsOfUnicodeAreOne() throws {
    let table = try table("a,c\n1,caf\u{E9}\n2,cafe\u{301}\n5,tea\n7,tea\n")
    let configuration = try fitted(table)
    guard case .category(let encoding) = configuration.columns[1].role else {
      Issue.record("\(configuration.columns)")
      return
    }
    #expect(encoding.values.map { Array($0.utf8) } == ["caf\u{E9}", "tea"].map { Array($0.utf8) })
    #expect(
      try TableCollection(table, configuration).notes == [
        "Written in more than one Unicode form, and one value each: 'caf\u{E9}'."
      ])
  }

  @Test func minMaxScalingReachesFromZeroToOne() throws {
    let configuration = try fitted(table("a,b\n2,x\n4,y\n3,x\n10,y\n"), scaling: .minMax)
    guard case .number(let number) = configuration.columns[0].role else { return }
    #expect(number.centre == 2 && number.scale == 8 && number.fill == 4.75)
  }

  @Test func labelsSplitsAndIdentifiersAreNoFeatures() throws {
    let folder = try TemporaryFolder()
    let table = try table(
      "id,age,class,split\np1,30,x,train\np2,41,,train\np3,52,y,test\np4,30,x,validation\n", in: folder)
    let configuration = try fitted(table, label: "class")
    let collection = try TableCollection(table, configuration)
    #expect(configuration.features.map(\.name) == ["age"])
    #expect(collection.names == ["p1", "p2", "p3", "p4"])
    let labels = try #require(collection.labels)
    #expect(labels.classes == ["x", "y"] && labels.classIndices == [0, nil, 1, 0])
    #expect(labels.splits == [.train, .train, .test, .validation])
    let listed = try collection.configuration.open(collection.listing(of: [2, 0]))
    #expect(listed.names == ["p3", "p1"])
    #expect(listed.labels?.classIndices == [1, 0])
  }

  /// Another unit, as grams for kilograms.
  @Test func valuesFarFromThoseOfTheTrainingDataAreSaid() throws {
    let folder = try TemporaryFolder()
    func text(_ unit: String) -> String { "a,b\n" + (1...8).map { "\($0).5,\(9 - $0)\(unit)\n" }.joined() }
    for scaling in NumberEncoding.Scaling.allCases {
      let configuration = DataConfiguration(try fitted(table(text(""), in: folder), scaling: scaling))
      #expect(try configuration.scan([folder.write("same.csv", text(""))]).notes == [])
      let notes = try configuration.scan([folder.write("grams.csv", text("000"))]).notes
      #expect(notes.count == 1)
      #expect(
        notes[0].hasPrefix(
          "Most values lie far from those of the training data, as with another unit, in 1 of 2 columns: 'b' (such as 8"
        ),
        "\(notes)")
    }
  }

  @Test func namesAreRowsWhereNoColumnTellsThemApart() throws {
    let table = try table("patient_id,x\n7,1.5\n7,2\n8,3\n")
    #expect(try TableCollection(table, fitted(table)).names == ["row 1", "row 2", "row 3"])
  }

  @Test func aConfigurationSurvivesStorage() throws {
    let table = try table("n,c,d\n1.1,a,2020-01-01\n,b,2020-01-05\n3,a,\n4,b,2020-02-01\n")
    let configuration = DataConfiguration(try fitted(table))
    let stored = try Catalogue().adding(Tables.self).decoder.decode(
      DataConfiguration.self, from: JSONEncoder().encode(configuration))
    #expect(stored == configuration)
  }

  @Test func anotherFileIsReadAsTheFirstWas() throws {
    let folder = try TemporaryFolder()
    let configuration = DataConfiguration(try fitted(table("a,c\n1,x\n3,y\n1,x\n3,y\n", in: folder)))
    let other = try folder.write("other.csv", "extra,c,a\n5,y,5\n6,new,\n")
    let collection = try configuration.scan([other])
    #expect(try rendered(collection.evaluationView(of: [0, 1])) == [[3, 0, 1], [0, 0, 0]])
    #expect(
      collection.notes == [
        "Columns that were not in the training data are ignored: 'extra'.",
        "Unknown cells are filled in, in 1 of 2 columns: 'a' (1), of 2 rows.",
        "The network cannot tell that cells of 'a' are unknown, because all were known in the training data.",
        "Values that were not in the training data are encoded as none of the known values, in 1 of 2 columns: 'c' (1 "
          + "cell: 'new').",
      ])
    func problem(_ text: String) throws -> String {
      let place = try folder.write("wrong.csv", text)
      let error = #expect(throws: DatasetError.self) { try configuration.scan([place]) }
      return error?.description.replacingOccurrences(of: place, with: "F") ?? ""
    }
    #expect(
      try problem("a,d\n1,x\n")
        == "'F' lacks 1 of the 2 columns that the run learned from: 'c'; its columns are 'a', 'd'.")
    #expect(try problem("a,c\n1,x\ntwo,y\n") == "'F', line 3, column 'a': 'two' is not a number.")
    #expect(try problem("a,c\n1,x\n1e400,y\n").hasPrefix("'F', line 3, column 'a': '1e400' is not a usable number"))
  }

  @Test func aTableThatChangedIsNoticed() throws {
    let folder = try TemporaryFolder()
    let first = try table("a,b\n1,5.5\n2,4\n9,3\n", in: folder)
    let collection = try TableCollection(first, fitted(first))
    let listing = collection.listing(of: [0, 2])
    _ = try collection.configuration.open(listing)
    try folder.write("t.csv", "a,b\n1,5.5\n2,4\n9,4\n")
    let error = #expect(throws: DatasetError.self) { try collection.configuration.open(listing) }
    #expect(error == .changed(path: first.path))
  }

  @Test(
    arguments: [
      ("a,b\n1,2\n3\n", "'F', line 3 has 1 field where the header has 2."),
      ("a,a\n1,2\n3,4\n", "'F', line 1: the header names the column 'a' twice."),
      ("a, a\n1,2\n3,4\n", "'F', line 1: the header names the column 'a' twice."),
      (",a\n1,2\n3,4\n", "'F', line 1: column 1 has no name"),
      ("", "'F' is empty: it needs a header"),
      ("a,b\n", "Only 0 samples (table rows) can be read"),
      ("a,b\n1,2\n", "Only 1 sample (table rows) can be read"),
      ("a,b\n1,2\ninf,3\n", "'F', line 3, column 'a': 'inf' is not a usable number"),
      ("a,b\n1,2\n2,-1e400\n", "'F', line 3, column 'b': '-1e400' is not a usable number"),
      ("a,split\n1,train\n2,dev\n", "'F', line 3: the split 'dev' is not one of train, validation, test."),
      ("a,split\n1,train\n2,test\n", "Only 1 sample (table rows) can be read"),
      (
        "id,a\n1,5\n2,5\n",
        "'F' has no column to learn from; left out: id: identifier; a: all known values are equal."
      ),
    ] as [(String, String)])
  func faultsAreSentences(text: String, sentence: String) throws {
    let folder = try TemporaryFolder()
    let place = try folder.write("t.csv", text)
    let error = #expect(throws: DatasetError.self) { try fitted(TableFile(place)) }
    let said = error?.description.replacingOccurrences(of: place, with: "F") ?? ""
    #expect(said.hasPrefix(sentence), "\(said)")
  }

  @Test func labelsOfTablesAreColumns() throws {
    let folder = try TemporaryFolder()
    let first = try table("a,b,c,y\n1,5.5,2,u\n2,4,2,v\n9,3,1,u\n", in: folder)
    let configuration = DataConfiguration(try fitted(first))
    #expect(throws: DatasetError.self) {
      try configuration.scan([first.path], Annotations(labels: .file("labels.csv")))
    }
    #expect(throws: DatasetError.self) { try configuration.scan([first.path], Annotations(labels: .column("nowhere"))) }
    // What the run learned from is no judge of it.
    let error = #expect(throws: DatasetError.self) {
      try configuration.scan([first.path], Annotations(labels: .column("a")))
    }
    #expect(error?.description.contains("'a'") == true)
    #expect(throws: DatasetError.self) { try fitted(first, label: "nowhere") }
    #expect(throws: DatasetError.self) { try TableFile.single(among: [first.path, folder.path]) }
  }

  @Test func anyBytesAreReadOrRefused() throws {
    let folder = try TemporaryFolder()
    var generator = SystemRandomNumberGenerator()
    let pieces = [
      "a", ",", ";", "\t", "\"", "\n", "1", ".", "'", "€", "%", "\u{2212}", "000", "-", ".5", "e9", "2020-01-01", "é",
      "NA", "\u{0}", " ", "id", "?",
    ]
    for _ in 0..<400 {
      let text = "p,q,r\n" + (0..<60).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      let place = try folder.write("t.csv", text)
      do {
        let table = try TableFile(place)
        let collection = try TableCollection(table, fitted(table))
        _ = try rendered(collection.evaluationView(of: Array(collection.names.indices)))
      } catch is DatasetError {}
    }
  }

  /// A model of tables that is given pictures says what it takes.
  @Test func aFolderIsNoTable() {
    #expect {
      try TableFile.single(among: ["/"])
    } throws: {
      "\($0)".contains("is a folder") && "\($0)".contains("CSV or TSV file")
    }
    #expect(throws: DatasetError.noSuchFile(path: "/nowhere")) { try TableFile.single(among: ["/nowhere"]) }
  }
}

/// The first view of every sample.
func rendered(_ source: any ViewSource, epoch: Int = 0) throws -> [[Float]] {
  try (0..<source.sampleCount).map { try rendered(source, sample: $0, epoch: epoch)[0] }
}

/// All views of one sample.
func rendered(_ source: any ViewSource, sample: Int, epoch: Int = 0) throws -> [[Float]] {
  let buffers = source.layouts.map { UnsafeMutableRawBufferPointer.allocate(byteCount: $0.byteCount, alignment: 64) }
  defer { for buffer in buffers { buffer.deallocate() } }
  try source.render(sample: sample, epoch: epoch, into: buffers)
  return buffers.map { Array($0.assumingMemoryBound(to: Float.self)) }
}
