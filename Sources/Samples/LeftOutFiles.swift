/// Files or folders that are no samples, all of one ending and for one reason.
public struct LeftOutFiles: Codable, Sendable, Equatable {
  /// The ending of their names in lower case, with its dot: ".gif"; empty where the names have none.
  public let suffix: String
  /// A clause without its subject: "is a GIF picture, which …".
  public let reason: String
  public let count: Int
  /// The first of their names in byte order, at most `nameLimit`.
  public let names: [String]

  public static let nameLimit = 100
  /// The reason for files that hold something else than samples.
  package static let anotherKind = "of another kind"
  /// The reason for hidden files and folders, and for those of operating systems and of other programs.
  package static let ofTheSystem = "hidden or made by a system"

  /// Groups names by ending and reason: the largest group first.
  package static func groups(of samples: [SampleError]) -> [LeftOutFiles] {
    struct Key: Hashable {
      let suffix: String
      let reason: String
    }
    let byKey = Dictionary(grouping: samples) { Key(suffix: suffix(of: $0.name), reason: $0.reason) }
    let groups = byKey.map { key, samples in
      let names = samples.map(\.name).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      return LeftOutFiles(
        suffix: key.suffix, reason: key.reason, count: names.count, names: Array(names.prefix(nameLimit)))
    }
    return groups.sorted { first, second in
      if first.count != second.count { return first.count > second.count }
      return (first.names.first ?? "").utf8.lexicographicallyPrecedes((second.names.first ?? "").utf8)
    }
  }

  /// "a.gif", or "12 .gif (a.gif, b.gif and 10 more)".
  package func subject(limit: Int = 3) -> String {
    // Where names must not be seen there are none.
    if names.isEmpty { return count == 1 ? "1 file" : "\(count) files" }
    guard count > 1 else { return names[0] }
    let rest = count - min(limit, names.count)
    let shown = names.prefix(limit).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    return "\(count) \(suffix.isEmpty ? "without an ending" : suffix) (\(shown))"
  }

  /// ".gif" of "a/b.GIF"; empty where the last component has no dot after its first letter.
  static func suffix(of name: String) -> String {
    let last = name.pathComponents.last ?? ""
    guard let dot = last.lastIndex(of: "."), dot != last.startIndex else { return "" }
    let suffix = last[dot...]
    return suffix.count > 1 ? suffix.lowercased() : ""
  }
}

extension String {
  /// The components of a path. Bytes are compared, for a mark that combines with a slash would hide it.
  package var pathComponents: [Substring] {
    utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
  }
}

/// What a search makes of a file whose name does not say that it is a sample.
package enum FileVerdict: Sendable, Equatable {
  case sample
  /// It is what was looked for, in a form that cannot be read: a clause without its subject.
  case unreadable(reason: String)
  /// It is read with another file, which is the sample.
  case partOfAnother
  /// It is something else.
  case anotherKind
}

/// Names that operating systems and programs give to files and folders of their own.
enum SystemName {
  /// In lower case.
  private static let names: Set<String> = [
    "@eadir", "#recycle", "@recycle", "#snapshot", "@tmp", "__macosx", "__pycache__", "$recycle.bin",
    "system volume information", "lost+found", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r",
  ]

  /// Whether a file or folder of this name is hidden or made by a system, and no data of the user.
  static func isOne(_ name: String) -> Bool { name.hasPrefix(".") || names.contains(name.lowercased()) }
}
