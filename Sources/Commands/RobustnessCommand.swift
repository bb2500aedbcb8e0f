import ArgumentParsing
import Foundation
import Swiftlet

struct RobustnessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "robustness",
    abstract: "Says what light, angle, blur and noise do to what a run learned.",
    discussion: """
      A linear probe learns from training samples as they are (of a fine-tuned model, its own head is taken); test samples \
      are then changed at three strengths. The table says how well they are still told, and how far their features move. \
      Of a table, numbers get noise and cells become unknown. Without labels the drift of the features is all there is.

        swiftlet robustness runs/first photos --labels labels.csv
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Argument(help: "Folders or files.", completion: .file())
  var data: [FilePath]

  @OptionGroup var targets: TargetOptions

  @OptionGroup var disk: CacheOption

  @Option(help: "Decides what happens by chance.")
  var seed: UInt64 = 0

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  func run() throws {
    let console = Console()
    let signals = Interruption()
    let folder = openRun(runFolder)
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
      try printText("\n\(report.text)\n")
    }
  }
}
