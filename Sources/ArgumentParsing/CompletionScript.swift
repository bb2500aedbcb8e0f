/// The shells that have completion scripts. `--generate-completion-script bash`, given to the root command, prints one.
enum CompletionShell: String, CaseIterable, ExpressibleByArgument {
  case bash, zsh, fish

  func script(for root: any ParsableCommand.Type) -> String {
    let commands = CompletionCommand.all(under: root)
    return switch self {
    case .bash: bashScript(commands)
    case .zsh: zshScript(commands)
    case .fish: fishScript(commands)
    }
  }
}

/// The script that `--generate-completion-script SHELL` or `--generate-completion-script=SHELL` asks for; nil if `word`
/// is something else.
func completionScript(
  _ word: String, _ rest: inout ArraySlice<String>, root: any ParsableCommand.Type
) throws(ParserError.Kind) -> String? {
  let name = "--generate-completion-script"
  guard word == name || word.hasPrefix(name + "=") else { return nil }
  guard let shell = word == name ? rest.popFirst() : String(word.dropFirst(name.count + 1)) else {
    throw .missingValue(option: name, valueName: "shell")
  }
  guard let known = CompletionShell(argument: shell) else {
    throw .invalidValue(
      argument: "'\(name)'", given: shell, expected: CompletionShell.expectation(insteadOf: shell),
      nearest: nearest(to: shell, among: CompletionShell.allValueStrings))
  }
  return known.script(for: root)
}

/// One command as a completion script sees it.
struct CompletionCommand {
  /// From the root: ["swiftlet", "pretrain"].
  let path: [String]
  let subcommands: [(name: String, abstract: String)]
  /// Including `--help` and `--version`.
  let options: [ArgumentDefinition]
  let positional: [ArgumentDefinition]

  /// The name of a shell function for it: "_swiftlet_pretrain".
  var function: String { "_" + path.map { $0.replacing("-", with: "_") }.joined(separator: "_") }

  static func all(under root: any ParsableCommand.Type) -> [CompletionCommand] { all([root]) }

  private static func all(_ path: [any ParsableCommand.Type]) -> [CompletionCommand] {
    let command = path[path.count - 1]
    let subcommands = command.configuration.subcommands
    let declared = subcommands.isEmpty ? allArguments(of: command.init(), path: path).map(\.definition) : []
    var options = declared.filter { $0.kind != .positional }
    if !path[0].configuration.version.isEmpty { options.append(flag(["--version"], "Show the version.")) }
    options.append(flag(["-h", "--help"], "Show this help."))
    let this = CompletionCommand(
      path: path.map { $0.commandName },
      subcommands: subcommands.map { ($0.commandName, $0.configuration.abstract) }, options: options,
      positional: declared.filter { $0.kind == .positional })
    return [this] + subcommands.flatMap { all(path + [$0]) }
  }

  private static func flag(_ names: [String], _ help: String) -> ArgumentDefinition {
    ArgumentDefinition(
      kind: .flag, names: names, valueName: "", help: ArgumentHelp(help), isRequired: false, accept: { _ in nil },
      hasValue: { false })
  }
}

extension ArgumentDefinition {
  /// What a shell offers as a value; nil if nothing is known about the values.
  var offered: CompletionKind? {
    allowedValues.isEmpty ? completion : .list(allowedValues)
  }
}
