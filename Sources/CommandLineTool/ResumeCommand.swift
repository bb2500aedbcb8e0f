import ArgumentParsing
import Swiftlet

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Goes on with a run where its last checkpoint left it.",
    discussion: """
      The run then computes what it would have computed without the interruption, to the bit on a CPU.

        swiftlet resume runs/first
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: String

  @Option(help: "Threads that make views; results do not depend on them. Default: as recorded.")
  var loaderThreads: Int?

  @Flag(help: "Print one JSON object with the outcome on standard output.")
  var json = false

  mutating func validate() throws {
    try require(
      loaderThreads.map { (1...256).contains($0) } ?? true,
      "--loader-threads \(loaderThreads ?? 0) must be from 1 to 256")
  }

  func run() throws {
    let console = Console()
    let pretraining = try Pretraining(resuming: RunFolder(runFolder), loaderThreads: loaderThreads)
    let total = pretraining.configuration.schedule.totalSteps
    console.say(
      pretraining.step == total
        ? "The run has finished its \(total) steps already."
        : "Going on after step \(pretraining.step) of \(total).")
    try TrainingSession(pretraining, console: console, isJSON: json).run()
  }
}
