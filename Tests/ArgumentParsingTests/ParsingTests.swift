import Testing

@testable import ArgumentParsing

private func draw(_ words: String...) throws -> Draw {
  try #require(try Root.parseAsRoot(["draw"] + words) as? Draw)
}

struct ParsingTests {
  @Test func defaultsStandWhereNothingIsGiven() throws {
    let command = try draw("a", "-o", "out")
    #expect(command.data == ["a"])
    #expect(command.output == "out")
    #expect(command.shape == .circle)
    #expect(command.temperature == 0.2)
    #expect(command.sign == nil)
    #expect(command.pens == ["red", "blue"])
    #expect(command.side == [])
    #expect(!command.json && !command.verbose && command.fill && command.frame == nil)
    #expect(command.shared.seed == 0 && command.shared.batchSize == 128 && command.shared.threads == nil)
  }

  @Test func everyKindOfArgumentIsRead() throws {
    let command = try draw(
      "--seed=18446744073709551615", "a", "--shape", "hexagon", "--output=x=y", "b", "--temperature", "1e-3",
      "--sign", "false", "--side", "-3.5", "--side=2", "--colours", "green", "black", "--json", "--no-fill", "--frame",
      "--batch-size", "2", "--threads", "5", "--", "--json", "-")
    #expect(command.shared.seed == .max)
    #expect(command.data == ["a", "b", "--json", "-"])
    #expect(command.shape == .hexagon)
    #expect(command.output == "x=y")
    #expect(command.temperature == 1e-3)
    #expect(command.sign == false)
    #expect(command.side == [-3.5, 2])
    #expect(command.pens == ["green", "black"])
    #expect(command.json && !command.fill && command.frame == true)
    #expect(command.shared.batchSize == 2 && command.shared.threads == 5)
  }

  @Test(arguments: [["-jvo", "x"], ["-vj", "-o=x"], ["-jvo=x"], ["-j", "-v", "-o", "x"]])
  func shortNamesGroup(words: [String]) throws {
    let command = try #require(try Root.parseAsRoot(["draw", "a"] + words) as? Draw)
    #expect(command.json && command.verbose && command.output == "x")
  }

  @Test func theLastOfTwoValuesCounts() throws {
    let command = try draw("a", "-o", "x", "--output", "y", "--no-frame", "--frame", "--no-frame")
    #expect(command.output == "y")
    #expect(command.frame == false)
  }

  @Test func wordsAreGivenToPlacesFromTheLeft() throws {
    let all = try Compare.parse(["one", "2", "3", "four"])
    #expect(all.first == "one" && all.others == [2, 3] && all.last == "four")
    let negative = try Compare.parse(["one", "-2", "four"])
    #expect(negative.others == [-2])
    let alone = try Compare.parse(["one"])
    #expect(alone.others == [] && alone.last == nil)
  }

  @Test func nestedCommandsAndConstructedNames() throws {
    let pen = try #require(try Root.parseAsRoot(["bench-tools", "pen", "--learning-rate", "0.5"]) as? Pen)
    #expect(pen.learningRate == 0.5)
    #expect(kebabCase("learningRate") == "learning-rate")
    #expect(kebabCase("BenchURLs") == "bench-urls")
    #expect(kebabCase("URLPath") == "url-path")
    #expect(kebabCase("top5") == "top5")
    #expect(kebabCase("") == "")
  }

  @Test func copiesStayApart() throws {
    let command = try draw("a", "-o", "x")
    var copy = command
    copy.shape = .square
    copy.shared.threads = 7
    #expect(command.shape == .circle && command.shared.threads == nil)
    #expect(copy.shape == .square && copy.shared.threads == 7)
    #expect(try draw("b", "-o", "y").data == ["b"] && command.data == ["a"])
  }
}

struct ParserErrorTests {
  @Test(arguments: [
    ("drwa", "There is no command 'drwa'; did you mean 'draw'?"),
    ("bench", "There is no command 'bench'; did you mean 'bench-tools'?"),
    ("zzz", "There is no command 'zzz'; the commands are draw, compare, bench-tools."),
    ("--versoin", "There is no option '--versoin'; did you mean '--version'?"),
    ("draw a -o x --temprature 3", "There is no option '--temprature'; did you mean '--temperature'?"),
    ("draw a -o x -seed 3", "There is no option '-seed'; did you mean '--seed'?"),
    ("draw a -o x --temp 3", "There is no option '--temp'; did you mean '--temperature'?"),
    ("draw a -o x --unheard-of", "There is no option '--unheard-of'."),
    ("draw a --output", "The option '--output' needs a value, <file>."),
    ("draw a -o --json", "The option '-o' needs a value, <file>."),
    ("draw a --output -- b", "The option '--output' needs a value, <file>."),
    ("draw a -o x --json=yes", "The flag '--json' takes no value, but 'yes' was given."),
    ("draw a -o x --seed -3", "The value of '--seed', '-3', is not a whole number from 0."),
    ("draw a -o x --seed 1.5", "The value of '--seed', '1.5', is not a whole number from 0."),
    ("draw a -o x --seed=", "The value of '--seed', '', is not a whole number from 0."),
    (
      "draw a -o x --seed 18446744073709551616",
      "The value of '--seed', '18446744073709551616', is not a whole number of at most 19 digits."
    ),
    (
      "draw a -o x --threads -9223372036854775809",
      "The value of '--threads', '-9223372036854775809', is not a whole number of at most 18 digits."
    ),
    ("draw a -o x --threads two", "The value of '--threads', 'two', is not a whole number."),
    ("draw a -o x --temperature nan", "The value of '--temperature', 'nan', is not a number."),
    ("draw a -o x --temperature 1e999", "The value of '--temperature', '1e999', is not a number."),
    ("draw a -o x --sign maybe", "The value of '--sign', 'maybe', is not one of true, false."),
    (
      "draw a -o x --shape cirlce",
      "The value of '--shape', 'cirlce', is not one of square, circle, hexagon; did you mean 'circle'?"
    ),
    ("draw a", "The option '--output <file>' is missing."),
    ("draw -o x", "The argument <data> is missing."),
    ("draw a -o x --side 3 4x --side y", "The value of '--side', 'y', is not a number."),
    ("compare a b c", "The value of <others>, 'b', is not a whole number."),
    ("bench-tools pen --learning-rate 1 x", "The argument 'x' was not expected."),
    ("bench-tools pen --learning-rate 1 -3", "The argument '-3' was not expected."),
    ("draw a -o x --temperature -1", "The temperature -1.0 is not above 0."),
    ("draw a -o x --batch-size 1", "The batch size 1 is less than 2."),
  ])
  func eachIsOneSentenceAndAUsageError(line: String, sentence: String) {
    let error = #expect(throws: ParserError.self) {
      try Root.parseAsRoot(line.split(separator: " ").map(String.init))
    }
    #expect(error?.description == sentence)
    #expect(error?.exitCode == .validationFailure)
  }

  @Test func helpAndVersionAreNoErrors() throws {
    for line in [
      ["--help"], ["-h"], ["help"], ["help", "draw"], ["draw", "--bogus", "-h"], ["bench-tools", "--help"],
    ] {
      let error = #expect(throws: ParserError.self) { try Root.parseAsRoot(line) }
      guard case .helpRequested = error?.kind else {
        Issue.record("\(line) gave \(String(describing: error))")
        continue
      }
      #expect(error?.exitCode == .success)
    }
    for line in [["--version"], ["draw", "--version"]] {
      #expect(throws: ParserError.self) { try Root.parseAsRoot(line) }
      let error = #expect(throws: ParserError.self) { try Root.parseAsRoot(line) }
      #expect(error?.kind == .versionRequested("1.2.3") && error?.exitCode == .success)
    }
    // After the terminator it is a word like any other.
    #expect(try draw("-o", "x", "--", "--help").data == ["--help"])
    #expect(throws: ParserError.self) { try Root.parseAsRoot(["help", "drw"]) }
  }

  @Test func noLineTraps() {
    let pieces = [
      "draw", "compare", "bench-tools", "help", "--", "-", "--=", "=", "-=", "--output", "-o", "-jv", "-jx", "--json=",
      "--no-fill", "--no-json", "--seed", "-1", "-.", "-.5", "", " ", "-\u{301}", "é", "\u{0}", "👩‍👩‍👧", "--colours",
      "--side",
      "--help=x", "---", "--👩‍👩‍👧=1", String(repeating: "x", count: 100_000), "--" + String(repeating: "y", count: 100_000),
    ]
    var generator = SystemRandomNumberGenerator()
    for length in 0..<6 {
      for _ in 0..<300 {
        let line = (0..<length).map { _ in pieces.randomElement(using: &generator) ?? "" }
        _ = try? Root.parseAsRoot(line)
        _ = try? Root.parseAsRoot(["draw"] + line)
        _ = try? Compare.parse(line)
      }
    }
  }

  @Test func distanceCountsEditsAndSwaps() {
    func distance(_ first: String, _ second: String) -> Int { editDistance(Array(first), Array(second)) }
    #expect(distance("", "") == 0)
    #expect(distance("", "abc") == 3)
    #expect(distance("kitten", "sitting") == 3)
    #expect(distance("ab", "ba") == 1)
    #expect(distance("pretrian", "pretrain") == 1)
    #expect(distance("ca", "abc") == 3)
  }
}

struct ExecutionTests {
  private func execute(_ words: String...) -> (code: Int32, output: String, errors: String) {
    var (output, errors) = ("", "")
    let code = Root.execute(words, width: 80, output: { output += $0 }, errors: { errors += $0 })
    return (code.rawValue, output, errors)
  }

  @Test func codesAndStreams() {
    #expect(execute("compare", "a") == (0, "", ""))
    #expect(execute("--version") == (0, "1.2.3\n", ""))
    #expect(execute("--help") == (0, Root.helpMessage(), ""))
    #expect(execute() == (2, "", Root.helpMessage()))
    #expect(execute("compare", "broken") == (1, "", "error: the pen broke\n"))
    #expect(execute("compare", "interrupted") == (130, "", ""))
    #expect(execute("compare", "refused") == (2, "", "error: no such drawing\n"))
    let unknown = "error: There is no command 'darw'; did you mean 'draw'?\nSee 'shapes --help' for what it takes.\n"
    #expect(execute("darw") == (2, "", unknown))
    let missing = "error: The argument <first> is missing.\nSee 'shapes compare --help' for what it takes.\n"
    #expect(execute("compare") == (2, "", missing))
  }
}
