import Foundation

/// The path of a file or folder, as a person writes it on a command line.
///
/// A `~` or `~user` at the beginning becomes the folder of that person, also in `--option=~/photos`, where a shell leaves
/// it as it is. Trailing slashes are dropped, except for `/` itself. Everything else stays as written: `.`, `..` and links
/// are not resolved, and nobody looks whether there is such a file.
public struct FilePath: Sendable, Hashable, CustomStringConvertible {
  public let path: String

  /// Reads a path as from a command line; the empty text stays empty.
  public init(_ written: String) { path = withoutTrailingSlashes(expandingTilde(written)) }

  public var url: URL { URL(filePath: path) }
  public var description: String { path }
}

extension FilePath: ExpressibleByArgument {
  /// Nil for the empty text, which a shell makes of a variable that is not set.
  public init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    self.init(argument)
  }

  public static func expectation(insteadOf argument: String) -> String { "the path of a file or folder" }
  public static var defaultCompletionKind: CompletionKind? { .file() }
}

extension FilePath: ExpressibleByStringLiteral {
  public init(stringLiteral written: String) { self.init(written) }
}

// Paths are bytes to the system: a mark that combines with a slash or a tilde makes it no other character there.

private let (slash, tilde) = (UInt8(ascii: "/"), UInt8(ascii: "~"))

private func withoutTrailingSlashes(_ path: String) -> String {
  let bytes = path.utf8
  guard bytes.last == slash else { return path }
  guard let end = bytes.lastIndex(where: { $0 != slash }) else { return "/" }
  return String(Substring(bytes[...end]))
}

/// As a shell does it: where there is no such person, the path stays as it is, since names of files may begin with '~'.
private func expandingTilde(_ path: String) -> String {
  guard path.utf8.first == tilde else { return path }
  let end = path.utf8.firstIndex(of: slash) ?? path.utf8.endIndex
  let user = String(Substring(path.utf8[..<end].dropFirst()))
  guard let home = user.isEmpty ? ownHome() : home(of: user) else { return path }
  let rest = String(Substring(path.utf8[end...]))
  return rest.isEmpty ? home : withoutTrailingSlashes(home) == "/" ? rest : withoutTrailingSlashes(home) + rest
}

/// HOME goes before what the system knows, as in a shell.
private func ownHome() -> String? {
  if let home = ProcessInfo.processInfo.environment["HOME"], !home.isEmpty { return home }
  return homeOfAccount { getpwuid_r(getuid(), $0, $1, $2, $3) }
}

private func home(of user: String) -> String? {
  // C would end the name at a zero.
  guard !user.utf8.contains(0) else { return nil }
  return homeOfAccount { getpwnam_r(user, $0, $1, $2, $3) }
}

private func homeOfAccount(
  _ look: (
    UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
  ) -> Int32
) -> String? {
  var account = passwd()
  var found: UnsafeMutablePointer<passwd>?
  // Ample for one account; where a system wants more, the tilde stays.
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1 << 16) { buffer in
    guard let start = buffer.baseAddress, look(&account, start, buffer.count, &found) == 0,
      let home = found?.pointee.pw_dir
    else { return nil }
    let text = String(cString: home)
    return text.isEmpty ? nil : text
  }
}
