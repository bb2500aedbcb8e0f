import Foundation

/// A folder that appears under its name whole or not at all. Folders above it are made if they are missing.
package final class FolderDraft {
  /// The name that it gets.
  package let path: String
  /// Where its files are written until then.
  package let draftPath: String
  private let place: Place
  private var isPublished = false
  /// Of the draft, which it keeps locked.
  private let descriptor: Int32

  /// - Throws: `FileFailure` where there can be no such folder; so do the other calls.
  package convenience init(for path: String) throws(FileFailure) {
    // What a link points at becomes the folder, where that is an empty one.
    let place = Place(isLink(path) ? pathWithoutLinks(path) ?? path : path)
    try makeFolder(place.folder)
    try self.init(place, path)
  }

  /// One whose files are moved into `folder`, which exists.
  package convenience init(inside folder: String) throws(FileFailure) {
    try self.init(Place(folder + "/swiftlet"), folder)
  }

  private init(_ place: Place, _ path: String) throws(FileFailure) {
    Drafts.removeAbandoned(of: place)
    self.place = place
    self.path = path
    var draft: String
    var descriptor: Int32 = -1
    repeat {
      if descriptor >= 0 { close(descriptor) }
      draft = Drafts.newPath(for: place)
      do throws(SystemCall.Failure) {
        try SystemCall.repeated { mkdir(draft, 0o777) }
        descriptor = try SystemCall.open(draft, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      } catch {
        throw FileFailure(path: path, number: error.number)
      }
    } while !Drafts.lock(descriptor)
    draftPath = draft
    self.descriptor = descriptor
  }

  deinit {
    if !isPublished { try? FileManager.default.removeItem(atPath: draftPath) }
    close(descriptor)
  }

  /// Gives the folder its name, which is free or that of an empty folder. Its files have to be synced.
  package func publish() throws(FileFailure) {
    do throws(FileFailure) {
      let manager = FileManager.default
      for name in (try? manager.subpathsOfDirectory(atPath: draftPath)) ?? [] {
        var isFolder: ObjCBool = false
        let inner = draftPath + "/" + name
        if manager.fileExists(atPath: inner, isDirectory: &isFolder), isFolder.boolValue {
          try synchronizeFolder(inner)
        }
      }
      try synchronizeFolder(draftPath)
      try renameFile(draftPath, to: place.beside(place.name))
    } catch {
      throw error.named(path)
    }
    isPublished = true
    do throws(FileFailure) { try synchronizeFolder(place.folder) } catch { throw error.named(path) }
  }

  /// Gives files of the draft, which have to be synced, names in a folder that exists; see `moveTogether`.
  ///
  /// - Parameter replaces: whether files of these names may be there, which are replaced.
  package func move(_ files: [String], into folder: String, replaces: Bool = true) throws(FileFailure) {
    let moves = files.map { (from: "\(draftPath)/\($0)", to: "\(folder)/\($0)") }
    try moveTogether(moves, keeping: replaces ? [] : Set(moves.map(\.to)))
  }

  /// A failure to write in the draft, with the name that the file was to have.
  package func named(_ failure: FileFailure) -> FileFailure {
    guard failure.path.hasPrefix(draftPath) else { return failure }
    return failure.named(path + failure.path.dropFirst(draftPath.count))
  }
}

/// Makes a folder and those above it, where they are missing, and waits until their names are on disk.
package func makeFolder(_ path: String, mode: mode_t = 0o777) throws(FileFailure) {
  do throws(SystemCall.Failure) {
    try SystemCall.repeated { mkdir(path, mode) }
  } catch {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { throw FileFailure(path: path, number: ENOTDIR) }
      return
    }
    let above = Place(path).folder
    guard error.number == ENOENT, above != path, above != "." else {
      throw FileFailure(path: path, number: error.number)
    }
    try makeFolder(above)
    do throws(SystemCall.Failure) {
      try SystemCall.repeated { mkdir(path, mode) }
    } catch {
      // Another process may have been as quick.
      guard error.number == EEXIST else { throw FileFailure(path: path, number: error.number) }
    }
  }
  try synchronizeFolder(Place(path).folder)
}

/// Removes a file, if there is one, and waits until this is on disk.
package func removeFile(_ path: String) throws(FileFailure) {
  do throws(SystemCall.Failure) {
    try SystemCall.repeated { unlink(path) }
  } catch {
    if error.number == ENOENT { return }
    throw FileFailure(path: path, number: error.number)
  }
  try synchronizeFolder(ofFile: path)
}

/// Removes a folder with all that is in it. A kill leaves it whole, or a draft that the next command removes, but not a
/// part under its name.
package func removeFolder(_ path: String) {
  let draft = Drafts.newPath(for: Place(path))
  let isMoved = rename(path, draft) == 0
  try? FileManager.default.removeItem(atPath: isMoved ? draft : path)
}
