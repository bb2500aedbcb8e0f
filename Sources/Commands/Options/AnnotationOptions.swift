import ArgumentParsing
import Swiftlet

/// Labels and groups of samples, and where they are.
struct AnnotationOptions: ParsableArguments {
  @Option(
    help:
      "If each sample is a file: a CSV with the columns path and label, optionally split. Default: subfolders are labels.",
    completion: .file(extensions: ["csv"]))
  var labels: FilePath?

  @Option(
    help:
      "For data with columns: the column that holds the labels. It is never a feature."
  )
  var labelColumn: String?

  @OptionGroup var grouping: GroupOptions

  func validate() throws { _ = try labelSource(file: labels?.path, column: labelColumn) }

  /// Whether the user named any labels.
  var namesLabels: Bool { labels != nil || labelColumn != nil }

  func annotations() throws -> Annotations {
    Annotations(labels: try labelSource(file: labels?.path, column: labelColumn), groups: try grouping.source())
  }
}

extension RunFolder {
  /// The data as the run reads them, in groups; says what a user should know about the groups.
  func scan(
    _ places: [String], _ annotations: Annotations, _ grouping: GroupOptions, _ reading: ReadingOptions,
    _ console: Console, needsLabels: Bool = true
  ) throws -> any SampleCollection {
    let (data, notes) = try scan(
      places, annotations, inheritsGroups: grouping.inheritsGroups, needsLabels: needsLabels,
      readBy: reading.values(for: openConfiguration().data))
    try require(
      grouping.inheritsGroups || data.groups == nil,
      "--groups none is for data of one file a sample; the column that groups a file's rows belongs to the run")
    for note in notes { console.say(note) }
    console.keepKey(of: data, in: self)
    return data
  }
}

extension Console {
  /// Says where it is written which files stand behind names that may be seen.
  func keepKey(of data: any SampleCollection, in folder: RunFolder) {
    do {
      if let file = try folder.keepKey(of: data) {
        say("The key to the names of these samples is \(file); it stays on this machine.")
      }
    } catch {
      warn("the key to the names of these samples cannot be written: \(error)")
    }
  }
}

/// Which samples belong together.
struct GroupOptions: ParsableArguments {
  @Option(
    help:
      "Column that says which samples belong together, such as patient. A group is never divided between training and test."
  )
  var groupColumn: String?

  @Option(
    help:
      "folder: the files of one folder belong together. none: there are no groups."
  )
  var groups: GroupRule?

  enum GroupRule: String, CaseIterable, ExpressibleByArgument { case folder, none }

  func validate() throws { _ = try source() }

  /// Whether data are grouped as those of the run were, unless the user asks for another grouping.
  var inheritsGroups: Bool { groups != GroupRule.none }

  func source() throws -> GroupSource? {
    try require(
      groupColumn == nil || groups == nil, "--group-column and --groups exclude each other; leave one of them out")
    return groupColumn.map { .column($0) } ?? (groups == .folder ? .folder : nil)
  }
}

/// Where the user says that the labels are: in a file or in a column.
func labelSource(file: String?, column: String?) throws -> LabelSource? {
  try require(file == nil || column == nil, "--labels and --label-column exclude each other; leave one of them out")
  return file.map { .file($0) } ?? column.map { .column($0) }
}
