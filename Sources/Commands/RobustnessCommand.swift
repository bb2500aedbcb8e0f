import ArgumentParsing
import Foundation
import Swiftlet

struct RobustnessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "robustness",
    abstract: "Measures how disturbed samples, such as blurred or noisy ones, change the results of a run.",
    discussion: """
      A linear probe learns from undisturbed training samples; a fine-tuned model uses its own head. Test samples are then \
      disturbed at three strengths. The table shows how well they are still recognised, and how far their features move \
      (drift). Without labels, only the drift is measured. The disturbances belong to the kind of data, such as light, \
      angle, blur and noise for pictures.

        swiftlet robustness runs/first photos --labels labels.csv
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Argument(help: "Folders or files.", completion: .file())
  var data: [FilePath]

  @OptionGroup var targets: TargetOptions

  @OptionGroup var disk: CacheOption

  @OptionGroup var opening: OpeningOptions

  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 0

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  func run() throws {
    let console = Console()
    let signals = Interruption()
    let folder = opening.open(runFolder)
    let (collection, known) = try targets.open(data.paths, as: folder, disk.cache, console)
    signals.lets(.batch)
    let report = try RobustnessReport(
      of: folder, on: collection, targets: known, seed: seed, progress: { console.say($0) },
      pulse: { try signals.endIfReceived(console, "Stopped; nothing was kept.") })
    console.say(skipped: collection.skipped)
    console.say(divisionOf: report)
    for trouble in collection.troubles { console.warn(trouble) }
    if json {
      try printJSON(report, about: collection)
    } else {
      try printTables(report.text)
    }
  }
}
