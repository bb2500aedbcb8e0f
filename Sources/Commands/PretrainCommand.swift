import ArgumentParsing
import Foundation
import Swiftlet

struct PretrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Learns a representation from unlabelled data.",
    discussion: """
      Labels are never used to train; where they exist, the run also says how well nearest neighbours agree on them. \
      Samples that a labels file, the split column of a table, or a folder called val or test puts there are held out.

      What you do not choose is chosen for you, and said with its reason. --config makes a run again from its \
      configuration.json: the same metrics to the bit with the same data; options beside it change what it says.

        swiftlet pretrain photos --minutes 10 --run runs/first
        swiftlet pretrain digits --views shapes --labels labels.csv --epochs 100
        swiftlet pretrain records.csv --label-column diagnosis
        swiftlet pretrain photos --init runs/stamps

      What goes wrong (collapse, exploding weights, NaN) is said with what to change; --on-collapse stop ends the run with \
      exit code 3, rollback goes on from before it at half the learning rate.

      Ctrl-C saves a checkpoint; 'swiftlet resume' goes on from it.
      """)

  @Argument(
    help: "Folders or files: JPEG, PNG, WebP, TIFF and BMP pictures, NumPy arrays; or one table, a CSV or TSV file.",
    completion: .file())
  var data: [FilePath]

  @Option(
    name: .customLong("run"),
    help: "Folder of the run: a new or an empty one. Default: runs/<name of the data>-<number>.",
    completion: .directory)
  var runFolder: FilePath?

  @Option(name: .customLong("config"), help: "configuration.json of a run, or its folder: make that run again.")
  var configurationFile: FilePath?

  @Option(help: "The kind of the data. Default: recognised.")
  var kind: KindName?

  @OptionGroup var known: AnnotationOptions

  @Option(
    name: .customLong("init"),
    help: "Weights to begin with: another run, or safetensors of timm, torchvision or DINOv2. All of them have to fit.",
    completion: .file(extensions: ["safetensors"]))
  var initialWeights: FilePath?

  @Flag(help: "Take of --init what fits, and say what does not.")
  var initPartial = false

  @OptionGroup var learning: LearningOptions

  @OptionGroup(title: "Training")
  var training: TrainingOptions

  @OptionGroup(title: "Watching")
  var watch: WatchOptions

  @OptionGroup(title: "Machine")
  var machine: MachineOptions

  @OptionGroup var disk: CacheOption

  @Flag(help: "Say at the end where the time of the steps went, and what limits them.")
  var profile = false

  @Flag(help: "Print one JSON object with the outcome on standard output.")
  var json = false

  mutating func validate() throws {
    try require(
      configurationFile == nil || learning.method == nil,
      "--config says how to learn; leave out --method, or start a new run")
    try require(
      configurationFile == nil || learning.preset == nil,
      "--config has all the numbers; leave out --preset, or start a new run")
    try require(
      configurationFile == nil || kind == nil, "--config says of which kind the data are; leave out --kind")
    try require(initialWeights != nil || !initPartial, "--init-partial says how to take the weights of --init FILE")
    try machine.check()
  }

  func run() throws {
    let console = Console()
    let signals = Interruption()
    try runFolder.map { try openRun($0).checkIsFree() }
    let request = try request()
    let proposal = try proposal(of: request).cached(disk.cache)
    console.describe(proposal)
    let plan = try request.plan(for: proposal) { console.say("Measuring  how many steps fit the time …") }
    let beginning = try beginning(plan.configuration, of: proposal, console)
    var configuration = plan.configuration
    configuration.beginsWith = initialWeights.map { absolutePath($0.path) }
    // From here on a signal waits for the end of a step.
    signals.lets(.step)
    let (folder, hold) = try place()
    defer { withExtendedLifetime(hold) {} }
    let pretraining = try Pretraining(
      of: proposal.data, training: proposal.training, heldOut: proposal.heldOut, configuration: configuration,
      beginning: beginning, in: folder)
    pretraining.isProfiled = profile
    console.describe(plan, of: proposal, parameterCount: pretraining.parameterCount)
    try TrainingSession(pretraining, console: console, signals: signals, isJSON: json).run()
  }

  /// Where the run is to be. A name that the user did not choose is taken only now, for good: other processes may be about
  /// to choose one too.
  private func place() throws -> (RunFolder, RunHold?) {
    if let runFolder { return (openRun(runFolder), nil) }
    return try RunFolder.claimNumbered("runs/\(nameOfData(data))", SwiftletProgram.catalogue)
  }

  private func proposal(of request: RunRequest) throws -> Proposal {
    let annotations = try known.annotations()
    let catalogue = SwiftletProgram.catalogue
    guard let configurationFile else {
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
    guard let initialWeights else {
      if let replay = proposal.replay, let source = replay.recorded.beginsWith {
        throw ValidationError(
          "\(replay.file) is of a run that began with the weights of \(source): name them with --init \(shellQuoted(source))"
        )
      }
      return nil
    }
    let weights = try StartingWeights(initialWeights.path, SwiftletProgram.catalogue)
    let (state, notes) = try weights.fitted(to: configuration.backbone, isPartial: initPartial)
    for note in notes { console.say("Begins     \(note)") }
    return state
  }

  private func request() throws -> RunRequest {
    var request = RunRequest()
    try learning.apply(to: &request)
    training.apply(to: &request)
    watch.apply(to: &request)
    machine.apply(to: &request)
    return request
  }
}

/// The name of the first folder or file, for what is made of them: "photos".
func nameOfData(_ data: [FilePath]) -> String {
  let name = data.first.map { $0.url.standardizedFileURL.deletingPathExtension().lastPathComponent } ?? ""
  return name.isEmpty || name == "/" ? "data" : name
}
