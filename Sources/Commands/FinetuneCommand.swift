import ArgumentParsing
import Foundation
import Swiftlet

struct FinetuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finetune",
    abstract: "Teaches a run what labels say: classes, several at once, or a number.",
    discussion: """
      A head is put on the network and, as --mode says, nothing else learns (probe), all weights (full, earlier layers \
      more slowly) or the last blocks. Views are drawn anew in each epoch; training ends when the loss on a validation \
      part rises. Beside it stands the same network from scratch. A split column, or folders called so, divide the labels into \
      train, validation and test; else a fifth of each class is test, and a fifth of the labels drawn is validation.

      With few labels among many samples, --spread-labels spreads them over the nearest neighbours of each, as the run sees \
      them, and the network learns from all, the more the surer a label is.

      --output keeps the model: predict, embed and evaluate take its folder as a run.

        swiftlet finetune runs/first photos --labels labels.csv --output runs/tuned
        swiftlet finetune runs/first photos --labels few.csv --spread-labels --output runs/tuned
        swiftlet finetune runs/first photos --labels labels.csv --target probability
        swiftlet finetune runs/records records.csv --label-fraction 10% --seeds 5
      """)

  enum Mode: String, CaseIterable, ExpressibleByArgument {
    case probe, full
    case lastBlocks = "last-blocks"
  }

  @OptionGroup var judged: TargetData

  @Option(name: .shortAndLong, help: "Folder to keep the model in: a new or an empty one.", completion: .directory)
  var output: FilePath?

  @Option(help: "What of the network learns.")
  var mode: Mode = .full

  @Option(help: "How many blocks learn with --mode last-blocks. Default: 2.")
  var blocks: Int?

  @Option(help: "Part of the training labels to use, above 0% and up to 100%.")
  var labelFraction: String = "100%"

  @Flag(help: "Learn from samples without a label too: as their neighbours' labels say.")
  var spreadLabels = false

  @Option(help: "How many draws of the labels, each with a head of its own. Default: 1 of pictures, 5 of a table.")
  var seeds: Int?

  @Option(help: "Seed of the first draw; the others follow.")
  var seed: UInt64 = 0

  @OptionGroup(title: "Learning")
  var learning: FineTuningOptions

  @Flag(help: "Leave out the network from scratch.")
  var onlyRun = false

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  mutating func validate() throws {
    try requireValue(seeds, in: 1...100, "--seeds")
    try requireValue(blocks, in: 1...1000, "--blocks")
    try require(blocks == nil || mode == .lastBlocks, "--blocks is for --mode last-blocks")
    _ = try labelShare(labelFraction, option: "--label-fraction")
  }

  func run() throws {
    let console = Console()
    let signals = Interruption()
    let kept = output.map { openRun($0) }
    try kept?.checkIsFree()
    let (folder, collection, targets) = try judged.open(console)
    let count = seeds ?? collection.configuration.settings.usualDraws
    signals.lets(.batch)
    let report = try FineTuningReport(
      of: folder, on: collection, targets: targets, { adjust(&$0) },
      fraction: labelShare(labelFraction, option: "--label-fraction"), spreadsLabels: spreadLabels,
      seeds: (0..<count).map { seed &+ UInt64($0) },
      baselines: onlyRun ? [] : [.randomInitialisation], keepIn: kept, progress: { console.say($0) },
      report: { progress in
        try signals.endIfReceived(
          console, "Stopped after epoch \(progress.epoch); " + Self.whatIsKept(in: kept))
        console.show(progress)
      })
    console.endProgress()
    console.say(skipped: collection.skipped)
    console.say(divisionOf: report)
    for trouble in collection.troubles { console.warn(trouble) }
    if json {
      try printJSON(report, about: collection)
    } else {
      try printText("\n\(report.text)\n")
    }
    if let kept {
      console.say(
        "The model is in \(kept.path); use it with: swiftlet predict \(shellQuoted(kept.path)) DATA -o out.csv")
    }
  }

  /// The model is kept before its baselines are made.
  private static func whatIsKept(in folder: RunFolder?) -> String {
    guard let folder, folder.isFineTuned else { return "nothing was kept." }
    return "the model was done before and is in \(folder.path)."
  }

  private func adjust(_ tuning: inout FineTuning) {
    switch mode {
    case .full: tuning.mode = .full
    case .probe: tuning.mode = .probe
    case .lastBlocks: tuning.mode = .lastBlocks(blocks ?? 2)
    }
    learning.apply(to: &tuning)
  }
}
