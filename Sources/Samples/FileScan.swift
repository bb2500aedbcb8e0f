import Files
import Foundation

/// The files that a search through folders found.
package struct FileScan: Sendable {
  package let files: FileList
  /// Folders and files that could not be read, ordered by name.
  package let skipped: [SampleError]
  /// What is there beside these, by ending and reason.
  package let leftOut: [LeftOutFiles]

  /// Searches `places`: folders with their subfolders, and files.
  ///
  /// Roots keep the order of `places`; samples of a root are in the byte order of their relative paths. Hidden files
  /// and folders, and those of operating systems, are left out. Symbolic links are followed, and each folder is visited
  /// once. A root inside another root is part of that one. A file that `places` names is taken whatever its extension;
  /// its folder is the root.
  ///
  /// - Parameters:
  ///   - extensions: lower-case, without the dot; such files are taken for samples.
  ///   - lookedFor: what the samples are, for people.
  package init(_ places: [String], extensions: Set<String>, lookedFor: String) throws(DatasetError) {
    try self.init(places, extensions: extensions, lookedFor: lookedFor) { _ in .anotherKind }
  }

  /// The same, with a look at files of other extensions.
  ///
  /// - Parameter verdict: what the regular file at a path is, whose extension does not say so.
  package init(
    _ places: [String], extensions: Set<String>, lookedFor: String, verdict: (_ path: String) -> FileVerdict
  ) throws(DatasetError) {
    let targets = try Self.targets(places)
    let prefixes = Self.prefixes(of: targets.map(\.path))
    let roots = zip(targets, prefixes).map {
      FileList.Root(path: $0.path, prefix: $1, isSearched: $0.files == nil)
    }
    let (samples, skipped, others) = withoutActuallyEscaping(verdict) { verdict in
      Self.walk(targets, roots, Walk(extensions: extensions, verdict: verdict))
    }
    leftOut = LeftOutFiles.groups(of: others)
    guard !samples.isEmpty else {
      if skipped.isEmpty { throw .nothingFound(places: places, lookedFor: lookedFor, leftOut: leftOut) }
      throw .noneReadable(lookedFor: lookedFor, skipped)
    }
    files = FileList(roots: roots, samples: samples)
    self.skipped = skipped.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private static func walk(
    _ targets: [Target], _ roots: [FileList.Root], _ fresh: Walk
  ) -> (samples: [FileList.Sample], skipped: [SampleError], others: [SampleError]) {
    var walk = fresh
    var samples: [FileList.Sample] = []
    for (index, target) in targets.enumerated() {
      walk.files = []
      walk.prefix = roots[index].prefix
      if let names = target.files {
        for name in names { walk.visitFile(relativePath: name, in: target.path) }
      } else {
        walk.visitFolder(target.path)
      }
      let paths = Set(walk.files.map(ExactText.init)).map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      samples += paths.map { FileList.Sample(root: index, relativePath: $0) }
    }
    return (samples, walk.skipped, walk.others)
  }

  /// A root to search. `files` are the files in it that were named; nil if all files are wanted.
  private struct Target {
    let path: String
    var files: [String]?
  }

  /// The roots, resolved and each once, without roots inside another root that is searched completely.
  private static func targets(_ places: [String]) throws(DatasetError) -> [Target] {
    var targets: [Target] = []
    for place in places {
      guard let (path, isFolder) = resolve(place) else { throw .noSuchFile(path: place) }
      if isFolder {
        targets.append(Target(path: path, files: nil))
      } else {
        let (folder, name) = splitLast(path)
        if let index = targets.firstIndex(where: { ExactText($0.path) == ExactText(folder) && $0.files != nil }) {
          targets[index].files?.append(name)
        } else {
          targets.append(Target(path: folder, files: [name]))
        }
      }
    }
    var kept: [Target] = []
    for (index, target) in targets.enumerated() {
      let isCovered = targets.enumerated().contains { other in
        guard other.offset != index, other.element.files == nil else { return false }
        // If a folder is given twice, the first stays.
        if ExactText(other.element.path) == ExactText(target.path) {
          return target.files != nil || other.offset < index
        }
        return target.path.utf8.starts(with: (other.element.path == "/" ? "/" : other.element.path + "/").utf8)
      }
      if !isCovered { kept.append(target) }
    }
    return kept
  }

  /// For each path, as few of its last components as tell all paths apart; none for a single path.
  private static func prefixes(of paths: [String]) -> [String] {
    guard paths.count > 1 else { return paths.map { _ in "" } }
    let components = paths.map { $0.split(separator: "/") }
    let longest = components.map(\.count).max() ?? 0
    for length in 1..<max(longest, 2) {
      let prefixes = components.map { $0.suffix(length).joined(separator: "/") }
      if Set(prefixes.map(ExactText.init)).count == prefixes.count { return prefixes }
    }
    return components.map { $0.joined(separator: "/") }
  }

  private static func splitLast(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("/", path) }
    return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
  }
}

/// The absolute path without symbolic links, and whether it is a folder; nil if it does not exist.
package func resolve(_ path: String) -> (path: String, isFolder: Bool)? {
  // The C library's function, because Foundation's returns paths that do not exist unchanged.
  guard !path.isEmpty, let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  var status = stat()
  guard stat(resolved, &status) == 0 else { return nil }
  return (String(cString: resolved), status.st_mode & S_IFMT == S_IFDIR)
}

/// A path that does not depend on the folder that the program runs in. Links and `..` stay as they are.
package func absolutePath(_ path: String) -> String {
  if path.utf8.first == UInt8(ascii: "/") || path.isEmpty { return path }
  let folder = FileManager.default.currentDirectoryPath
  return folder == "/" ? "/" + path : folder + "/" + path
}

/// One walk through folders, without recursion, because users may nest folders as deep as they like.
private struct Walk {
  /// Identifies a folder in the file system, whichever link led to it.
  let extensions: Set<String>
  let verdict: (_ path: String) -> FileVerdict
  /// Precedes names in errors.
  var prefix = ""
  /// Relative paths of the files found in the current root.
  var files: [String] = []
  var skipped: [SampleError] = []
  /// What is no sample and was not meant to be one.
  var others: [SampleError] = []
  private var visited: Set<FileIdentity> = []

  init(extensions: Set<String>, verdict: @escaping (_ path: String) -> FileVerdict) {
    self.extensions = extensions
    self.verdict = verdict
  }

  mutating func visitFolder(_ root: String) {
    var pending = [""]
    while let folder = pending.popLast() {
      let path = folder.isEmpty ? root : root + "/" + folder
      var status = stat()
      guard stat(path, &status) == 0, let reader = FolderReader(path) else {
        skip(folder, reason: String(cString: strerror(errno)))
        continue
      }
      guard visited.insert(FileIdentity(status)).inserted else { continue }
      var folders: [String] = []
      for entry in reader.entries {
        guard let name = entry.name.text else {
          let escaped = entry.name.escaped
          // A folder of such a name is left out with all that it holds.
          if !entry.name.isHidden, entry.kind == .folder || hasExtension(escaped) {
            skip(folder.isEmpty ? escaped : folder + "/" + escaped, reason: FileName.notUTF8)
          }
          continue
        }
        let relativePath = folder.isEmpty ? name : folder + "/" + name
        guard !SystemName.isOne(name) else {
          leaveOut(relativePath, LeftOutFiles.ofTheSystem)
          continue
        }
        switch entry.kind {
        case .folder: folders.append(relativePath)
        case .file: hasExtension(name) ? files.append(relativePath) : examine(relativePath, in: root)
        case .other:
          var status = stat()
          let exists = stat(root + "/" + relativePath, &status) == 0
          if exists, status.st_mode & S_IFMT == S_IFDIR {
            folders.append(relativePath)
          } else if hasExtension(name) {
            visitFile(relativePath: relativePath, in: root)
          } else if exists, status.st_mode & S_IFMT == S_IFREG {
            examine(relativePath, in: root)
          } else {
            leaveOut(relativePath, LeftOutFiles.anotherKind)
          }
        }
      }
      // The last is visited first. The order of names decides which of two links to a folder counts.
      pending += folders.sorted { $1.utf8.lexicographicallyPrecedes($0.utf8) }
    }
  }

  mutating func visitFile(relativePath: String, in root: String) {
    var status = stat()
    if stat(root + "/" + relativePath, &status) != 0 {
      skip(relativePath, reason: String(cString: strerror(errno)))
    } else if status.st_mode & S_IFMT != S_IFREG {
      // Opening a pipe would wait for a writer.
      skip(relativePath, reason: "is not a regular file")
    } else {
      files.append(relativePath)
    }
  }

  /// Looks at a file whose extension says nothing.
  private mutating func examine(_ relativePath: String, in root: String) {
    switch verdict(root + "/" + relativePath) {
    case .sample: files.append(relativePath)
    case .unreadable(let reason): skip(relativePath, reason: reason)
    case .partOfAnother: break
    case .anotherKind: leaveOut(relativePath, LeftOutFiles.anotherKind)
    }
  }

  private mutating func skip(_ relativePath: String, reason: String) {
    skipped.append(SampleError(name: name(of: relativePath), reason: reason))
  }

  private mutating func leaveOut(_ relativePath: String, _ reason: String) {
    others.append(SampleError(name: name(of: relativePath), reason: reason))
  }

  private func name(of relativePath: String) -> String {
    let parts = [prefix, relativePath].filter { !$0.isEmpty }
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }

  private func hasExtension(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return extensions.contains(name[name.index(after: dot)...].lowercased())
  }
}
