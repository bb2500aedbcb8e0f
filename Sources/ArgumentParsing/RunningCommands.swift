import Files
import Foundation

/// The exit code of the program. If `run()` throws one, the program ends with this code and prints nothing.
public struct ExitCode: Error, Sendable, Equatable {
  public let rawValue: Int32

  public init(_ rawValue: Int32) { self.rawValue = rawValue }

  public static let success = ExitCode(0)
  public static let failure = ExitCode(1)
  /// The command line is wrong.
  public static let validationFailure = ExitCode(2)
}

/// Says in the user's words why a command cannot run. If `validate()` or `run()` throws it, the program prints the message
/// and ends with code 2.
public struct ValidationError: Error, Sendable, Equatable, CustomStringConvertible {
  public let message: String
  public var description: String { message }

  public init(_ message: String) { self.message = message }
}

extension ParsableCommand {
  /// Parses the command line, runs the command and ends the process. The exit code is 0 after success, 1 if `run()` threw
  /// an error, 2 if the command line was wrong, or that of an `ExitCode` that was thrown. Help and version go to standard
  /// output, errors to standard error.
  ///
  /// - Parameters:
  ///   - arguments: By default those of the process, without the name of the program.
  ///   - describing: The sentence to print for an error; nil for the error's own.
  ///   - showing: What is printed of such a sentence, which may quote anything that stands on the command line.
  public static func main(
    _ arguments: [String]? = nil, describing: (any Error) -> String? = { _ in nil },
    showing: (String) -> String = { $0 }
  ) -> Never {
    // If the stream is closed, there is no other place to report that.
    let code = execute(
      arguments ?? Array(CommandLine.arguments.dropFirst()), width: terminalWidth(), describing: describing,
      output: { try? writeToStream($0, STDOUT_FILENO) },
      errors: { text in
        let shown = showing(text)
        try? writeToStream(
          isatty(STDERR_FILENO) == 1 ? wrapped(shown, indent: 0, width: terminalWidth()) : shown, STDERR_FILENO)
      })
    exit(code.rawValue)
  }

  static func execute(
    _ arguments: [String], width: Int, describing: (any Error) -> String? = { _ in nil },
    output: (String) -> Void, errors: (String) -> Void
  ) -> ExitCode {
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
      return .success
    } catch let error as ExitCode {
      return error
    } catch let error as ParserError {
      switch error.kind {
      case .helpRequested(let page): output(page.text(width: width))
      case .versionRequested(let version): output(version + "\n")
      case .completionScriptRequested(let script): output(script)
      case .commandMissing(let page): errors(page.text(width: width))
      default: errors("error: \(error)\nSee '\(error.command) --help' for what it takes.\n")
      }
      return error.exitCode
    } catch let error as ValidationError {
      errors("error: \(error)\n")
      return .validationFailure
    } catch {
      let sentence = describing(error) ?? (error as? any LocalizedError)?.errorDescription ?? "\(error)"
      errors("error: \(sentence)\n")
      return .failure
    }
  }
}

/// The width of help pages: the columns of the terminal on standard output, or else of the one on standard error, or else
/// 80. It is limited to 40 to 120 columns, since longer lines are hard to read.
public func terminalWidth() -> Int {
  for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return min(max(Int(size.ws_col), 40), 120) }
  }
  return 80
}
