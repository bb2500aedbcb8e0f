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
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
  var runFolder: String

  @Argument(help: "Folders or files.")
  var data: [String]

  @Option(help: "CSV with the columns path, label and perhaps split. Default: subfolders are labels.")
  var labels: String?

  @Option(help: "Column of a table that holds the labels. Default: the one that pretrain was given.")
  var labelColumn: String?

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
    try require((1...100).contains(seeds), "--seeds \(seeds) must be from 1 to 100")
    try require((1...100_000).contains(epochs), "--epochs \(epochs) must be from 1 to 100000")
    try require((1...100_000).contains(patience), "--patience \(patience) must be from 1 to 100000")
    try require(
      learningRate > 0 && learningRate <= 10, "--learning-rate \(learningRate) must be above 0 and at most 10")
    _ = try labelShare(labelFraction, option: "--label-fraction")
  }

  func run() throws {
    let console = Console()
    let folder = RunFolder(runFolder)
    let (configuration, _) = try folder.open()
    let collection = try configuration.data.scan(data, labels: labelSource(file: labels, column: labelColumn))
    for note in collection.notes { console.say(note) }
    let report = try FineTuningReport(
      of: folder, on: collection, FineTuning(learningRate: learningRate, epochs: epochs, patience: patience),
      fraction: labelShare(labelFraction, option: "--label-fraction"), seeds: (0..<seeds).map { seed &+ UInt64($0) },
      baselines: onlyRun ? [] : [.randomInitialisation]
    ) { console.say($0) }
    console.say(skipped: collection.skipped)
    if json {
      try printJSON(report)
    } else {
      FileHandle.standardOutput.write(Data("\n\(report.text)\n".utf8))
    }
  }
}

/// "10%" → 0.1
func labelShare(_ text: String, option: String) throws -> Double {
  guard text.hasSuffix("%"), let percent = Double(text.dropLast()), percent > 0, percent <= 100 else {
    throw ValidationError("\(option) '\(text)' is not a part above 0% and up to 100%, such as 1%,10%,100%")
  }
  return percent / 100
}
