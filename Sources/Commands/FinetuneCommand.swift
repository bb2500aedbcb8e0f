import ArgumentParsing
import Foundation
import Swiftlet

struct FinetuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finetune",
    abstract: "Fine-tunes a run with labels: for classes, several classes at once, or a number.",
    discussion: """
      The network gets a head. --mode decides what learns: the head alone (probe), all weights (full; earlier layers learn \
      more slowly) or the last blocks. Training ends when the loss on a validation part rises. The result is shown beside \
      that of a linear probe on the frozen network, the same network trained from scratch, and a linear probe on the raw \
      input. Both networks choose among the same learning rates by the validation part; --learning-rate leaves that out.

      A split column, or folders called train, val and test, divide the labels. Otherwise a fifth of each class is the test \
      part, and a fifth of the remaining labels is the validation part.

      If few of many samples have labels, --spread-labels passes each label on to the nearest neighbours in the run's \
      features. The network then learns from all samples; the surer a label, the more it counts.

      --output keeps the model; predict, embed and evaluate take its folder in place of a run.

        swiftlet finetune runs/first photos --labels labels.csv --output runs/tuned
        swiftlet finetune runs/first photos --labels few.csv --spread-labels
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

  @Option(help: "The part of the network that learns.")
  var mode: Mode = .full

  @Option(help: "How many blocks learn with --mode last-blocks. Default: 2.")
  var blocks: Int?

  @Option(
    name: [.long, .formerLong("label-fractions"), .formerLong("fractions")],
    help: "Part of the training labels to use, above 0% and up to 100%.")
  var labelFraction: String = "100%"

  @Flag(help: "Learn from samples without a label too, by the labels of their neighbours.")
  var spreadLabels = false

  @Option(help: "How many times the labels are drawn, with one seed and one head each. Default: by the kind of data.")
  var seeds: Int?

  @Option(help: "Seed of the first draw; the next draws count on from it.")
  var seed: UInt64 = 0

  @OptionGroup(title: "Learning")
  var learning: FineTuningOptions

  @Option(
    help: "Learning rates to choose from, both for the fine-tuned network and for the one from scratch.")
  var learningRates: String = "3e-4,1e-3,3e-3"

  @Flag(help: "Leave out the network from scratch and the raw input.")
  var onlyRun = false

  @Flag(help: "Print precision and recall of each class too, and which class is taken for which.")
  var perClass = false

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  mutating func validate() throws {
    try requireValue(seeds, in: 1...100, "--seeds")
    try requireValue(blocks, in: 1...1000, "--blocks")
    try require(blocks == nil || mode == .lastBlocks, "--blocks is for --mode last-blocks")
    _ = try labelShare(labelFraction, option: "--label-fraction")
    _ = try rates()
  }

  /// A single learning rate is not chosen.
  private func rates() throws -> [Double] {
    try learning.learningRate.map { [$0] } ?? learningRateList(learningRates)
  }

  func run() throws {
    let console = Console()
    let signals = Interruption()
    let kept = output.map { openRun($0) }
    try kept?.checkIsFree()
    let (folder, collection, targets) = try judged.open(console)
    let count = seeds ?? collection.configuration.settings.usualDraws
    signals.lets(.batch)
    var request = FineTuningReport.Request()
    request.fraction = try labelShare(labelFraction, option: "--label-fraction")
    request.spreadsLabels = spreadLabels
    request.seeds = (0..<count).map { seed &+ UInt64($0) }
    if onlyRun { request.baselines = [] }
    request.learningRates = try rates()
    let (mode, learning) = (tunedPart, learning)
    request.adjust = { tuning in
      tuning.mode = mode
      learning.apply(to: &tuning)
    }
    let report = try FineTuningReport(
      of: folder, on: collection, targets: targets, request, keepIn: kept, progress: { console.say($0) },
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
      try printTables(report.text, perClass ? report.perClassText : nil)
    }
    if let kept {
      console.say("The model is in \(kept.path).")
      console.say("Predict with it:")
      console.say(Prose.commandIndent + "swiftlet predict \(Wording.word(kept.path)) DATA -o predictions.csv")
    }
  }

  /// The model is kept before its baselines are made.
  private static func whatIsKept(in folder: RunFolder?) -> String {
    guard let folder, folder.isFineTuned else { return "nothing was kept." }
    return "the model is complete and is in \(folder.path)."
  }

  private var tunedPart: FineTuning.Mode {
    switch mode {
    case .full: .full
    case .probe: .probe
    case .lastBlocks: .lastBlocks(blocks ?? 2)
    }
  }
}
