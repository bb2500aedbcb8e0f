import ArgumentParsing
import Files
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
    StandardDescriptors.open()
    StandardDescriptors.letWritesFail()
    MemoryLimit.explainCrashes()
    $catalogue.withValue(catalogue) { SwiftletCommand.main(describing: Wording.sentence, showing: visibleLine) }
  }
}

/// A run of what the program knows.
func openRun(_ path: FilePath) -> RunFolder { RunFolder(path.path, SwiftletProgram.catalogue) }

extension [FilePath] {
  /// As the library takes them.
  var paths: [String] { map(\.path) }
}
