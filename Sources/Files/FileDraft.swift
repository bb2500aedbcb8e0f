import Foundation

/// A file that appears under its name whole or not at all: until it is published, what was there before stays.
package final class FileDraft {
  /// The name that it gets.
  package let path: String
  let file: OpenFile
  private let replaces: Bool
  private var isPublished = false

  /// - Parameter replaces: whether a file may be there when this one gets its name, which is replaced. Otherwise
  ///   `publish` throws, and the file that is there stays.
  /// - Throws: `FileFailure` where there can be no such file; so do the other calls.
  package init(for path: String, replaces: Bool = true) throws(FileFailure) {
    let mode = try Self.mode(of: path)
    let place = Place(path)
    Drafts.removeAbandoned(of: place)
    var file: OpenFile
    do throws(FileFailure) {
      repeat { file = try .new(Drafts.newPath(for: place)) } while !Drafts.lock(file.descriptor)
    } catch {
      throw error.named(path)
    }
    // Who could not read the old file cannot read the new one.
    if let mode { _ = fchmod(file.descriptor, mode) }
    self.path = path
    self.file = file
    self.replaces = replaces
  }

  deinit { if !isPublished { unlink(file.path) } }

  /// Where it lies until then.
  package var draftPath: String { file.path }

  /// The permissions of the file that is there, if any.
  private static func mode(of path: String) throws(FileFailure) -> mode_t? {
    let manager = FileManager.default
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    if manager.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw FileFailure(path: path, reason: "it is a folder; name a file in it")
    }
    guard manager.fileExists(atPath: folder, isDirectory: &isFolder) else {
      throw FileFailure(path: path, reason: "there is no folder '\(folder)'; make it first")
    }
    guard isFolder.boolValue else { throw FileFailure(path: path, reason: "'\(folder)' is no folder") }
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return status.st_mode & 0o777
    // The link itself is replaced, and what it points at stays as it is.
    case S_IFLNK: return nil
    default: throw FileFailure(path: path, reason: "it is a device or a pipe; name a file")
    }
  }

  package func write(_ data: Data) throws(FileFailure) {
    do throws(FileFailure) { try file.write(data) } catch { throw error.named(path) }
  }

  /// Goes on writing at the start of the file.
  package func rewind() throws(FileFailure) {
    do throws(FileFailure) { try file.seek(to: 0) } catch { throw error.named(path) }
  }

  /// Gives the file its name.
  package func publish() throws(FileFailure) { try Self.publish([self]) }

  /// Gives files that belong together their names; see `moveTogether`.
  package static func publish(_ drafts: [FileDraft]) throws(FileFailure) {
    for draft in drafts {
      do throws(FileFailure) { try draft.file.synchronize() } catch { throw error.named(draft.path) }
    }
    try moveTogether(
      drafts.map { ($0.file.path, $0.path) }, keeping: Set(drafts.filter { !$0.replaces }.map(\.path)))
    for draft in drafts {
      draft.isPublished = true
      do throws(FileFailure) { try draft.file.close() } catch { throw error.named(draft.path) }
    }
  }
}

/// Writes a file: whole, or what was there before stays.
package func writeFile(_ data: Data, to path: String, replaces: Bool = true) throws(FileFailure) {
  let draft = try FileDraft(for: path, replaces: replaces)
  try draft.write(data)
  try draft.publish()
}

/// Writes a file that does not exist yet into a folder that is still a draft itself.
package func writeNewFile(_ data: Data, to path: String) throws(FileFailure) {
  let file = try OpenFile.new(path)
  try file.write(data)
  try file.synchronize()
  try file.close()
}
