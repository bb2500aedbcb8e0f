import ArgumentParsing
import Swiftlet

/// What is known of samples beside their data, and where it is.
struct AnnotationOptions: ParsableArguments {
  @Option(
    help: "CSV with the columns path, label and perhaps split. Default: subfolders are labels.",
    completion: .file(extensions: ["csv"]))
  var labels: String?

  @Option(help: "Column of a table that holds the labels: never a feature. Default: the one that pretrain was given.")
  var labelColumn: String?

  @OptionGroup var grouping: GroupOptions

  /// Whether the user named any labels.
  var namesLabels: Bool { labels != nil || labelColumn != nil }

  func annotations() throws -> Annotations {
    Annotations(labels: try labelSource(file: labels, column: labelColumn), groups: try grouping.source())
  }
}

/// Which samples belong together.
struct GroupOptions: ParsableArguments {
  @Option(
    help: "Column that says which samples belong together, such as patient: no division ever divides a group.")
  var groupColumn: String?

  @Option(help: "folder: the files of one folder belong together.")
  var groups: GroupRule?

  enum GroupRule: String, CaseIterable, ExpressibleByArgument { case folder }

  func source() throws -> GroupSource? {
    try require(
      groupColumn == nil || groups == nil, "--group-column and --groups exclude each other; leave one of them out")
    return groupColumn.map { .column($0) } ?? groups.map { _ in .folder }
  }
}

/// What a user said of the labels, in one of two ways.
func labelSource(file: String?, column: String?) throws -> LabelSource? {
  try require(file == nil || column == nil, "--labels and --label-column exclude each other; leave one of them out")
  return file.map { .file($0) } ?? column.map { .column($0) }
}
