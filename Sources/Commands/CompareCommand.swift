import ArgumentParsing
import Swiftlet

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Sets runs side by side without labels, and beside their nearest neighbours where labels are known.",
    discussion: """
      All are judged on up to 1,000 samples of the first run, by how many dimensions their features use (LiDAR, RankMe), \
      how near views of a sample and how even the samples lie, and by a pretext task that needs no labels: by how many \
      quarter turns a picture was turned, or whether cells of a row were replaced.

        swiftlet compare runs/simclr runs/vicreg runs/dino
      """)

  @Argument(help: ArgumentHelp("Folders of runs.", valueName: "run"), completion: .directory)
  var runs: [FilePath]

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  func run() throws {
    let console = Console()
    let comparison = try Comparison(of: runs.map(openRun)) { console.say($0) }
    if json {
      try printJSON(comparison)
    } else {
      try printText("\n\(comparison.text)\n")
    }
  }
}
