import Foundation

/// Where the files of a run are, and where they are after they were moved.
extension FileListing {
  /// The folders that names of samples are relative to, each with at least one sample.
  public var places: [String] {
    let used = Set(files.samples.map(\.root))
    return files.roots.indices.filter(used.contains).map { files.roots[$0].path }
  }

  /// The folders that are gone. If all are there but none of the files, these are all folders.
  public var missingPlaces: [String] {
    let gone = places.filter { resolve($0)?.isFolder != true }
    if !gone.isEmpty { return gone }
    return files.samples.indices.contains { isFile(files.path(of: $0)) } ? [] : places
  }

  /// The files of the samples, those that were found beside them, and the CSV with their labels.
  ///
  /// - Parameter skipped: names of files that were looked at and are not in the list.
  public func filePaths(skipped: [String]) -> [String] {
    let beside = (others ?? []) + skipped
    let paths = files.roots.flatMap { root in
      beside.map { name in
        let isPrefixed = !root.prefix.isEmpty && name.hasPrefix(root.prefix + "/")
        return root.path + "/" + (isPrefixed ? String(name.dropFirst(root.prefix.count + 1)) : name)
      }
    }
    let own =
      files.isPrivate
      ? Array(Set(files.samples.indices.map(files.path(of:)))) : files.samples.indices.map(files.path(of:))
    return own + paths + [labels].compactMap(\.self)
  }

  /// The same files in other folders.
  ///
  /// - Parameter newPlaces: folders that hold them, or files in such folders. Either one for each folder of the list, in
  ///   its order, or folders with the former folders or their contents.
  /// - Throws: `DatasetError.noSuchFile`; `.otherSamples` unless every file is there under its name.
  public func moved(to newPlaces: [String]) throws(DatasetError) -> FileListing {
    var folders: [String] = []
    for place in newPlaces {
      guard let (path, isFolder) = resolve(place) else { throw .noSuchFile(path: place) }
      folders.append(isFolder ? path : path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path)
    }
    let samples = Dictionary(grouping: files.samples.indices) { files.samples[$0].root }
    let former = samples.keys.sorted()
    var roots = files.roots
    var missing: [String] = []
    var taken: Set<String> = []
    for (place, root) in former.enumerated() {
      let (old, own) = (roots[root], samples[root] ?? [])
      let name = lastComponent(of: old.path)
      let all =
        (former.count == folders.count ? [folders[place]] : []) + folders
        + folders.map { $0 + "/" + (old.prefix.isEmpty ? name : old.prefix) } + folders.map { $0 + "/" + name }
      // Files of two folders may have the same names: a folder that kept its name comes first, and none serves twice.
      let free = all.filter { !taken.contains($0) }
      let candidates = free.filter { lastComponent(of: $0) == name } + free.filter { lastComponent(of: $0) != name }
      let found = candidates.map { folder in
        (folder: folder, missing: own.filter { !isFile(folder + "/" + files.samples[$0].relativePath) })
      }
      guard let best = found.min(by: { $0.missing.count < $1.missing.count }) else {
        throw .otherSamples(
          places: newPlaces, missing: own.count, count: files.count, first: own.prefix(3).map(files.name(of:)))
      }
      missing += best.missing.map(files.name(of:))
      taken.insert(best.folder)
      roots[root] = FileList.Root(path: best.folder, prefix: old.prefix, isSearched: old.isSearched)
    }
    guard missing.isEmpty else {
      throw .otherSamples(
        places: newPlaces, missing: missing.count, count: files.count, first: Array(missing.prefix(3)))
    }
    let list = FileList(roots: roots, samples: files.samples)
    for place in newPlaces {
      guard let (path, isFolder) = resolve(place), !isFolder else { continue }
      guard list.samples.indices.contains(where: { list.path(of: $0) == path }) else {
        throw .otherSamples(
          places: [place], missing: list.count, count: list.count, first: (0..<min(3, list.count)).map(list.name(of:)))
      }
    }
    return FileListing(
      list, labels: labels.map { Self.moved($0, from: files.roots, to: roots) }, groups: groups, folders: self.folders,
      leftOut: leftOut, stamps: stampsAfterMoving(to: list), others: others, labelHash: labelHash)
  }

  /// A copy has other times than its original. Where the contents were recorded these decide later whether it is the same
  /// file; where they were not, the size decides now.
  private func stampsAfterMoving(to list: FileList) -> [FileStamp?]? {
    guard let stamps, stamps.count == list.count else { return stamps }
    return stamps.enumerated().map { sample, stamp in stamp?.afterMoving(to: list.path(of: sample)) }
  }

  /// The same files with the labels of another CSV, or without any.
  public func labelled(by file: String?) -> FileListing {
    FileListing(
      files, labels: file.map(absolutePath), groups: groups, folders: folders, leftOut: leftOut, stamps: stamps,
      others: others, labelHash: file == nil ? nil : labelHash)
  }

  /// The first files of the list.
  public func prefix(_ count: Int) -> FileListing {
    FileListing(
      FileList(roots: files.roots, samples: Array(files.samples.prefix(count))), labels: labels, groups: groups,
      folders: folders, leftOut: leftOut, stamps: stamps.map { Array($0.prefix(count)) }, others: others, labelHash: nil
    )
  }

  /// A fingerprint of what the files hold, or, of many large ones, of their sizes and times.
  public var contents: UInt64? {
    stamps.map { stamps in
      fingerprint(of: stamps.map { ($0?.identity ?? "") + "\n" }.joined().utf8)
    }
  }

  /// Where a file of labels is that was moved with the data; its former path if it is still there or cannot be found.
  private static func moved(_ file: String, from old: [FileList.Root], to new: [FileList.Root]) -> String {
    guard !isFile(file) else { return file }
    for (old, new) in zip(old, new) {
      // What both paths end with did not change; the folder above it was moved.
      var (former, present) = (old.path.split(separator: "/"), new.path.split(separator: "/"))
      while true {
        let folder = "/" + former.joined(separator: "/")
        if file.hasPrefix(folder == "/" ? folder : folder + "/") {
          let rest = file.dropFirst(folder == "/" ? 1 : folder.count + 1)
          let candidate = "/" + (present.map(String.init) + [String(rest)]).joined(separator: "/")
          if isFile(candidate) { return candidate }
        }
        guard let last = former.popLast(), let other = present.popLast(), last == other else { break }
      }
    }
    return file
  }
}

private func isFile(_ path: String) -> Bool { resolve(path).map { !$0.isFolder } ?? false }

private func lastComponent(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "" }
