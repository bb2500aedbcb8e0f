import ArgumentParsing
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
/// - No file is written over that the command reads, by whatever path or link it is named.
/// - A file that exists is written over only with `--force`, or if it is Swiftlet's own. That is so for what a run keeps in
///   its own folder: `report.html` and the files of `export`.
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
    if let identity = FileIdentity(path) {
      for input in inputs where FileIdentity(input) == identity {
        throw ValidationError("\(option) would write over '\(path)', which this command reads: choose another name")
      }
      try require(
        !isPartOfRun(path),
        "\(option) would write over '\(path)', which belongs to the run that this command reads: choose another name")
      try require(
        isForced || isUnfinished || isResultOfRun(path),
        "\(option) would write over '\(path)', which exists already: choose another name, or add --force")
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    if let reason = makeFolders(folder) { throw RunFolder.Failure.unwritable(path: path, reason: reason) }
  }

  /// Checks that a file can be written too; for commands that write it at their end.
  mutating func checkWritable(_ path: String, _ option: String) throws {
    try check(path, option)
    _ = try OutputFile(path)
  }

  /// With `--force`, a file may be written over that is one of the samples: this is known once they are listed.
  ///
  /// - Parameter skipped: files that were looked at and are no samples.
  func check(against samples: SampleListing, skipped: [SampleError] = []) throws {
    let existing = checked.compactMap { output in FileIdentity(output.path).map { ($0, output) } }
    guard !existing.isEmpty, let list = samples.list as? FileListing else { return }
    let outputs = Dictionary(existing) { first, _ in first }
    let others = list.files.roots.flatMap { root in
      skipped.map { sample in
        let isPrefixed = !root.prefix.isEmpty && sample.name.hasPrefix(root.prefix + "/")
        return root.path + "/" + (isPrefixed ? String(sample.name.dropFirst(root.prefix.count + 1)) : sample.name)
      }
    }
    for path in list.files.samples.indices.map(list.files.path(of:)) + others + [list.labels].compactMap(\.self) {
      if let output = FileIdentity(path).flatMap({ outputs[$0] }) {
        throw ValidationError(
          "\(output.option) would write over '\(output.path)', which this command reads: choose another name")
      }
    }
  }

  /// A file directly in the folder of the run, or of its checkpoints.
  private func isPartOfRun(_ path: String) -> Bool {
    guard let run, !isResultOfRun(path), let folder = FileIdentity(Self.folder(of: path)) else { return false }
    if folder == FileIdentity(run.path) { return true }
    return FileIdentity(run.checkpoints).map { checkpoints in
      folder == checkpoints || FileIdentity(Self.folder(of: Self.folder(of: path))) == checkpoints
    } ?? false
  }

  private func isResultOfRun(_ path: String) -> Bool {
    guard let run, let folder = FileIdentity(Self.folder(of: path)) else { return false }
    if folder == FileIdentity(run.path) { return URL(fileURLWithPath: path).lastPathComponent == "report.html" }
    return folder == FileIdentity(run.path + "/export")
  }

  private static func isSame(_ first: String, _ second: String) -> Bool {
    if let identity = FileIdentity(first) { return identity == FileIdentity(second) }
    return URL(fileURLWithPath: first).standardizedFileURL == URL(fileURLWithPath: second).standardizedFileURL
  }

  private static func folder(of path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().path
  }
}

extension Outputs {
  func check(against data: any SampleCollection) throws {
    try check(against: data.listing(of: Array(data.names.indices)), skipped: data.skipped)
  }
}
