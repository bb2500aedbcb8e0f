/// Why parsing returned no command to run: a mistake in the command line, or a request for the help or the version.
public struct ParserError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Error, Sendable, Equatable {
    case helpRequested(HelpPage)
    case versionRequested(String)
    /// `--generate-completion-script`: the script.
    case completionScriptRequested(String)
    /// No subcommand was named.
    case commandMissing(HelpPage)
    case unknownCommand(given: String, nearest: String?, known: [String])
    case unknownOption(given: String, nearest: String?)
    /// An option was the last word, or another option followed it.
    case missingValue(option: String, valueName: String)
    /// `--flag=value`.
    case unexpectedValue(flag: String, given: String)
    /// `expected` completes "is not …"; `nearest` is the most similar allowed value.
    case invalidValue(argument: String, given: String, expected: String, nearest: String?)
    case missingOption(String)
    case missingArgument(String)
    case unexpectedArgument(String)
    /// `validate()` threw an error; this is its description.
    case refused(String)
  }

  public let kind: Kind
  /// The command that was being parsed, with those above it: "swiftlet pretrain".
  public let command: String

  /// 0 for a request, 2 for a mistake.
  public var exitCode: ExitCode {
    switch kind {
    case .helpRequested, .versionRequested, .completionScriptRequested: .success
    default: .validationFailure
    }
  }

  /// One sentence for a person.
  public var description: String {
    switch kind {
    case .helpRequested: "Help was asked for."
    case .completionScriptRequested: "A completion script was asked for."
    case .versionRequested(let version): "The version is \(version)."
    case .commandMissing: "'\(command)' needs a command."
    case .unknownCommand(let given, let nearest?, _): "There is no command '\(given)'; did you mean '\(nearest)'?"
    case .unknownCommand(let given, nil, let known):
      "There is no command '\(given)'; the commands are \(known.joined(separator: ", "))."
    case .unknownOption(let given, let nearest?): "There is no option '\(given)'; did you mean '\(nearest)'?"
    case .unknownOption(let given, nil): "There is no option '\(given)'."
    case .missingValue(let option, let valueName): "The option '\(option)' needs a value, <\(valueName)>."
    case .unexpectedValue(let flag, let given): "The flag '\(flag)' takes no value, but '\(given)' was given."
    case .invalidValue(let argument, let given, let expected, let nearest?):
      "The value of \(argument), '\(given)', is not \(expected); did you mean '\(nearest)'?"
    case .invalidValue(let argument, let given, let expected, nil):
      "The value of \(argument), '\(given)', is not \(expected)."
    case .missingOption(let option): "The option '\(option)' is missing."
    case .missingArgument(let argument): "The argument \(argument) is missing."
    case .unexpectedArgument(let given): "The argument '\(given)' was not expected."
    case .refused(let message): message
    }
  }
}
