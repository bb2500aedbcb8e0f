import ArgumentParsing
import Swiftlet

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Continues a run from its last checkpoint.",
    discussion: """
      The run then computes what it would have computed without the interruption; on a CPU, to the bit, with as many \
      --threads. If files or labels that it learns from have changed or are gone, it says so and does not go on.

        swiftlet resume runs/first

      If the data were moved, say where they are now. The same samples must be there under the same names; the run records \
      the new place. This works for fine-tuned models too.

        swiftlet resume runs/first --data /mnt/new/photos
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Option(
    parsing: .upToNextOption, help: "Where the data are now: the folders or the file that replace the recorded ones.",
    completion: .file())
  var data: [FilePath] = []

  @Option(
    help: "Where the file of labels is now. Default: as recorded, or moved along with the data.",
    completion: .file(extensions: ["csv"]))
  var labels: FilePath?

  @OptionGroup var machine: ThreadOption

  @OptionGroup var together: ProcessOptions

  @Option(help: "Threads that prepare views; results do not depend on their number. Default: as recorded.")
  var loaderThreads: Int?

  @Flag(
    help:
      "Go on although files or labels of the run have changed or are gone. The results then differ from those of an uninterrupted run."
  )
  var acceptChanges = false

  @OptionGroup var disk: CacheOption

  @Flag(help: "Print at the end what the steps spent their time on, and what limits their speed.")
  var profile = false

  @Flag(help: "Print one JSON object with the outcome on standard output.")
  var json = false

  mutating func validate() throws {
    try requireValue(loaderThreads, in: 1...256, "--loader-threads")
  }

  func run() throws {
    let recorded = try? openRun(runFolder).openConfiguration().processes
    try together.run(recorded: recorded) { try goOn(with: $0) }
  }

  private func goOn(with team: Team) throws {
    let world = team.world
    let console = Console(isSilent: !world.isLeader)
    let signals = Interruption(isSilent: !world.isLeader)
    guard world.isLeader else {
      let pretraining = try Pretraining(joining: world, SwiftletProgram.catalogue, cache: disk.cache)
      signals.lets(.step)
      return try TrainingSession(pretraining, console: console, signals: signals, isJSON: false).run()
    }
    team.describe(console)
    var folder = machine.open(runFolder)
    if !data.isEmpty || labels != nil {
      try relocate(folder, console)
      if folder.isFineTuned { return json ? try printJSON(["run": folder.path]) : () }
    }
    if let former = try share(threadsOf: &folder, world) {
      console.warn(
        "\(Figure.counted(former, "process", plural: "processes")) trained the run before, and \(world.size) go on: its numbers differ in the "
          + "last bits from those of a run that never stopped")
    }
    let pretraining = try Pretraining(
      resuming: folder, loaderThreads: loaderThreads, cache: disk.cache, acceptsChanges: acceptChanges, with: world)
    pretraining.isProfiled = profile
    for damage in pretraining.damaged { console.say(passedOver: damage) }
    describe(pretraining, console)
    let version = pretraining.configuration.version
    if version != swiftletVersion {
      console.warn("Swiftlet \(version) made this run, and this is \(swiftletVersion): numbers may differ from its own")
    }
    let total = pretraining.configuration.schedule.totalSteps
    console.say(
      pretraining.step == total
        ? "The run has finished its \(Figure.counted(total, "step")) already."
        : "Going on after step \(pretraining.step) of \(total).")
    console.warnOfBusyCores(threads: pretraining.configuration.computeThreads)
    signals.lets(.step)
    try TrainingSession(pretraining, console: console, signals: signals, isJSON: json).run()
  }

  /// Divides the threads of the run among its processes where their number has changed.
  ///
  /// - Returns: the number of processes before, if it was another.
  private func share(threadsOf folder: inout RunFolder, _ world: World) throws -> Int? {
    guard let recorded = try? folder.openConfiguration() else { return nil }
    guard let threads = recorded.threads(for: world.size) else { return nil }
    folder.computeThreads = folder.computeThreads ?? threads
    return recorded.processes ?? 1
  }

  /// Records where the data are now.
  private func relocate(_ folder: RunFolder, _ console: Console) throws {
    let configuration = try folder.openConfiguration()
    let hold = try folder.hold()
    let listing = try withExtendedLifetime(hold) { try folder.relocate(to: data.paths, labels: labels?.path) }
    let places = (listing.list.places + [labels?.path].compactMap(\.self)).map { "'\($0)'" }.joined(separator: ", ")
    console.say("Recorded   that the data of the run, \(listing.count) \(configuration.data.plural), are in \(places)")
  }

  private func describe(_ pretraining: Pretraining, _ console: Console) {
    guard let changes = pretraining.changes else { return }
    if let file = changes.relabelled {
      console.warn(
        pretraining.configuration.learnsFromLabels
          ? "the labels in \(file) have changed since the run began: its numbers are not those of a run that never stopped"
          : "the labels in \(file) have changed since the run began: it does not learn from them, but accuracies in its "
            + "metrics before and after are of different labels")
    }
    if changes.matter {
      console.warn(
        "\(changes.summary) since the run began: its numbers are not those of a run that never stopped")
    }
    let added = changes.added
    if !added.isEmpty {
      console.say(
        "\(added.count) new \(added.count == 1 ? "file is" : "files are") no part of the run "
          + "(\(listed(added, limit: 3))): it goes on with its own.")
    }
  }
}
