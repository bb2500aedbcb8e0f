import ArgumentParsing
import Files
import Foundation
import Swiftlet

/// Whether a command may write over files.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Write over files that exist already.")
  var force = false
}

/// The files that a command is going to write, checked before it does any work.
///
/// The rule is the same for all commands:
///
/// - No file is written over that the command reads, by whatever path or link it is named, nor one of the data that the run
///   recorded.
/// - What exists is replaced only with `--force`, or if it is Swiftlet's own. That is so for what a run keeps in its own
///   folder: `report.html` and the files of `export`. A link exists, wherever it leads; with `--force` the link is
///   replaced, and what it leads to stays. What appears while the command works is kept as well.
/// - Nothing comes among the files that a run keeps for itself.
struct Outputs {
  private let run: RunFolder?
  private let inputs: [String]
  private let isForced: Bool
  private var checked: [(option: String, path: String)] = []

  /// - Parameters:
  ///   - run: what the command reads besides `inputs`.
  ///   - inputs: files, and folders of data.
  init(reading run: RunFolder?, _ inputs: [FilePath?], _ options: OutputOptions) {
    self.run = run
    self.inputs = inputs.compactMap { $0?.path }
    isForced = options.force
  }

  /// Checks one file, and makes the folders above it.
  ///
  /// - Parameters:
  ///   - option: how the user named the file: "--output".
  ///   - isUnfinished: whether the file is this command's own, left by an earlier one that did not end.
  mutating func check(_ path: String, _ option: String, isUnfinished: Bool = false) throws {
    if let other = checked.first(where: { Self.isSame($0.path, path) }) {
      throw ValidationError("\(other.option) and \(option) both name '\(path)': each needs a file of its own")
    }
    checked.append((option, path))
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw RunFolder.Failure.unwritable(path: path, reason: "it is a folder; name a file in it")
    }
    let verb = isTaken(path) ? "write over" : "write to"
    if let identity = FileIdentity(path) {
      for input in inputs where FileIdentity(input) == identity {
        throw ValidationError("\(option) would write over '\(path)', which this command reads: choose another name")
      }
    }
    try require(
      !isPartOfRun(path),
      "\(option) would \(verb) '\(path)', which belongs to the run that this command reads: choose another name")
    try require(
      !isKeptByRun(path), "\(option) would \(verb) '\(path)', which belongs to the run around it: choose another name")
    try require(
      !isTaken(path) || isUnfinished || replaces(path),
      "\(option) would write over '\(path)', which exists already: choose another name, or add --force")
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    if let reason = makeFolders(folder) { throw RunFolder.Failure.unwritable(path: path, reason: reason) }
  }

  /// Checks that a file can be written too; for commands that write it at their end.
  mutating func checkWritable(_ path: String, _ option: String) throws {
    try check(path, option)
    try Interruption.held { _ = try OutputFile(path) }
  }

  /// Whether what has this name is replaced, now or at the end of the command.
  func replaces(_ path: String) -> Bool { isForced || (isResultOfRun(path) && !isLink(path)) }

  /// Checks a folder that a command writes several files to. In a run, only `export` is for files of a command.
  func checkFolder(_ path: String, _ option: String) throws {
    let place = Self.resolved(path)
    guard let run = RunFolder.enclosing(place, SwiftletProgram.catalogue) else { return }
    let own = run.path + "/export"
    try require(
      place == own || place.hasPrefix(own + "/"),
      "\(option) '\(path)' lies in a run, which keeps its own files there: choose a folder outside of it, or its 'export'"
    )
  }

  /// With `--force`, a file may be written over that is one of the samples: this is known once they are listed.
  ///
  /// - Parameter skipped: files that were looked at and are no samples.
  func check(against samples: SampleListing, skipped: [SampleError] = []) throws {
    try checkOthers(samples, skipped: skipped, "which this command reads")
  }

  /// The data that the run recorded are kept, whether the command reads them or others.
  func check(recorded samples: SampleListing) throws {
    try checkOthers(samples, skipped: [], "which belongs to the data of the run")
  }

  private func checkOthers(_ samples: SampleListing, skipped: [SampleError], _ reason: String) throws {
    let existing = checked.compactMap { output in FileIdentity(output.path).map { ($0, output) } }
    guard !existing.isEmpty else { return }
    let outputs = Dictionary(existing) { first, _ in first }
    for path in samples.list.filePaths(skipped: skipped.map(\.name)) {
      if let output = FileIdentity(path).flatMap({ outputs[$0] }) {
        throw ValidationError("\(output.option) would write over '\(output.path)', \(reason): choose another name")
      }
    }
  }

  /// A file that is directly in the folder of the run, or of its checkpoints.
  private func isPartOfRun(_ path: String) -> Bool {
    guard let run, isTaken(path), !isResultOfRun(path) else { return false }
    let folder = Self.resolved(Self.folder(of: path))
    if folder == pathWithoutLinks(run.path) { return true }
    return pathWithoutLinks(run.checkpoints).map { folder == $0 || folder.hasPrefix($0 + "/") } ?? false
  }

  /// A name under which some run keeps a file of its own, or will.
  private func isKeptByRun(_ path: String) -> Bool {
    let folder = Self.resolved(Self.folder(of: path))
    guard let run = RunFolder.enclosing(folder, SwiftletProgram.catalogue) else { return false }
    if folder == run.path { return RunFolder.keeps(Self.name(of: path)) }
    return folder == run.checkpoints || folder.hasPrefix(run.checkpoints + "/")
  }

  /// What the run keeps in its folder for people; not where a link leads out of it.
  private func isResultOfRun(_ path: String) -> Bool {
    guard let run = run.flatMap({ pathWithoutLinks($0.path) }) else { return false }
    let folder = Self.resolved(Self.folder(of: path))
    if folder == run { return Self.name(of: path) == "report.html" }
    return folder == run + "/export" || folder.hasPrefix(run + "/export/")
  }

  private static func isSame(_ first: String, _ second: String) -> Bool {
    if let identity = FileIdentity(first), identity == FileIdentity(second) { return true }
    return name(of: first) == name(of: second) && resolved(folder(of: first)) == resolved(folder(of: second))
  }

  private static func folder(of path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().path
  }

  private static func name(of path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }

  /// The absolute path without links, as far as the folders exist.
  private static func resolved(_ path: String) -> String {
    if let found = pathWithoutLinks(path) { return found }
    let above = folder(of: path)
    return above == path ? path : resolved(above) + "/" + name(of: path)
  }
}

extension Outputs {
  func check(against data: any SampleCollection) throws {
    // To list many samples takes a while, and what does not exist is none of them.
    guard checked.contains(where: { FileIdentity($0.path) != nil }) else { return }
    try check(against: data.listing(of: Array(data.names.indices)), skipped: data.skipped)
  }
}
