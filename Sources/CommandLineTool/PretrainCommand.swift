import ArgumentParsing
import Foundation
import Swiftlet

struct PretrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Learns a representation from unlabelled data.",
    discussion: """
      Labels are never used to train; where they exist, the run also says how well nearest neighbours agree on them. \
      Rows that a labels file, or the split column of a table, puts into 'test' or 'validation' are held out.

      What you do not choose is chosen for you, and said with its reason. --config makes a run again from its \
      configuration.json: the same metrics to the bit with the same data; options beside it change what it says.

        swiftlet pretrain photos --minutes 10 --run runs/first
        swiftlet pretrain digits --views shapes --labels labels.csv --epochs 100
        swiftlet pretrain records.csv --label-column diagnosis

      What goes wrong (collapse, exploding weights, NaN) is said with what to change; --on-collapse stop ends the run with \
      exit code 3, rollback goes on from before it at half the learning rate.

      Ctrl-C saves a checkpoint; 'swiftlet resume' goes on from it.
      """)

  @Argument(
    help: "Folders or files: JPEG, PNG, WebP, TIFF and BMP pictures, NumPy arrays; or one table, a CSV or TSV file.",
    completion: .file())
  var data: [String]

  @Option(
    name: .customLong("run"),
    help: "Folder of the run; it must not exist yet. Default: runs/<name of the data>-<number>.",
    completion: .directory)
  var runFolder: String?

  @Option(help: "CSV with the columns path, label and perhaps split.", completion: .file(extensions: ["csv"]))
  var labels: String?

  @Option(name: .customLong("config"), help: "configuration.json of a run, or its folder: make that run again.")
  var configurationFile: String?

  @Option(help: "Column of a table that says what to predict: never a feature.")
  var labelColumn: String?

  @Option(help: "How to learn. Default: simclr for pictures, scarf for tables.")
  var method: MethodName?

  @Option(
    help: "Where the numbers come from that you do not choose. Default: the method's; of simclr, small below 20,000.")
  var preset: Preset.Name?

  @Option(help: "How views are drawn; shapes is for digits, scans and drawings. Default: the preset's.")
  var views: ImageRecipe.Name?

  @Option(help: "The network. Default: resnet18 for pictures, mlp for tables.")
  var backbone: BackboneName?

  @Option(help: "Channels of the network's first stage, or width of an mlp's layers. Default: 64, or the preset's.")
  var width: Int?

  @Option(help: "Layers of an mlp, or blocks of a transformer. Default: the preset's.")
  var layers: Int?

  @Option(help: "Entry of the network; cifar is for pictures of about 32 pixels. Default: by the image size.")
  var stem: ResNet.Configuration.Stem?

  @Option(help: "Side in pixels of a transformer's patches: 4, 8 or 16. Default: by the image size.")
  var patchSize: Int?

  @Option(help: "Small views beside the two large ones, of swav and dino. Default: the preset's.")
  var localCrops: Int?

  @Option(help: "The head between network and loss. Default: the preset's.")
  var projector: ProjectorName?

  @Option(help: "Passes over the data. With --minutes, whichever ends first.")
  var epochs: Int?

  @Option(help: "Time to train; the number of steps that fits is measured first and then fixed.")
  var minutes: Double?

  @Option(help: "Side of a view in pixels. Default: the preset's.")
  var imageSize: Int?

  @Option(help: "Samples a step. Default: the preset's, less for few samples.")
  var batchSize: Int?

  @Option(help: "Temperature of the contrastive loss. Default: the preset's.")
  var temperature: Double?

  @Option(help: "What makes the steps. Default: the preset's.")
  var optimizer: OptimizerConfiguration.Name?

  @Option(help: "Peak learning rate. Default: the preset's, scaled with the batch.")
  var learningRate: Double?

  @Option(help: "How strongly weights are drawn to zero. Default: the preset's.")
  var weightDecay: Double?

  @Option(help: "Everything random follows from it. Default: 0.")
  var seed: UInt64?

  @Option(help: "Part of the data to watch and not to train on, 0 for none. Default: 5 % of 1,000 samples or more.")
  var holdOut: String?

  @Option(help: "End the run where the loss on that part has not fallen for so many looks. Default: go on, and warn.")
  var patience: Int?

  @Option(help: "What to do if the run goes wrong; rollback goes back and on at half the rate. Default: warn.")
  var onCollapse: OnCollapse?

  @OptionGroup(title: "Machine")
  var machine: MachineOptions

  @OptionGroup var disk: CacheOption

  @Flag(help: "Print one JSON object with the outcome on standard output.")
  var json = false

  mutating func validate() throws {
    try requireValue(epochs, in: 1...1_000_000, "--epochs")
    try require(
      minutes.map { $0 > 0 && $0 <= 1_000_000 } ?? true,
      "--minutes \(plain(minutes ?? 0)) must be above 0 and at most 1000000")
    try requireValue(imageSize, in: 8...2048, "--image-size")
    try require(
      batchSize.map { $0 >= 2 } ?? true,
      "--batch-size \(batchSize ?? 0) must be at least 2: a sample is compared with others")
    try requireValue(width, in: 4...1024, "--width")
    try requireValue(layers, in: 1...64, "--layers")
    try requireValue(localCrops, in: 0...64, "--local-crops")
    try requireValue(temperature, in: 0.001...100, "--temperature")
    try require(
      learningRate.map { $0 > 0 && $0 <= 1000 } ?? true,
      "--learning-rate \(plain(learningRate ?? 0)) must be above 0 and at most 1000")
    try requireValue(weightDecay, in: 0...10, "--weight-decay")
    try require(
      configurationFile == nil || method == nil, "--config says how to learn; leave out --method, or start a new run")
    try require(
      configurationFile == nil || preset == nil, "--config has all the numbers; leave out --preset, or start a new run")
    try requireValue(patience, in: 1...1000, "--patience")
    let share = try holdOut.map(heldOutShare)
    try require(
      patience == nil || share != 0, "--patience looks at a part of the data that --hold-out 0 leaves none of")
    try machine.check()
  }

  func run() throws {
    let console = Console()
    let signals = Interruption()
    let folder = RunFolder(runFolder ?? Self.freeFolder(for: data[0]))
    try folder.checkIsFree()
    let request = try request()
    let proposal = try proposal(of: request).cached(disk.cache)
    console.describe(proposal)
    let plan = try request.plan(for: proposal) { console.say("Measuring  how many steps fit the time …") }
    // From here on a signal waits for the end of a step.
    signals.lets(.step)
    let pretraining = try Pretraining(
      of: proposal.data, training: proposal.training, heldOut: proposal.heldOut, configuration: plan.configuration,
      in: folder)
    console.describe(plan, of: proposal, parameterCount: pretraining.parameterCount)
    try TrainingSession(pretraining, console: console, signals: signals, isJSON: json).run()
  }

  private func proposal(of request: RunRequest) throws -> Proposal {
    let labels = try labelSource(file: labels, column: labelColumn)
    guard let configurationFile else { return try request.proposal(scanning: data, labels: labels) }
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: configurationFile, isDirectory: &isFolder)
    let file = isFolder.boolValue ? RunFolder(configurationFile).configuration : configurationFile
    return try request.proposal(replaying: Replay(file: file), scanning: data, labels: labels)
  }

  private func request() throws -> RunRequest {
    var request = RunRequest()
    request.preset = preset
    request.views = views
    request.imageSize = imageSize
    request.method = method
    request.backbone = backbone
    request.stem = stem
    request.width = width
    request.layers = layers
    request.patchSize = patchSize
    request.localCrops = localCrops
    request.temperature = temperature
    request.projector = projector
    request.optimizer = optimizer
    request.learningRate = learningRate
    request.weightDecay = weightDecay
    request.batchSize = batchSize
    request.epochs = epochs
    request.minutes = minutes
    request.seed = seed
    request.holdOut = try holdOut.map(heldOutShare)
    request.patience = patience
    request.onCollapse = onCollapse
    machine.apply(to: &request)
    return request
  }

  /// "5%" or "0"
  private func heldOutShare(_ text: String) throws -> Double {
    let number = text.hasSuffix("%") ? Double(text.dropLast()) : text == "0" ? 0 : nil
    guard let number, number >= 0, number <= 50 else {
      throw ValidationError("--hold-out '\(text)' is not a part from 0% to 50%, such as 5%")
    }
    return number / 100
  }

  /// runs/photos-1, runs/photos-2, …: the first that does not exist.
  private static func freeFolder(for data: String) -> String {
    let name = URL(fileURLWithPath: data).standardizedFileURL.deletingPathExtension().lastPathComponent
    var number = 1
    while FileManager.default.fileExists(atPath: "runs/\(name)-\(number)") { number += 1 }
    return "runs/\(name)-\(number)"
  }
}

extension MethodName: ExpressibleByArgument {}
extension Preset.Name: ExpressibleByArgument {}
extension ProjectorName: ExpressibleByArgument {}
extension ImageRecipe.Name: ExpressibleByArgument {}
extension BackboneName: ExpressibleByArgument {}
extension ResNet.Configuration.Stem: ExpressibleByArgument {}
extension OptimizerConfiguration.Name: ExpressibleByArgument {}
extension OnCollapse: ExpressibleByArgument {}
extension RunConfiguration.Precision: ExpressibleByArgument {}
