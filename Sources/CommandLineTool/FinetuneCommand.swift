import ArgumentParsing
import Foundation
import Swiftlet

struct FinetuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finetune",
    abstract: "Says what a run is worth as a start: all its weights are trained on with some labels.",
    discussion: """
      A head of one hidden layer is put on the network; both learn by AdamW until the loss on a validation part rises. \
      Beside it stands the same network from scratch. A split column divides the labels into train, validation and \
      test; else a fifth of each class is test, and a fifth of the labels drawn is validation. What was learned is \
      judged and not kept.

        swiftlet finetune runs/first photos --label-fraction 10%
      """)

  @OptionGroup var judged: LabelledData

  @Option(help: "Part of the training labels to use, above 0% and up to 100%.")
  var labelFraction: String = "100%"

  @Option(help: "How many draws of the labels, each with a head of its own.")
  var seeds: Int = 5

  @Option(help: "Seed of the first draw; the others follow.")
  var seed: UInt64 = 0

  @Option(help: "At most so many passes over the labels.")
  var epochs: Int = 200

  @Option(help: "Stop when the validation loss has not fallen for so many epochs.")
  var patience: Int = 20

  @Option(help: "Learning rate of all weights.")
  var learningRate: Double = 1e-3

  @Flag(help: "Leave out the network from scratch.")
  var onlyRun = false

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  mutating func validate() throws {
    try requireValue(seeds, in: 1...100, "--seeds")
    try requireValue(epochs, in: 1...100_000, "--epochs")
    try requireValue(patience, in: 1...100_000, "--patience")
    try require(
      learningRate > 0 && learningRate <= 10, "--learning-rate \(learningRate) must be above 0 and at most 10")
    _ = try labelShare(labelFraction, option: "--label-fraction")
  }

  func run() throws {
    let console = Console()
    let (folder, collection) = try judged.open(console)
    let report = try FineTuningReport(
      of: folder, on: collection, FineTuning(learningRate: learningRate, epochs: epochs, patience: patience),
      fraction: labelShare(labelFraction, option: "--label-fraction"), seeds: (0..<seeds).map { seed &+ UInt64($0) },
      baselines: onlyRun ? [] : [.randomInitialisation]
    ) { console.say($0) }
    console.say(skipped: collection.skipped)
    for trouble in collection.troubles { console.warn(trouble) }
    if json {
      try printJSON(report)
    } else {
      try printText("\n\(report.text)\n")
    }
  }
}
