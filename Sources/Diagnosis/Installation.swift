import Foundation

/// The place of this program, which decides what command builds it again.
enum Installation {
  /// The command, to be run in Swiftlet's source folder.
  static let rebuild = rebuild(executable: Bundle.main.executablePath ?? "")

  /// `make install` puts the program into PREFIX/bin and its libraries into PREFIX/lib/swiftlet.
  static func rebuild(executable: String) -> String {
    let prefix = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let isInstalled = FileManager.default.fileExists(atPath: prefix + "/lib/swiftlet")
    return isInstalled ? "make install PREFIX=\(prefix)" : "make build"
  }
}
