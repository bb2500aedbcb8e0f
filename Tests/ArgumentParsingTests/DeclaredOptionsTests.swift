import Foundation
import Testing

@testable import ArgumentParsing

private enum Kinds {
  @TaskLocal static var options: [DeclaredOption] = []

  static let pictures = OptionSection(title: "Pictures", more: "shapes kinds pictures")
  static let all = [
    DeclaredOption(
      "image-size", help: ArgumentHelp("Side of a view. Default: 64.", valueName: "pixels"), section: pictures,
      check: { text in
        Int(text).map { (1...4096).contains($0) } ?? false ? nil : "a whole number from 1 to 4096"
      }),
    DeclaredOption(
      "noise", help: "Which noise is added.", allowedValues: ["grain", "gentle salt", "a$b"], section: pictures,
      isRare: true),
    DeclaredOption("tile", section: pictures, isRare: true),
    DeclaredOption(
      "sound", help: "A sound to begin with.", completion: .file(extensions: ["wav"]), section: "Sounds", isRare: true),
    DeclaredOption(
      "pitch", help: "How high it is.", section: OptionSection(title: "Sounds", more: "shapes kinds sounds")),
    DeclaredOption("plain", help: "One without a section."),
  ]
}

/// Declares some between its own options, and others in a group.
private struct Paint: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Paints.", version: "1")

  @Argument(completion: .directory) var data: [FilePath]
  @DeclaredOptions({ Kinds.options }) var chosen: [String: String]
  @Option(help: "What to paint.") var shape = Shape.circle
  @Flag(inversion: .prefixedNo, help: "Fill the shape.") var fill = true
  @OptionGroup(title: "More") var group: PaintGroup
}

private struct PaintGroup: ParsableArguments {
  @Option(name: .shortAndLong, help: "Where it goes.") var output: FilePath?
  @DeclaredOptions({ Kinds.options.isEmpty ? [] : [DeclaredOption("brush", help: "Of the group.")] })
  var brushes: [String: String]
}

private func paint(_ words: String..., options: [DeclaredOption] = Kinds.all) throws(ParserError) -> Paint {
  // The task-local value is there only while the line is parsed.
  let result = Kinds.$options.withValue(options) { () -> Result<Paint, ParserError> in
    do throws(ParserError) { return .success(try Paint.parse(["a"] + words)) } catch { return .failure(error) }
  }
  return try result.get()
}

struct DeclaredOptionsTests {
  @Test func whatWasGivenIsFoundByName() throws {
    #expect(try paint().chosen == [:])
    let command = try paint(
      "--image-size", "32", "--pitch=-3", "b", "--noise", "gentle salt", "--image-size=64", "--plain=", "--brush",
      "wide",
      "--shape", "square")
    #expect(command.chosen == ["image-size": "64", "pitch": "-3", "noise": "gentle salt", "plain": ""])
    #expect(command.group.brushes == ["brush": "wide"])
    #expect(command.data == ["a", "b"] && command.shape == .square)
  }

  @Test func copiesStayApart() throws {
    let command = try paint("--plain", "x")
    var copy = command
    copy.chosen["plain"] = "y"
    copy.chosen["tile"] = "z"
    #expect(command.chosen == ["plain": "x"] && copy.chosen == ["plain": "y", "tile": "z"])
    #expect(try paint("--tile", "3").chosen == ["tile": "3"] && command.chosen == ["plain": "x"])
  }

  @Test(arguments: [
    (["--image-size", "0"], "The value of '--image-size', '0', is not a whole number from 1 to 4096."),
    (["--image-size=64", "--image-size="], "The value of '--image-size', '', is not a whole number from 1 to 4096."),
    (["--image-size"], "The option '--image-size' needs a value, <pixels>."),
    (["--tile", "--fill"], "The option '--tile' needs a value, <tile>."),
    (["--image-sise", "3"], "There is no option '--image-sise'; did you mean '--image-size'?"),
    (
      ["--noise", "grian"],
      "The value of '--noise', 'grian', is not one of grain, gentle salt, a$b; did you mean 'grain'?"
    ),
  ])
  func errorsAreThoseOfOtherOptions(words: [String], sentence: String) {
    let error = #expect(throws: ParserError.self) {
      try Kinds.$options.withValue(Kinds.all) { try Paint.parse(["a"] + words) }
    }
    #expect(error?.description == sentence)
    #expect(error?.exitCode == .validationFailure)
  }

  @Test func thereAreNoneWhereNoneIsDeclared() {
    let error = #expect(throws: ParserError.self) { try Paint.parse(["a", "--image-size", "3"]) }
    #expect(error?.kind == .unknownOption(given: "--image-size", nearest: nil))
    #expect(!Paint.helpMessage().contains("Pictures"))
  }

  @Test func ofOneNameTheFirstCounts() throws {
    let refuses: @Sendable (String) -> String? = { _ in "anything" }
    let options = [
      DeclaredOption("shape", section: "Shadows", check: refuses), DeclaredOption("no-fill", section: "Shadows"),
      DeclaredOption("help", section: "Shadows"), DeclaredOption("version", section: "Shadows"),
      DeclaredOption("size", section: "First"), DeclaredOption("size", section: "Shadows", check: refuses),
    ]
    let command = try paint("--shape", "square", "--no-fill", "--size", "3", options: options)
    #expect(command.shape == .square && !command.fill && command.chosen == ["size": "3"])
    let help = #expect(throws: ParserError.self) { try paint("--help", options: options) }
    guard case .helpRequested(let page)? = help?.kind else { throw CancellationError() }
    #expect(!page.text(width: 80).contains("Shadows") && page.text(width: 80).contains("First:"))
    let version = #expect(throws: ParserError.self) { try paint("--version", options: options) }
    #expect(version?.kind == .versionRequested("1"))
  }

  @Test(arguments: ["", "-", "--x", "a=b", "a b", "it's", "$(x)", "a\nb", "{a,b}", "-x", "👩‍👩‍👧", "a\u{0}"])
  func namesThatNobodyCouldWriteAreLeftOut(name: String) throws {
    let option = DeclaredOption(name, section: "Shadows")
    let brush = DeclaredOption("brush", help: "Of the group.")
    func scripts() -> [String] { CompletionShell.allCases.map { $0.script(for: Paint.self) } }
    let without = Kinds.$options.withValue([brush]) { (Paint.helpMessage(), scripts()) }
    Kinds.$options.withValue([option, brush]) {
      #expect((Paint.helpMessage(), scripts()) == without)
      #expect(HelpPage.text(of: [option], width: 80) == "")
      _ = try? Paint.parse(["a", "--" + name, "x"])
    }
  }

  @Test func theHelpCutsLongSections() throws {
    let url = try #require(
      Bundle.module.url(forResource: "help-declared-80", withExtension: "txt", subdirectory: "Golden"))
    let golden = try String(contentsOf: url, encoding: .utf8)
    Kinds.$options.withValue(Kinds.all) { #expect(Paint.helpMessage() == golden) }
  }

  @Test func aPageOfItsOwnHasThemAll() {
    let page = """
      Pictures:
        --image-size <pixels>  Side of a view. Default: 64.
        --noise <noise>        Which noise is added. (values: grain, gentle salt, a$b)
        --tile <tile>

      """
    #expect(HelpPage.text(of: Array(Kinds.all.prefix(3)), width: 80) == page)
    #expect(HelpPage.text(of: [], width: 80) == "")
  }

  /// Tried in their shells, as the scripts under Golden/ were.
  @Test(arguments: [
    (
      CompletionShell.bash,
      [
        "      'paint:--image-size') value=(:) ;;",
        "      'paint:--noise') value=(_paint_words 'grain' 'gentle salt' 'a$b') ;;",
        "      'paint:--sound') value=(_paint_files 'wav') ;;",
      ]
    ),
    (
      CompletionShell.zsh,
      [
        "    --image-size='[Side of a view. Default\\: 64.]:pixels: ' \\",
        #"    --noise='[Which noise is added.]:noise:(grain gentle\ salt a\$b)' \"#,
        "    --sound='[A sound to begin with.]:sound:_files -g \"*.(wav)\"' \\",
      ]
    ),
    (
      CompletionShell.fish,
      [
        "complete -c paint -n '__paint_is_at' -l image-size -r -f -d 'Side of a view. Default: 64.'",
        #"complete -c paint -n '__paint_is_at' -l noise -r -f -a 'grain \'gentle salt\' \'a$b\'' -d 'Which noise is added.'"#,
        "complete -c paint -n '__paint_is_at' -l sound -r -f -k -a '(__fish_complete_suffix .wav)' -d 'A sound to begin with.'",
      ]
    ),
  ])
  func completionsOfferThem(shell: CompletionShell, expected: [String]) {
    let script = Kinds.$options.withValue(Kinds.all) { shell.script(for: Paint.self) }
    let lines = script.split(separator: "\n").map(String.init)
    for line in expected { #expect(lines.contains(line)) }
    if shell == .bash { #expect(script.contains(" --image-size --noise --tile --sound --pitch --plain --brush ")) }
  }
}
