import ArgumentParsing
import Foundation
import Swiftlet

/// A run, data, and what is to be told of them: what the commands that learn from labels ask for.
struct TargetData: ParsableArguments {
  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Argument(help: "Folders or files.", completion: .file())
  var data: [FilePath]

  @OptionGroup var targets: TargetOptions

  @OptionGroup var disk: CacheOption

  /// The run, the data as it reads them, and what is to be told; says what a user should know about these.
  func open(_ console: Console) throws -> (RunFolder, any SampleCollection, Targets) {
    let folder = openRun(runFolder)
    let (collection, targets) = try targets.open(data.paths, as: folder, disk.cache, console)
    guard let targets else { throw EvaluationError.noLabels(try folder.open().configuration.data.labelPlace) }
    return (folder, collection, targets)
  }
}

/// What is to be told, and where it stands.
struct TargetOptions: ParsableArguments {
  @Option(
    help:
      "CSV with the columns path, label and perhaps split; a;b are several classes. Default: subfolders are labels.",
    completion: .file(extensions: ["csv"]))
  var labels: FilePath?

  @Option(help: "Column of a table that holds the labels. Default: the one that pretrain was given.")
  var labelColumn: String?

  @Option(help: "Column of numbers to tell instead of classes, of the table or of the file that --labels names.")
  var target: String?

  @Option(help: "Columns of 0 and 1, such as a,b,c: the classes that a sample may have at once.")
  var targets: String?

  @OptionGroup var grouping: GroupOptions

  func validate() throws {
    try require(
      labels == nil || labelColumn == nil, "--labels and --label-column exclude each other; leave one of them out")
    try require(
      [labelColumn, target, targets].count { $0 != nil } <= 1,
      "--label-column, --target and --targets each say what to tell; leave all but one out")
    try require(
      targets.map { !columns(of: $0).isEmpty } ?? true, "--targets '\(targets ?? "")' names no column; write a,b,c")
  }

  /// Whether the user named any.
  var isGiven: Bool { labels != nil || labelColumn != nil || target != nil || targets != nil }

  private var request: TargetRequest {
    if let target { return .number(column: target) }
    if let targets { return .memberships(columns: columns(of: targets)) }
    return .labels
  }

  private func columns(of text: String) -> [String] {
    text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// - Parameter usual: what is to be told if the user named nothing; nil for the classes of the labels.
  func open(
    _ places: [String], as run: RunFolder, _ cache: CacheChoice, _ console: Console, usual: TargetRequest? = nil
  ) throws -> (any SampleCollection, Targets?) {
    var request = request
    if case .labels = request, labelColumn == nil, let usual { request = usual }
    // A file of numbers needs no column of classes.
    let isClasses = if case .labels = request { true } else { false }
    let annotations = Annotations(
      labels: try labelSource(file: labels?.path, column: labelColumn), groups: try grouping.source())
    let collection = try run.scan(places, annotations, grouping, console, needsLabels: isClasses).cached(cache)
    console.describe(collection, usesLabels: isClasses)
    return (collection, try collection.targets(request, file: isClasses ? nil : labels?.path))
  }
}
