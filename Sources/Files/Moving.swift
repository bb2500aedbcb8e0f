import Foundation

/// Gives files that belong together their names, and waits until the names are on disk.
///
/// Several names cannot change at once. So all old files are put aside before the first new one gets its name: whoever
/// looks, or whatever is left after a kill, finds old ones, new ones, or too few, but never old beside new. Where a name
/// cannot be given, the old files are put back.
///
/// - Parameters:
///   - moves: of synced files, to places on the same disk.
///   - kept: those of the new names that have to be free. The work before may have been long, and somebody may have made a
///     file of this name meanwhile: it is kept, and nothing is moved.
package func moveTogether(
  _ moves: [(from: String, to: String)], keeping kept: Set<String> = []
) throws(FileFailure) {
  func checkIsFree(_ path: String) throws(FileFailure) {
    guard kept.contains(path), isTaken(path) else { return }
    throw FileFailure(
      path: path, reason: "something of this name has appeared in the meantime, and is kept; choose another name")
  }
  for (_, path) in moves { try checkIsFree(path) }
  var aside: [(former: String, path: String)] = []
  var done: [(from: String, to: String)] = []
  do throws(FileFailure) {
    if moves.count > 1 {
      // The last, such as the names of vectors, goes first: what is left then means nothing without it.
      for (_, path) in moves.reversed() where !kept.contains(path) && isTaken(path) {
        let former = formerPath(of: path)
        try renameFile(path, to: former)
        aside.append((former, path))
      }
      // Not before this is on disk, for a disk may keep the names in another order.
      if !aside.isEmpty { try synchronizeFolders(of: moves.map(\.to)) }
    }
    for (draft, path) in moves {
      try checkIsFree(path)
      do throws(FileFailure) { try renameFile(draft, to: path) } catch { throw error.named(path) }
      done.append((draft, path))
    }
    try synchronizeFolders(of: moves.map(\.to))
  } catch {
    for (draft, path) in done.reversed() where moves.count > 1 { rename(path, draft) }
    for (former, path) in aside.reversed() { rename(former, path) }
    throw error
  }
  // A link, or a file that this user may not read, is put aside like any other.
  for (former, _) in aside { try? FileManager.default.removeItem(atPath: former) }
  for (_, path) in moves where moves.count > 1 { removeFormer(of: path) }
}

private let formerMark = ".former-"

private func formerPath(of path: String) -> String {
  let place = Place(path)
  return place.beside(Drafts.stem(place) + formerMark + String(UInt64.random(in: 0...UInt64.max), radix: 36))
}

/// Those that a kill has left: they are kept until there is a new file.
private func removeFormer(of path: String) {
  let place = Place(path)
  Drafts.removeAbandoned(in: place.folder, links: true) { $0.hasPrefix(Drafts.stem(place) + formerMark) }
}

func renameFile(_ from: String, to path: String) throws(FileFailure) {
  do throws(SystemCall.Failure) {
    try SystemCall.repeated { rename(from, path) }
  } catch {
    throw FileFailure(path: path, number: error.number)
  }
}

private func synchronizeFolders(of paths: [String]) throws(FileFailure) {
  for folder in Set(paths.map { Place($0).folder }).sorted() { try synchronizeFolder(folder) }
}

/// Waits until the name of a file is on disk.
package func synchronizeFolder(ofFile path: String) throws(FileFailure) { try synchronizeFolder(Place(path).folder) }

/// Waits until the names in a folder are on disk.
package func synchronizeFolder(_ path: String) throws(FileFailure) {
  let descriptor: Int32
  do throws(SystemCall.Failure) {
    descriptor = try SystemCall.open(path, O_RDONLY | O_DIRECTORY)
  } catch {
    // A folder that may be written but not be read cannot be waited for.
    if error.number == EACCES { return }
    throw FileFailure(path: path, number: error.number)
  }
  defer { close(descriptor) }
  do throws(SystemCall.Failure) {
    try SystemCall.synchronize(descriptor)
  } catch {
    throw FileFailure(path: path, number: error.number)
  }
}
