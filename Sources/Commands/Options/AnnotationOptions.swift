import ArgumentParsing
import Swiftlet

/// What is known of samples beside their data, and where it is.
struct AnnotationOptions: ParsableArguments {
  @Option(
    help: "CSV with the columns path, label and perhaps split. Default: subfolders are labels.",
    completion: .file(extensions: ["csv"]))
  var labels: FilePath?

  @Option(help: "Column of a table that holds the labels: never a feature. Default: the one that pretrain was given.")
  var labelColumn: String?

  @OptionGroup var grouping: GroupOptions

  /// Whether the user named any labels.
  var namesLabels: Bool { labels != nil || labelColumn != nil }

  func annotations() throws -> Annotations {
    Annotations(labels: try labelSource(file: labels?.path, column: labelColumn), groups: try grouping.source())
  }
}

extension RunFolder {
  /// The data as the run reads them, in groups; says what a user should know about the groups.
  func scan(
    _ places: [String], _ annotations: Annotations, _ grouping: GroupOptions, _ console: Console,
    needsLabels: Bool = true
  ) throws -> any SampleCollection {
    let (data, notes) = try scan(
      places, annotations, inheritsGroups: grouping.inheritsGroups, needsLabels: needsLabels)
    try require(
      grouping.inheritsGroups || data.groups == nil,
      "--groups none is for data that are files; the column that groups a table belongs to the run")
    for note in notes { console.say(note) }
    return data
  }
}

/// Which samples belong together.
struct GroupOptions: ParsableArguments {
  @Option(
    help: "Column that says which samples belong together, such as patient: no division ever divides a group.")
  var groupColumn: String?

  @Option(
    help:
      "folder: the files of one folder belong together. none: no files do. Default: as in the run, where there is one."
  )
  var groups: GroupRule?

  enum GroupRule: String, CaseIterable, ExpressibleByArgument { case folder, none }

  /// Whether data are grouped as those of the run were, where nothing else is said.
  var inheritsGroups: Bool { groups != GroupRule.none }

  func source() throws -> GroupSource? {
    try require(
      groupColumn == nil || groups == nil, "--group-column and --groups exclude each other; leave one of them out")
    return groupColumn.map { .column($0) } ?? (groups == .folder ? .folder : nil)
  }
}

/// What a user said of the labels, in one of two ways.
func labelSource(file: String?, column: String?) throws -> LabelSource? {
  try require(file == nil || column == nil, "--labels and --label-column exclude each other; leave one of them out")
  return file.map { .file($0) } ?? column.map { .column($0) }
}
