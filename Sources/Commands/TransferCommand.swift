import ArgumentParsing
import Foundation
import Swiftlet

struct TransferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer",
    abstract: "Judges a run on other data: several sets in one table.",
    discussion: """
      Each DATA is a set of its own. On each, nearest neighbours and a linear probe judge the network, the same network \
      untrained, and the raw input. Give the files of labels in the order of the sets, and '-' for a set whose subfolders \
      are its labels. Of tables and texts, --label-column names the column of labels, in the order of the sets or once for all.

        swiftlet transfer runs/stamps digits cells --labels digits.csv cells.csv
        swiftlet transfer runs/mails news.csv --text-column body --label-column topic
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Argument(help: "Folders or files, a set of data each.", completion: .file())
  var data: [FilePath]

  @Option(
    parsing: .upToNextOption,
    help:
      "CSVs with the columns path, label and, if you like, split: one for each set. Default: subfolders are labels.",
    completion: .file(extensions: ["csv"]))
  var labels: [FilePath] = []

  @Option(
    parsing: .upToNextOption,
    help: "Of data with columns: the column that holds the labels, of each set or of all. Default: as in the run.")
  var labelColumn: [String] = []

  @OptionGroup var reading: ReadingOptions

  @Option(help: "Seed of the test part of sets without a split column.")
  var seed: UInt64 = 0

  @OptionGroup var disk: CacheOption

  @OptionGroup var opening: OpeningOptions

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  mutating func validate() throws {
    try require(
      labels.isEmpty || labels.count == data.count,
      "--labels names \(labels.count) files for \(data.count) sets of data: give one each, '-' where subfolders are labels"
    )
    try require(
      labelColumn.count <= 1 || labelColumn.count == data.count,
      "--label-column names \(labelColumn.count) columns for \(data.count) sets of data: give one each, or one for all")
    try require(
      labels.isEmpty || labelColumn.isEmpty, "--labels and --label-column exclude each other; leave one of them out")
  }

  func run() throws {
    let console = Console()
    let folder = opening.open(runFolder)
    let (configuration, _) = try folder.open()
    let settings = try reading.applied(to: configuration.data)
    let sets = try data.enumerated().map { number, place in
      let place = place.path
      let file = labels.isEmpty || labels[number] == "-" ? nil : labels[number].path
      let column = labelColumn.count > 1 ? labelColumn[number] : labelColumn.first
      let set = try settings.scan([place], Annotations(labels: labelSource(file: file, column: column))).cached(
        disk.cache)
      console.describe(set, named: place)
      console.say(skipped: set.skipped)
      return (name: place, data: set)
    }
    let report = try TransferReport(of: folder, on: sets, seed: seed) { console.say($0) }
    for set in report.sets { console.say(divisionOf: set.report, data: set.data) }
    if json {
      try printJSON(report, about: sets.map(\.data))
    } else {
      try printTables(report.text)
    }
  }
}
