import Foundation

/// Names of what is being made and has not got its own name yet: OUT.csv.draft-1x3k9…
///
/// Nobody can guess them, so that nobody can lay a link in their place, and two processes never meet. Each draft is
/// locked while its process lives; the system gives the lock back however a process ends, so that drafts without one are
/// abandoned, and whoever makes the next of the same name removes them.
enum Drafts {
  private static let mark = ".draft-"

  static func isDraft(_ name: String) -> Bool { name.contains(mark) }

  static func newPath(for place: Place) -> String {
    place.beside(stem(place) + mark + String(UInt64.random(in: 0...UInt64.max), radix: 36))
  }

  /// What the drafts of a name begin with; names have at most 255 bytes.
  static func stem(_ place: Place) -> String { String(decoding: place.name.utf8.prefix(200), as: UTF8.self) }

  /// Removes the drafts of a name that no process makes any more.
  static func removeAbandoned(of place: Place) {
    let start = stem(place) + mark
    removeAbandoned(in: place.folder) { $0.hasPrefix(start) }
  }

  /// What cannot be removed stays: that is no reason not to write.
  ///
  /// - Parameter links: whether links of these names are removed too, which cannot be locked.
  static func removeAbandoned(in folder: String, links: Bool = false, where isDraft: (String) -> Bool) {
    guard let stream = opendir(folder) else { return }
    var found: [String] = []
    while let entry = readdir(stream) {
      // The name ends with a zero; its field may reach past the entry, so that it cannot be copied as a whole.
      guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { continue }
      let name = String(cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self))
      if isDraft(name) { found.append(name) }
    }
    closedir(stream)
    for name in found {
      let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
      if links, isLink(path) {
        unlink(path)
        continue
      }
      guard let descriptor = try? SystemCall.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(atPath: path) }
      close(descriptor)
    }
  }

  /// Holds a draft.
  ///
  /// - Returns: false where another process took it for abandoned before it was locked.
  static func lock(_ descriptor: Int32) -> Bool {
    // Where a file system knows no locks, nobody else gets one either, and nothing is removed.
    _ = flock(descriptor, LOCK_SH)
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0
  }
}

/// Whether a name is that of something which was being made.
package func isDraft(_ name: String) -> Bool { Drafts.isDraft(name) }

/// Removes what drafts commands that were killed have left in a folder.
///
/// - Parameter former: another name that drafts had.
package func removeAbandonedDrafts(in folder: String, former: String) {
  Drafts.removeAbandoned(in: folder) { $0 == former || Drafts.isDraft($0) }
}
