import Files
import Foundation
import Synchronization

/// Holds a run for the one process that writes to it.
///
/// The hold is an advisory lock on a file in the folder of the run. It ends with the process, however that ends, and does
/// not hinder programs that only read. Within a process a run may be held several times.
public final class RunHold: Sendable {
  /// Why nothing is held, if the file system has no locks: one sentence.
  public var problem: String? { entry.problem }

  private let entry: Entry

  /// A file that this process holds.
  private struct Entry {
    let identity: FileIdentity
    let descriptor: Int32
    let folder: String
    let file: String
    var problem: String?
    /// Whether this process made the folder.
    var hasMadeFolder: Bool
    var count = 1
  }

  private static let entries = Mutex<[FileIdentity: Entry]>([:])

  /// - Parameters:
  ///   - file: the file to lock, made if it is not there.
  ///   - hasMadeFolder: whether the folder is removed at the end if nothing came into it.
  ///   - lock: locks a file by its descriptor without waiting; returns 0 or an error number.
  /// - Throws: `RunFolder.Failure.inUse` with the process that holds the file; `.unwritable`.
  init(
    _ file: String, in folder: String, hasMadeFolder: Bool = false, lock: (Int32) -> Int32 = lockWithoutWaiting
  ) throws(RunFolder.Failure) {
    do {
      entry = try Self.entries.withLock { entries in
        var (descriptor, identity) = try Self.open(file)
        if var known = entries[identity] {
          close(descriptor)
          known.count += 1
          known.hasMadeFolder = known.hasMadeFolder || hasMadeFolder
          entries[identity] = known
          return known
        }
        var number = lock(descriptor)
        // Between opening and locking, the holder before may have removed the file.
        while number == 0, FileIdentity(file) != identity {
          close(descriptor)
          (descriptor, identity) = try Self.open(file)
          number = lock(descriptor)
        }
        if number == EWOULDBLOCK {
          let process = LockFile.process(in: descriptor)
          close(descriptor)
          throw RunFolder.Failure.inUse(path: folder, process: process)
        }
        var new = Entry(
          identity: identity, descriptor: descriptor, folder: folder, file: file, hasMadeFolder: hasMadeFolder)
        if number != 0 {
          new.problem =
            "the file system of \(folder) has no locks (\(String(cString: strerror(number)))): nothing stops a second "
            + "program from writing to it at the same time, so do not start one"
        }
        LockFile.sign(descriptor)
        entries[identity] = new
        return new
      }
    } catch let failure as RunFolder.Failure {
      throw failure
    } catch {
      throw .unwritable(path: file, reason: systemReason(of: error))
    }
  }

  deinit {
    Self.entries.withLock { entries in
      guard var known = entries[entry.identity] else { return }
      known.count -= 1
      entries[entry.identity] = known.count > 0 ? known : nil
      guard known.count == 0 else { return }
      // The file would do no harm in a folder that stayed empty, but nobody would know what it is for.
      if RunFolder.isVacant(known.folder) {
        unlink(known.file)
        if known.hasMadeFolder { rmdir(known.folder) }
      }
      close(known.descriptor)
    }
  }

  private static func open(_ file: String) throws -> (descriptor: Int32, FileIdentity) {
    let descriptor = try LockFile.open(file)
    guard let identity = FileIdentity(descriptor: descriptor) else {
      let number = errno
      close(descriptor)
      throw RunFolder.Failure.unwritable(path: file, reason: systemReason(number))
    }
    return (descriptor, identity)
  }
}

/// Locks a file for this process until its descriptor is closed; returns 0 or an error number.
private func lockWithoutWaiting(_ descriptor: Int32) -> Int32 {
  while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
    if errno != EINTR { return errno }
  }
  return 0
}
