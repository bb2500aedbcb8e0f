import Foundation

/// A path in two: the folder that a name stands in, and the name.
struct Place {
  /// "." where the path is a name alone.
  let folder: String
  let name: String
  /// What stands before the name in the path.
  private let start: String

  init(_ path: String) {
    var path = Substring(path)
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    let slash = path.lastIndex(of: "/")
    start = slash.map { String(path[...$0]) } ?? ""
    name = slash.map { String(path[path.index(after: $0)...]) } ?? String(path)
    folder = start.isEmpty ? "." : start
  }

  /// The path of another name in the same folder.
  func beside(_ name: String) -> String { start + name }
}
