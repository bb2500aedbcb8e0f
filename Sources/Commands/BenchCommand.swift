import ArgumentParsing
import Diagnosis
import Foundation
import Swiftlet

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures how fast this machine is on your data.",
    discussion: """
      For example, how many views of pictures one and two threads prepare in a second, and how long a training step takes by \
      itself:

        swiftlet bench views photos
        swiftlet bench step --image-size 96 --batch-size 128
      """,
    subcommands: [
      BenchViewsCommand.self, BenchInputCommand.self, BenchStepCommand.self, BenchLossCommand.self,
      BenchNeighboursCommand.self, BenchProcessesCommand.self,
    ])
}

struct BenchViewsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "views",
    abstract: "Views of pictures a second, with their decoding and without it.",
    discussion: """
      Two views are made of each picture, as in training and by the same loader. Up to 512 pictures take part, all read \
      once before the clock runs. What is measured takes turns five times; the median counts.

        swiftlet bench views photos --image-size 224 --threads 1 --json
      """)

  @Argument(help: "Folders or files.", completion: .file())
  var data: [FilePath]

  @Option(help: "How views are drawn.")
  var views: ImageRecipe.Name = .simclr

  @Option(help: "Side of a view in pixels.")
  var imageSize: Int = 224

  @Option(help: "Threads that make views. Default: 1 and 2, one after the other.")
  var threads: Int?

  @Option(help: "How long each measurement takes.")
  var seconds: Double = 3

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  mutating func validate() throws {
    try requireValue(imageSize, in: 8...2048, "--image-size")
    try requireValue(threads, in: 1...256, "--threads")
    try requireValue(seconds, in: 0.1...600, "--seconds")
  }

  func run() throws {
    let console = Console()
    let folder = try ImageFolder(data.paths)
    let speed = try ViewSpeed(
      of: folder,
      .init(
        recipe: recipe(for: folder), imageSize: imageSize, threadCounts: threads.map { [$0] } ?? [1, 2],
        seconds: seconds))
    console.say(leftOut: folder.leftOut)
    console.say(skipped: folder.skipped + speed.skipped)
    if let problem = speed.cacheProblem { console.warn(problem) }
    if json {
      try printJSON(Outcome(views: views, imageSize: imageSize, speed: speed))
    } else {
      try printText(table(speed))
    }
  }

  /// The named one, with a normalisation for as many channels as the pictures have.
  private func recipe(for folder: ImageFolder) -> ImageRecipe {
    var recipe = views.recipe
    let channels = folder.contents.channels
    if channels != recipe.channelCount {
      recipe.normalisation = .init(
        mean: [Float](repeating: 0.5, count: channels), deviation: [Float](repeating: 0.25, count: channels))
    }
    return recipe
  }

  private func table(_ speed: ViewSpeed) -> String {
    let lines = speed.rates.map { rate in
      let threads = Figure.counted(rate.threads, "thread")
      return "  \(threads.padding(toLength: 12, withPad: " ", startingAt: 0))"
        + "\(rate.supply.rawValue.padding(toLength: 18, withPad: " ", startingAt: 0))"
        + "\(Figure.number(rate.viewsPerSecond))  (\(Figure.number(rate.least)) to \(Figure.number(rate.most)))"
    }
    let title = "Views a second: \(views.rawValue), \(imageSize) pixels, \(speed.pictureCount) pictures"
    return ([title] + lines).joined(separator: "\n") + "\n"
  }

  private struct Outcome: Encodable {
    let views: ImageRecipe.Name
    let imageSize: Int
    let pictures: Int
    let skipped: Int
    /// The rate with decoding, on the fewest threads that were measured.
    let viewsPerSecond: Double?
    let rates: [ViewSpeed.Rate]

    init(views: ImageRecipe.Name, imageSize: Int, speed: ViewSpeed) {
      self.views = views
      self.imageSize = imageSize
      pictures = speed.pictureCount
      skipped = speed.skipped.count
      viewsPerSecond = speed.rates.first { $0.supply == .files }?.viewsPerSecond
      rates = speed.rates
    }
  }
}
