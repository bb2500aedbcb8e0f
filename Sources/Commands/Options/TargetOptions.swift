import ArgumentParsing
import Foundation
import Swiftlet

/// A run, data and targets: the arguments of all commands that learn from labels.
struct TargetData: ParsableArguments {
  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Argument(help: "Folders or files.", completion: .file())
  var data: [FilePath]

  @OptionGroup var targets: TargetOptions

  @OptionGroup var disk: CacheOption

  @OptionGroup var opening: OpeningOptions

  /// Opens the run, the data as the run reads them, and the targets; prints what a user should know about them.
  func open(_ console: Console) throws -> (RunFolder, any SampleCollection, Targets) {
    let folder = opening.open(runFolder)
    let (collection, targets) = try targets.open(data.paths, as: folder, disk.cache, console)
    guard let targets else { throw EvaluationError.noLabels(try folder.open().configuration.data.labelPlace) }
    console.warnOfBusyCores(threads: try folder.openConfiguration().computeThreads)
    return (folder, collection, targets)
  }
}

/// What to predict, and where the known values are.
struct TargetOptions: ParsableArguments {
  @Option(
    help:
      "If each sample is a file: a CSV with the columns path and label, optionally split; a;b are several classes. Default: subfolders are labels.",
    completion: .file(extensions: ["csv"]))
  var labels: FilePath?

  @Option(help: "Of data with columns: the column that holds the labels. Default: as in the run.")
  var labelColumn: String?

  @Option(help: "Column of numbers to predict instead of classes, in the data or in the file that --labels names.")
  var target: String?

  @Option(help: "Columns of 0 and 1, such as a,b,c: classes of which a sample may have several.")
  var targets: String?

  @OptionGroup var grouping: GroupOptions

  @OptionGroup var reading: ReadingOptions

  func validate() throws {
    try require(
      labels == nil || labelColumn == nil, "--labels and --label-column exclude each other; leave one of them out")
    try require(
      [labelColumn, target, targets].count { $0 != nil } <= 1,
      "--label-column, --target and --targets each say what to predict; leave all but one out")
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

  /// - Parameter usual: what to predict if the user named nothing; nil for the classes of the labels.
  func open(
    _ places: [String], as run: RunFolder, _ cache: CacheChoice, _ console: Console, usual: TargetRequest? = nil
  ) throws -> (any SampleCollection, Targets?) {
    var request = request
    if case .labels = request, labelColumn == nil, let usual { request = usual }
    // A file of numbers needs no column of classes.
    let isClasses = if case .labels = request { true } else { false }
    let annotations = Annotations(
      labels: try labelSource(file: labels?.path, column: labelColumn), groups: try grouping.source())
    let collection = try run.scan(places, annotations, grouping, reading, console, needsLabels: isClasses).cached(cache)
    console.describe(collection, usesLabels: isClasses)
    return (collection, try collection.targets(request, file: isClasses ? nil : labels?.path))
  }
}
