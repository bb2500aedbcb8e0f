import Foundation

/// The path of a file or folder, as a person writes it on a command line.
///
/// A `~` or `~user` at the beginning becomes the home folder of that user, also in `--option=~/photos`, where a shell
/// leaves it as it is. Trailing slashes are dropped, except for `/` itself. Everything else stays as written: `.`, `..` and
/// links are not resolved, and whether the file exists is not checked.
public struct FilePath: Sendable, Hashable, CustomStringConvertible {
  public let path: String

  /// Reads a path as from a command line; the empty text stays empty.
  public init(_ written: String) { path = withoutTrailingSlashes(expandingTilde(written)) }

  public var url: URL { URL(filePath: path) }
  public var description: String { path }
}

extension FilePath: ExpressibleByArgument {
  /// Returns nil for the empty text: it is what a shell passes for `"$VARIABLE"` if the variable is not set.
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

// These functions look at bytes, as the system does. In Swift, a slash followed by a combining mark is one character and
// not equal to "/".

private let (slash, tilde) = (UInt8(ascii: "/"), UInt8(ascii: "~"))

private func withoutTrailingSlashes(_ path: String) -> String {
  let bytes = path.utf8
  guard bytes.last == slash else { return path }
  guard let end = bytes.lastIndex(where: { $0 != slash }) else { return "/" }
  return String(Substring(bytes[...end]))
}

/// As in a shell, the path stays as it is if there is no such user, since names of files may begin with '~'.
private func expandingTilde(_ path: String) -> String {
  guard path.utf8.first == tilde else { return path }
  let end = path.utf8.firstIndex(of: slash) ?? path.utf8.endIndex
  let user = String(Substring(path.utf8[..<end].dropFirst()))
  guard let home = user.isEmpty ? ownHome() : home(of: user) else { return path }
  let rest = String(Substring(path.utf8[end...]))
  return rest.isEmpty ? home : withoutTrailingSlashes(home) == "/" ? rest : withoutTrailingSlashes(home) + rest
}

/// As in a shell, HOME takes precedence over the account.
private func ownHome() -> String? {
  if let home = ProcessInfo.processInfo.environment["HOME"], !home.isEmpty { return home }
  return homeOfAccount { getpwuid_r(getuid(), $0, $1, $2, $3) }
}

private func home(of user: String) -> String? {
  // In C, a zero ends the name.
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
  // More than enough for one account. If a system needs more, the path stays as it is.
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1 << 16) { buffer in
    guard let start = buffer.baseAddress, look(&account, start, buffer.count, &found) == 0,
      let home = found?.pointee.pw_dir
    else { return nil }
    let text = String(cString: home)
    return text.isEmpty ? nil : text
  }
}
