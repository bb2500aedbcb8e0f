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
  ///   - describing: What to print for an error; nil for the error's own sentence.
  ///   - showing: What is printed of a sentence that does not come from `describing`: it may quote anything that stands on
  ///     the command line.
  public static func main(
    _ arguments: [String]? = nil, describing: (any Error) -> String? = { _ in nil },
    showing: (String) -> String = { $0 }
  ) -> Never {
    // If the stream is closed, there is no other place to report that.
    let code = execute(
      arguments ?? Array(CommandLine.arguments.dropFirst()), garbled: arguments == nil ? garbledArgument : nil,
      width: terminalWidth(), describing: describing, showing: showing,
      output: { try? writeToStream($0, STDOUT_FILENO) },
      errors: { text in
        try? writeToStream(
          isatty(STDERR_FILENO) == 1 ? wrapped(text, indent: 0, width: terminalWidth()) : text, STDERR_FILENO)
      })
    exit(code.rawValue)
  }

  /// - Parameter garbled: the first argument that is not UTF-8, with escapes.
  static func execute(
    _ arguments: [String], garbled: String? = nil, width: Int, describing: (any Error) -> String? = { _ in nil },
    showing: (String) -> String = { $0 }, output: (String) -> Void, errors: (String) -> Void
  ) -> ExitCode {
    if let garbled {
      // It would be read as another name, and a file of that other name be written.
      errors(
        "error: the argument '\(showing(garbled))' is not UTF-8, and other names cannot be given to this program: write to "
          + "another name; of data, name the folder that holds them, or rename them, for example with: convmv -f latin1 -t "
          + "utf8 -r --notest FOLDER\n")
      return .validationFailure
    }
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
      default: errors("error: \(showing("\(error)"))\nSee '\(error.command) --help' for what it takes.\n")
      }
      return error.exitCode
    } catch let error as ValidationError {
      errors("error: \(showing("\(error)"))\n")
      return .validationFailure
    } catch {
      let sentence = describing(error) ?? showing((error as? any LocalizedError)?.errorDescription ?? "\(error)")
      errors("error: \(sentence)\n")
      return .failure
    }
  }
}

/// The first argument of the process that is not UTF-8, its other bytes as "\\xE9"; nil if all are.
private var garbledArgument: String? {
  for place in 1..<max(1, Int(CommandLine.argc)) {
    guard let word = CommandLine.unsafeArgv[place], String(validatingCString: word) == nil else { continue }
    let bytes = UnsafeBufferPointer(start: word, count: strlen(word)).map { UInt8(bitPattern: $0) }
    return escapingBytes(bytes)
  }
  return nil
}

/// Bytes that are not all UTF-8: ASCII as it is, all else as escapes.
func escapingBytes(_ bytes: [UInt8]) -> String {
  bytes.map { byte in
    let digits = String(byte, radix: 16, uppercase: true)
    return (0x20...0x7E).contains(byte)
      ? String(UnicodeScalar(byte)) : "\\x" + (digits.count == 1 ? "0" : "") + digits
  }.joined()
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
