import ArgumentParsing
import Foundation
import Swiftlet

struct PretrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Learns a representation from unlabelled data.",
    discussion: """
      Labels are never used to train; where they exist, the run also says how well nearest neighbours agree on them. \
      Rows that a labels file puts into the split 'test' or 'validation' are held out.
      """)

  @Argument(help: "Folders or files: JPEG, PNG, WebP, TIFF and BMP pictures, NumPy arrays (.npy).")
  var data: [String]

  @Option(
    name: .customLong("run"),
    help: "Folder of the run; it must not exist yet. Default: runs/<name of the data>-<number>.")
  var runFolder: String?

  @Option(help: "CSV with the columns path, label and perhaps split.")
  var labels: String?

  @Option(help: "How to learn.")
  var method: MethodName = .simclr

  @Option(help: "Where the numbers come from that you do not choose. Default: small below 20,000 samples, else simclr.")
  var preset: Preset.Name?

  @Option(help: "How views are drawn; shapes is for digits, scans and drawings. Default: the preset's.")
  var views: ImageRecipe.Name?

  @Option(help: "The network.")
  var backbone: ResNet.Configuration.Depth = .resNet18

  @Option(help: "Channels of the network's first stage.")
  var width: Int = 64

  @Option(help: "Entry of the network; cifar is for pictures of about 32 pixels. Default: by the image size.")
  var stem: ResNet.Configuration.Stem?

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

  @Option(help: "Default: the preset's.")
  var optimizer: OptimizerConfiguration.Name?

  @Option(help: "Peak learning rate. Default: the preset's, scaled with the batch.")
  var learningRate: Double?

  @Option(help: "Default: the preset's.")
  var weightDecay: Double?

  @Option(help: "Everything random follows from it.")
  var seed: UInt64 = 0

  @OptionGroup(title: "Machine")
  var machine: MachineOptions

  @Flag(help: "Print one JSON object with the outcome on standard output.")
  var json = false

  mutating func validate() throws {
    try require(epochs.map { $0 >= 1 } ?? true, "--epochs \(epochs ?? 0) must be at least 1")
    try require(
      minutes.map { $0 > 0 && $0 <= 1_000_000 } ?? true, "--minutes \(minutes ?? 0) must be above 0 and at most 1000000"
    )
    try require(
      imageSize.map { (8...2048).contains($0) } ?? true, "--image-size \(imageSize ?? 0) must be from 8 to 2048")
    try require(
      batchSize.map { $0 >= 2 } ?? true,
      "--batch-size \(batchSize ?? 0) must be at least 2: a sample is compared with others")
    try require((4...1024).contains(width), "--width \(width) must be from 4 to 1024")
    try require(
      temperature.map { $0 >= 0.001 && $0 <= 100 } ?? true,
      "--temperature \(temperature ?? 0) must be from 0.001 to 100")
    try require(
      learningRate.map { $0 > 0 && $0 <= 1000 } ?? true,
      "--learning-rate \(learningRate ?? 0) must be above 0 and at most 1000")
    try require(
      weightDecay.map { $0 >= 0 && $0 <= 10 } ?? true, "--weight-decay \(weightDecay ?? 0) must be from 0 to 10")
    try require(epochs.map { $0 <= 1_000_000 } ?? true, "--epochs \(epochs ?? 0) must be at most 1000000")
    try machine.check()
  }

  func run() throws {
    let console = Console()
    let request = request()
    let proposal = try request.proposal(scanning: data, labelFile: labels)

    console.describe(proposal)
    if request.minutes != nil { console.say("Measuring  how many steps fit the time …") }
    let configuration = try request.configuration(for: proposal)
    let folder = RunFolder(runFolder ?? Self.freeFolder(for: data[0]))
    let pretraining = try Pretraining(
      of: proposal.data, training: proposal.training, configuration: configuration, in: folder)
    console.describe(configuration, of: proposal, parameterCount: pretraining.parameterCount)
    try TrainingSession(pretraining, console: console, isJSON: json).run()
  }

  private func request() -> RunRequest {
    var request = RunRequest()
    request.preset = preset
    request.views = views
    request.imageSize = imageSize
    request.maxPixels = machine.maxPixels
    request.depth = backbone
    request.stem = stem
    request.width = width
    request.temperature = temperature
    request.projector = projector
    request.optimizer = optimizer
    request.learningRate = learningRate
    request.weightDecay = weightDecay
    request.batchSize = batchSize
    request.epochs = epochs
    request.minutes = minutes
    request.seed = seed
    machine.apply(to: &request)
    return request
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
extension ResNet.Configuration.Depth: ExpressibleByArgument {}
extension ResNet.Configuration.Stem: ExpressibleByArgument {}
extension OptimizerConfiguration.Name: ExpressibleByArgument {}
extension RunConfiguration.Precision: ExpressibleByArgument {}
