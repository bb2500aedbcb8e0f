import ArgumentParsing
import Swiftlet

/// The program `swiftlet`, and any other that has its commands: a program that adds kinds of data, methods or networks of
/// its own hands over its catalogue.
///
///     SwiftletProgram.main(.standard.adding(NumberLines.self))
public enum SwiftletProgram {
  /// What the commands know; bound while the program runs.
  @TaskLocal static var catalogue = Catalogue.standard

  /// Parses the command line, runs the command and ends the process.
  public static func main(_ catalogue: Catalogue = .standard) -> Never {
    $catalogue.withValue(catalogue) { SwiftletCommand.main(describing: sentence) }
  }

  /// Errors name settings as the library does; here they are options.
  static func sentence(for error: any Error) -> String? {
    switch error {
    case let refusal as Refusal: refusal.sentence { name, value in "--\(name)" + (value.map { " \($0)" } ?? "") }
    case let error as SettingError where !error.name.contains("."):
      "--\(error.name) \(error.value) must be \(error.expected)"
    default: nil
    }
  }
}

/// A run of what the program knows.
func openRun(_ path: String) -> RunFolder { RunFolder(path, SwiftletProgram.catalogue) }
