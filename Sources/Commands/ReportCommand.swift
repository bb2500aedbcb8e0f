import ArgumentParsing
import Swiftlet

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes one page that shows what a run learned.",
    discussion: """
      The page shows curves, a map of the features, nearest neighbours, near-duplicates, outliers, and the results beside \
      their baselines, and explains what they mean. It is one HTML file that works offline. If there are many samples, it \
      shows an even selection, and says so.

        swiftlet report runs/first
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Argument(help: "Folders or files to show. Default: the samples that the run trained on.", completion: .file())
  var data: [FilePath] = []

  @OptionGroup var known: AnnotationOptions

  @OptionGroup var reading: ReadingOptions

  @Option(name: .shortAndLong, help: "Where to write. Default: report.html in the run.")
  var output: FilePath?

  @OptionGroup var outputs: OutputOptions

  @OptionGroup var opening: OpeningOptions

  @Flag(help: "Print one JSON object with the main figures on standard output.")
  var json = false

  mutating func validate() throws {
    try require(
      !known.namesLabels || !data.isEmpty,
      "--labels and --label-column name the labels of DATA: give the folders or files too, as in swiftlet report "
        + "\(Wording.word(runFolder.path)) DATA --labels FILE"
    )
    if data.isEmpty, let option = reading.chosen.keys.min() {
      throw ValidationError("--\(option) says how DATA are read: give the folders or files too, or leave it out")
    }
  }

  func run() throws {
    let console = Console()
    let folder = opening.open(runFolder)
    let path = output?.path ?? folder.path + "/report.html"
    let (_, listing) = try folder.open()
    var outputs = Outputs(reading: folder, data + [known.labels], outputs)
    try outputs.checkWritable(path, "--output")
    if data.isEmpty { try outputs.check(against: listing) } else { try outputs.check(recorded: listing) }
    let collection =
      data.isEmpty
      ? nil
      : try folder.scan(data.paths, known.annotations(), known.grouping, reading, console)
    if let collection { try outputs.check(against: collection) }
    if let collection {
      console.describe(collection)
      console.say(skipped: collection.skipped)
    }
    let report = try Report(of: folder, on: collection) { console.say($0 + " …") }
    try report.write(to: path, in: .program, replaces: outputs.replaces(path))
    for finding in report.findings where finding.topic != .next { console.say(finding.explanation) }
    console.say("Wrote \(path).")
    console.say("Open it in a browser.")
    if json { try printJSON(Outcome(report: path, figures: report.summary), about: report.data) }
  }

  private struct Outcome: Encodable {
    let report: String
    let figures: Report.Summary
  }
}
