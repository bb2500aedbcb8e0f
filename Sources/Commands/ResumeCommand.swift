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

  @OptionGroup var disk: CacheOption

  @Flag(help: "Say at the end where the time of the steps went, and what limits them.")
  var profile = false

  @Flag(help: "Print one JSON object with the outcome on standard output.")
  var json = false

  mutating func validate() throws {
    try requireValue(loaderThreads, in: 1...256, "--loader-threads")
  }

  func run() throws {
    let console = Console()
    let signals = Interruption()
    let pretraining = try Pretraining(resuming: openRun(runFolder), loaderThreads: loaderThreads, cache: disk.cache)
    pretraining.isProfiled = profile
    for damage in pretraining.damaged { console.say(passedOver: damage) }
    let version = pretraining.configuration.version
    if version != swiftletVersion {
      console.warn("Swiftlet \(version) made this run, and this is \(swiftletVersion): numbers may differ from its own")
    }
    let total = pretraining.configuration.schedule.totalSteps
    console.say(
      pretraining.step == total
        ? "The run has finished its \(total) steps already."
        : "Going on after step \(pretraining.step) of \(total).")
    signals.lets(.step)
    try TrainingSession(pretraining, console: console, signals: signals, isJSON: json).run()
  }
}
