/// A group of arguments declared by the wrappers `@Option`, `@Flag`, `@Argument` and `@OptionGroup`.
///
/// Names and signatures are those of Apple's swift-argument-parser, so that it can replace most of this module.
/// `@DeclaredOptions` and `FilePath` are additions.
public protocol ParsableArguments: SendableMetatype {
  init()
  /// Checks what concerns several arguments. Called once, after all of them are parsed. Throw `ValidationError` to refuse.
  mutating func validate() throws
}

extension ParsableArguments {
  public mutating func validate() throws {}
}

/// A command or a subcommand. A command that has subcommands takes no arguments itself.
public protocol ParsableCommand: ParsableArguments {
  static var configuration: CommandConfiguration { get }
  /// Does the work. What it throws decides how the program ends: see `main(_:)`.
  mutating func run() throws
}

extension ParsableCommand {
  public static var configuration: CommandConfiguration { CommandConfiguration() }

  /// For commands that have subcommands: `main(_:)` never calls it.
  public mutating func run() throws {}

  /// The name on the command line: the configured one, or else that of the type, `BenchViews` → `bench-views`.
  public static var commandName: String { configuration.commandName ?? kebabCase(String(describing: self)) }
}

/// How a command is called and what the help says about it.
public struct CommandConfiguration: Sendable {
  /// If nil, the name of the type: `BenchViews` → `bench-views`.
  public var commandName: String?
  /// One line: what the command does.
  public var abstract: String
  /// Paragraphs for `--help`, after the abstract.
  public var discussion: String
  /// What `--version` prints; only that of the root command is used. If it is empty, there is no such option.
  public var version: String
  /// If there are any, the command line has to name one of them.
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
