import Foundation

/// How the program ends. Thrown by `run()`, it ends the program with this code and prints nothing.
public struct ExitCode: Error, Sendable, Equatable {
  public let rawValue: Int32

  public init(_ rawValue: Int32) { self.rawValue = rawValue }

  public static let success = ExitCode(0)
  public static let failure = ExitCode(1)
  /// A command line that cannot be understood.
  public static let validationFailure = ExitCode(2)
}

/// A refusal in the user's terms, from `validate()` or `run()`: the program ends with code 2.
public struct ValidationError: Error, Sendable, Equatable, CustomStringConvertible {
  public let message: String
  public var description: String { message }

  public init(_ message: String) { self.message = message }
}

extension ParsableCommand {
  /// Parses, runs, and ends the process: 0, 1 where `run()` threw, 2 where the command line was refused, or the code of
  /// an `ExitCode` thrown. Help and version go to standard output, errors to standard error.
  public static func main(_ arguments: [String]? = nil) -> Never {
    // Who closed the stream that an error would go to can be told nothing.
    let code = execute(
      arguments ?? Array(CommandLine.arguments.dropFirst()), width: terminalWidth(),
      output: { try? FileHandle.standardOutput.write(contentsOf: Data($0.utf8)) },
      errors: { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) })
    exit(code.rawValue)
  }

  static func execute(
    _ arguments: [String], width: Int, output: (String) -> Void, errors: (String) -> Void
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
      errors("error: \((error as? any LocalizedError)?.errorDescription ?? "\(error)")\n")
      return .failure
    }
  }
}

/// Columns of the terminal on standard output, else of the one on standard error, else 80. Between 40 and 120: longer
/// lines are hard to read.
private func terminalWidth() -> Int {
  for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return min(max(Int(size.ws_col), 40), 120) }
  }
  return 80
}
