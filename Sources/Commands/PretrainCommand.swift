import ArgumentParsing
import Foundation
import Swiftlet

struct PretrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Learns a representation from unlabelled data.",
    discussion: """
      Labels are not used to train, except by methods that say so. If there are labels, the run also shows how well nearest neighbours \
      agree on them. Samples in a folder called val or test, or marked so in a split column, are held out.

      What you do not choose is chosen for you and printed with the reason. --config repeats a run from its \
      configuration.json: with the same data, the metrics are the same to the bit. Other options change that \
      configuration.

        swiftlet pretrain photos --minutes 10 --output runs/first
        swiftlet pretrain digits --views shapes --labels labels.csv --epochs 100
        swiftlet pretrain records.csv --label-column diagnosis
        swiftlet pretrain photos --init runs/stamps
        swiftlet pretrain photos --processes 4

      If something goes wrong (collapse, exploding weights, NaN), the run prints a warning that says what to change. With \
      --on-collapse stop it ends with exit code 3; with rollback it returns to an earlier state and goes on at half the \
      learning rate.

      Ctrl-C saves a checkpoint, and 'swiftlet resume' goes on from there.
      """)

  @Argument(
    help: "Folders or files. 'swiftlet kinds' lists what can be read.",
    completion: .file())
  var data: [FilePath]

  @Option(
    name: [.customShort("o"), .formerLong("run"), .customLong("output")],
    help: "Folder for the run: a new or an empty one. Default: runs/<name of the data>-<number>.",
    completion: .directory)
  var runFolder: FilePath?

  @Option(help: "The kind of the data. Default: recognised.")
  var kind: KindName?

  @OptionGroup var known: AnnotationOptions

  @OptionGroup var learning: LearningOptions

  @OptionGroup(title: "Training")
  var training: TrainingOptions

  @OptionGroup(title: "From another run")
  var origin: OriginOptions

  @OptionGroup(title: "Watching")
  var watch: WatchOptions

  @OptionGroup(title: "Machine")
  var machine: MachineOptions

  @OptionGroup(title: "Machine") var together: ProcessOptions

  @OptionGroup(title: "Machine") var disk: CacheOption

  @Flag(help: "Print at the end what the steps spent their time on, and what limits their speed.")
  var profile = false

  @Flag(help: "Print one JSON object with the outcome on standard output.")
  var json = false

  mutating func validate() throws {
    try require(
      origin.config == nil || learning.method == nil,
      "--config says how to learn; leave out --method, or start a new run")
    try require(
      origin.config == nil || learning.preset == nil,
      "--config has all the numbers; leave out --preset, or start a new run")
    try require(
      origin.config == nil || kind == nil, "--config already says what kind the data are; leave out --kind")
    try machine.check()
  }

  func run() throws {
    try together.run { try train(with: $0) }
  }

  private func train(with team: Team) throws {
    let console = Console(isSilent: !team.world.isLeader)
    let signals = Interruption(isSilent: !team.world.isLeader)
    guard team.world.isLeader else {
      // Process 0 plans the run, and the others learn it.
      let pretraining = try Pretraining(joining: team.world, SwiftletProgram.catalogue, cache: disk.cache)
      signals.lets(.step)
      return try TrainingSession(pretraining, console: console, signals: signals, isJSON: false).run()
    }
    team.describe(console)
    if team.isRestart, let runFolder, (try? openRun(runFolder).openConfiguration()) != nil {
      return try goOn(with: team, openRun(runFolder), console, signals)
    }
    try runFolder.map { try openRun($0).checkIsFree() }
    var request = try request()
    (request.processes, request.processesHere) = (team.world.size, team.countHere)
    let proposal = try proposal(of: request).cached(disk.cache)
    console.describe(proposal)
    request.load = console.load()
    let plan = try request.plan(for: proposal) { console.say("Measuring  how many steps fit the time …") }
    let beginning = try beginning(plan.configuration, of: proposal, console)
    var configuration = plan.configuration
    configuration.beginsWith = origin.initialWeights.map { absolutePath($0.path) }
    // From here on a signal waits for the end of a step.
    signals.lets(.step)
    let (folder, hold) = try place()
    defer { withExtendedLifetime(hold) {} }
    let pretraining = try Pretraining(
      of: proposal.data, training: proposal.training, heldOut: proposal.heldOut, configuration: configuration,
      beginning: beginning, in: folder, with: team.world)
    pretraining.isProfiled = profile
    pretraining.deadline = plan.deadline
    console.describe(plan, of: proposal, parameterCount: pretraining.parameterCount)
    console.warnOfBusyCores(threads: configuration.computeThreads)
    try TrainingSession(pretraining, console: console, signals: signals, isJSON: json).run()
  }

  /// What a launcher starts again goes on from the newest checkpoint.
  private func goOn(with team: Team, _ folder: RunFolder, _ console: Console, _ signals: Interruption) throws {
    let pretraining = try Pretraining(resuming: folder, cache: disk.cache, with: team.world)
    pretraining.isProfiled = profile
    for damage in pretraining.damaged { console.say(passedOver: damage) }
    console.say(
      "Started again: going on after step \(pretraining.step) of \(pretraining.configuration.schedule.totalSteps).")
    signals.lets(.step)
    try TrainingSession(pretraining, console: console, signals: signals, isJSON: json).run()
  }

  /// The folder for the run. A name that the user did not choose is reserved only now, because other processes may be
  /// about to choose one too.
  private func place() throws -> (RunFolder, RunHold?) {
    if let runFolder { return (openRun(runFolder), nil) }
    return try RunFolder.claimNumbered("runs/\(nameOfData(data))", SwiftletProgram.catalogue)
  }

  private func proposal(of request: RunRequest) throws -> Proposal {
    let annotations = try known.annotations()
    let catalogue = SwiftletProgram.catalogue
    guard let configurationFile = origin.config else {
      return try request.proposal(scanning: data.paths, annotations, kind: kind?.name, catalogue)
    }
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: configurationFile.path, isDirectory: &isFolder)
    let file = isFolder.boolValue ? openRun(configurationFile).configuration : configurationFile.path
    return try request.proposal(replaying: Replay(file: file, catalogue), scanning: data.paths, annotations, catalogue)
  }

  private func beginning(
    _ configuration: RunConfiguration, of proposal: Proposal, _ console: Console
  ) throws -> [(name: String, tensor: Tensor)]? {
    guard let initialWeights = origin.initialWeights else {
      if let replay = proposal.replay, let source = replay.recorded.beginsWith {
        throw ValidationError(
          "\(replay.file) is of a run that began with the weights of \(source): name them with --init \(Wording.word(source))"
        )
      }
      return nil
    }
    let weights = try StartingWeights(initialWeights.path, SwiftletProgram.catalogue)
    let (state, notes) = try weights.fitted(to: configuration.backbone, isPartial: origin.initPartial)
    for note in notes { console.say("Begins     \(note)") }
    return state
  }

  private func request() throws -> RunRequest {
    var request = RunRequest()
    try learning.apply(to: &request)
    training.apply(to: &request)
    watch.apply(to: &request)
    machine.apply(to: &request)
    request.beginning = origin.initialWeights?.path
    return request
  }
}

/// The name of the first folder or file, for what is made of them: "photos".
func nameOfData(_ data: [FilePath]) -> String {
  let name = data.first.map { $0.url.standardizedFileURL.deletingPathExtension().lastPathComponent } ?? ""
  return name.isEmpty || name == "/" ? "data" : name
}
