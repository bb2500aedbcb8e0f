/// A group of arguments declared by the wrappers `@Option`, `@Flag`, `@Argument` and `@OptionGroup`.
///
/// The names and shapes here are those of Apple's swift-argument-parser, so that this module can be replaced by it.
public protocol ParsableArguments: SendableMetatype {
  init()
  /// Checks what no single argument can: called once, after all are parsed. Throw `ValidationError` to refuse.
  mutating func validate() throws
}

extension ParsableArguments {
  public mutating func validate() throws {}
}

/// A command, or a subcommand of one. One that has subcommands only chooses among them and takes no arguments itself.
public protocol ParsableCommand: ParsableArguments {
  static var configuration: CommandConfiguration { get }
  mutating func run() throws
}

extension ParsableCommand {
  public static var configuration: CommandConfiguration { CommandConfiguration() }

  /// For commands that only hold subcommands: never reached through `main()`.
  public mutating func run() throws {}

  /// The name on the command line: the configured one, else the type's, `BenchViews` → `bench-views`.
  static var commandName: String { configuration.commandName ?? kebabCase(String(describing: self)) }
}

public struct CommandConfiguration: Sendable {
  public var commandName: String?
  /// One line: what the command does.
  public var abstract: String
  /// Paragraphs for `--help`, after the abstract.
  public var discussion: String
  /// What `--version` prints; asked of the root. Empty: there is no such option.
  public var version: String
  public var subcommands: [any ParsableCommand.Type]

  public init(
    commandName: String? = nil, abstract: String = "", discussion: String = "", version: String = "",
    subcommands: [any ParsableCommand.Type] = []
  ) {
    self.commandName = commandName
    self.abstract = abstract
    self.discussion = discussion
    self.version = version
    self.subcommands = subcommands
  }
}

/// "learningRate" → "learning-rate", "BenchURLs" → "bench-urls", "top5" → "top5".
func kebabCase(_ name: String) -> String {
  let letters = Array(name)
  var result = ""
  for (index, letter) in letters.enumerated() {
    if letter == "_" {
      if !result.isEmpty { result.append("-") }
      continue
    }
    if letter.isUppercase, index > 0, letters[index - 1] != "_" {
      let followsLower = !letters[index - 1].isUppercase
      // The last capital of "URLs" belongs to the acronym, that of "URLPath" begins a word.
      let beginsWord = index + 2 < letters.count && letters[index + 1].isLowercase && letters[index + 2].isLowercase
      if followsLower || beginsWord { result.append("-") }
    }
    result += letter.lowercased()
  }
  return result
}
