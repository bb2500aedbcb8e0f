import Files
import Foundation
import Learning
import Samples
import Settings
import Torch

// How the folder of a run is made, named and held.

extension RunFolder {
  /// Holds the run while it is written to; the first hold of a new folder is `claim`'s.
  var holdFile: String { path + "/run.lock" }
  private var curveHoldFile: String { path + "/curve.lock" }

  /// Throws if a new run cannot be made here, before any measurement begins.
  ///
  /// - Throws: `Failure.exists`, `.occupied` or `.unwritable`.
  public func checkIsFree() throws(Failure) {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    if manager.fileExists(atPath: path, isDirectory: &isFolder) {
      guard isFolder.boolValue else { throw .occupied(path: path, by: "is a file") }
      guard !manager.fileExists(atPath: configuration) else { throw .exists(path: path) }
      guard Self.isVacant(path) else { throw .occupied(path: path, by: "has other things in it") }
      do throws(FileFailure) { try LockFile.check(holdFile) } catch { throw Failure(error) }
    }
    var ancestor = path
    while !manager.fileExists(atPath: ancestor, isDirectory: &isFolder) { ancestor = Self.parent(of: ancestor) }
    guard isFolder.boolValue else { throw .unwritable(path: path, reason: "\(ancestor) is a file") }
    guard access(ancestor, W_OK | X_OK) == 0 else {
      throw .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
  }

  /// Makes the folder, with those above it, and holds it. A folder that is there and empty is used as it is.
  ///
  /// - Returns: the hold. If it ends before a run was made, the folder is as it was before.
  /// - Throws: as `checkIsFree` does; `Failure.inUse` where another process has claimed it.
  public func claim() throws(Failure) -> RunHold {
    try checkIsFree()
    if let reason = makeFolders(Self.parent(of: path)) { throw .unwritable(path: path, reason: reason) }
    let isNew = mkdir(path, 0o777) == 0
    guard isNew || errno == EEXIST else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
    let hold = try RunHold(holdFile, in: path, hasMadeFolder: isNew)
    // Another process may have made a run of it before this one held it.
    try checkIsFree()
    return hold
  }

  /// Makes and holds the first of `base`-1, `base`-2, … that does not exist. Two processes never get the same.
  public static func claimNumbered(
    _ base: String, _ catalogue: Catalogue
  ) throws(Failure) -> (folder: RunFolder, hold: RunHold) {
    var number = 1
    while true {
      let folder = RunFolder("\(base)-\(number)", catalogue)
      number += 1
      if FileIdentity(folder.path) != nil { continue }
      try folder.checkIsFree()
      if let reason = makeFolders(parent(of: folder.path)) { throw .unwritable(path: folder.path, reason: reason) }
      // The system makes a folder for one process only.
      if mkdir(folder.path, 0o777) != 0 {
        if errno == EEXIST { continue }
        throw .unwritable(path: folder.path, reason: String(cString: strerror(errno)))
      }
      do {
        return (folder, try RunHold(folder.holdFile, in: folder.path, hasMadeFolder: true))
      } catch .inUse {
        continue
      }
    }
  }

  /// Holds a run to go on with it.
  ///
  /// - Returns: nil where the folder cannot be written to at all; what is to be written says so in its own words.
  /// - Throws: `Failure.inUse` where another process writes to it; `.unwritable` where something else is in the place of
  ///   the lock.
  public func hold() throws(Failure) -> RunHold? { try hold(holdFile) }

  /// Holds the file of measurements that a label-efficiency curve goes on with.
  package func holdCurve() throws(Failure) -> RunHold? { try hold(curveHoldFile) }

  private func hold(_ file: String) throws(Failure) -> RunHold? {
    do throws(FileFailure) { try LockFile.check(file) } catch { throw Failure(error) }
    do {
      let hold = try RunHold(file, in: path)
      // Those of a command that was killed. A draft that is still being written is locked, and stays.
      removeAbandonedDrafts(in: path, former: "")
      return hold
    } catch .unwritable {
      return nil
    }
  }

  /// Throws where checkpoints would be written through a link, into a folder that may be somebody else's.
  func checkCheckpointsAreItsOwn() throws(Failure) {
    if isLink(checkpoints) { throw .unwritable(path: checkpoints, reason: linkIsNotFollowed("folder")) }
  }

  /// Makes the run in its folder, which is claimed for that. `configuration.json` comes last, so that a kill leaves a whole
  /// run or a folder that is still free.
  ///
  /// - Parameter complete: writes what else belongs into it, before it has its name.
  /// - Returns: the hold, for as long as the run is written to.
  /// - Throws: as `claim` does.
  @discardableResult
  public func create(
    _ configuration: RunConfiguration, samples: SampleListing, skipped: [SampleError],
    complete: (RunFolder) throws -> Void = { _ in }
  ) throws -> RunHold {
    let hold = try claim()
    removeLeftovers()
    do {
      let place = try FolderDraft(inside: path)
      let draft = RunFolder(place.draftPath, catalogue)
      try makeFolder(draft.checkpoints)
      let encoder = RunConfiguration.encoder
      try writeNewFile(encoder.encode(samples), to: draft.samples)
      if let key = samples.list.key {
        try writeNewFile(Data(key.utf8), to: draft.key)
        chmod(draft.key, 0o600)
      }
      try writeNewFile(encoder.encode(configuration), to: draft.configuration)
      try writeNewFile(Data(), to: draft.metrics)
      try writeNewFile(Data(), to: draft.timing)
      let log = try LineLog(draft.skipped)
      for sample in skipped { try log.append(sample) }
      try log.synchronize()
      try complete(draft)
      let names = try FileManager.default.contentsOfDirectory(atPath: draft.path)
      let last = "configuration.json"
      try place.move(names.filter { $0 != last }, into: path)
      try place.move([last], into: path)
      return hold
    } catch {
      remove()
      // What is wrong with a file of the draft is wrong with the folder: nobody knows the draft's own name.
      throw Failure.unwritable(path: path, reason: Self.reason(of: error))
    }
  }

  private static func reason(of error: any Error) -> String {
    switch error {
    case Failure.unwritable(_, let reason), Safetensors.Failure.unwritable(_, let reason): reason
    default: systemReason(of: error)
    }
  }

  /// Takes back what `create` made, where nothing came of it. The hold's end does the rest.
  func remove() {
    try? FileManager.default.removeItem(atPath: configuration)
    removeLeftovers()
  }

  /// Removes what making a run has left in a claimed folder.
  private func removeLeftovers() {
    let manager = FileManager.default
    for name in (try? manager.contentsOfDirectory(atPath: path)) ?? []
    where Self.madeNames.contains(name) || isDraft(name) {
      try? manager.removeItem(atPath: "\(path)/\(name)")
    }
  }

  /// Whether nothing is in a folder but what a process left that was to make a run here and did not come to it: its lock
  /// says that the rest is its own.
  static func isVacant(_ path: String) -> Bool {
    guard let contents = try? FileManager.default.contentsOfDirectory(atPath: path) else { return false }
    if contents.isEmpty { return true }
    // After a loss of power, a disk may have kept the name of the draft and not that of the lock.
    if contents.allSatisfy({ $0 == lockName || $0.hasPrefix("swiftlet.draft-") }) { return true }
    guard contents.contains(lockName), !contents.contains("configuration.json") else { return false }
    return contents.allSatisfy { $0 == lockName || madeNames.contains($0) || isDraft($0) }
  }

  private static let lockName = "run.lock"
  /// What `create` makes before `configuration.json`.
  private static let madeNames: Set<String> = [
    "samples.json", "metrics.jsonl", "timing.jsonl", "skipped.jsonl", "checkpoints", "initial.safetensors",
    "finetuning.json", "tuned.safetensors", "alarms.jsonl", "private-key.csv",
  ]

  /// Whether a run keeps a file of its own under a name directly in its folder, now or later.
  package static func keeps(_ name: String) -> Bool {
    madeNames.contains(name) || laterNames.contains(name) || name == lockName
  }

  /// What a run gets after it was made.
  private static let laterNames: Set<String> = [
    "configuration.json", "profile.json", "evaluation.json", "interventions.jsonl", "similarities.jsonl", "curve.json",
    "curve-draft.jsonl",
    "curve.lock", "export", "private-keys",
  ]

  /// The folder that a file or folder is in; absolute.
  private static func parent(of path: String) -> String {
    URL(fileURLWithPath: absolutePath(path)).deletingLastPathComponent().path
  }
}

/// Makes a folder and those above it, as far as they are not there.
///
/// - Returns: why one of them cannot be made, in the system's words; nil if all are there now.
package func makeFolders(_ path: String) -> String? {
  var missing: [String] = []
  var folder = absolutePath(path)
  var status = stat()
  while stat(folder, &status) != 0 {
    guard errno == ENOENT else { return String(cString: strerror(errno)) }
    missing.append(folder)
    folder = URL(fileURLWithPath: folder).deletingLastPathComponent().path
  }
  guard status.st_mode & S_IFMT == S_IFDIR else { return "'\(folder)' is no folder" }
  for folder in missing.reversed() where mkdir(folder, 0o777) != 0 && errno != EEXIST {
    return String(cString: strerror(errno))
  }
  return nil
}
