import ArgumentParsing
import Swiftlet

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares runs without labels, and by nearest neighbours if there are labels.",
    discussion: """
      All runs are judged on up to 1,000 samples of the first one: by how many dimensions their features use (LiDAR, \
      RankMe), how close the views of a sample are (alignment), how evenly the samples are spread (uniformity), and by a \
      pretext task without labels that depends on the kind of data, such as the rotation of a picture.

        swiftlet compare runs/simclr runs/vicreg runs/dino
      """)

  @Argument(help: ArgumentHelp("Folders of runs.", valueName: "run"), completion: .directory)
  var runs: [FilePath]

  @OptionGroup var opening: OpeningOptions

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  func run() throws {
    let console = Console()
    let comparison = try Comparison(of: runs.map(opening.open)) { console.say($0) }
    if json {
      try printJSON(comparison)
    } else {
      try printTables(comparison.text)
    }
  }
}
