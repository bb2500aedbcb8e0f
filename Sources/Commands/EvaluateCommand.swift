import ArgumentParsing
import Foundation
import Swiftlet

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Says what a run learned: nearest neighbours and a linear probe on labelled data.",
    discussion: """
      The backbone stays as it is. Beside it stand the same network as initialised and the raw input. Where the labels \
      (or the table) have a split column, or the folders are called train and test, the probe learns on 'train' and is \
      judged on 'test'; else a fifth of each class is held out.

      Of a model that 'swiftlet finetune --output' kept, its own head is judged, and nothing is fitted: on the samples that \
      a split column puts into 'test', else on all that have a label. Classes are matched by name.

        swiftlet evaluate runs/first photos --label-fractions 1%,10%,100%
        swiftlet evaluate runs/tuned new-photos --labels new.csv
      """)

  @Argument(help: ArgumentHelp("Folder of a run, or of a fine-tuned model.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Argument(help: "Folders or files.", completion: .file())
  var data: [FilePath]

  @OptionGroup var targets: TargetOptions

  @OptionGroup var disk: CacheOption

  @Flag(help: "Fit a new probe to the network of a fine-tuned model, as to that of a run, in place of its own head.")
  var newProbe = false

  @Option(help: "Parts of the training labels to use, such as 1%,10%,100%.")
  var labelFractions: String = "100%"

  @Option(help: "How many random subsets are drawn for a part of the labels.")
  var subsets: Int = 5

  @Option(help: "Decides subsets and, without a split column, the test part.")
  var seed: UInt64 = 0

  @Flag(help: "Leave out the baselines.")
  var onlyRun = false

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  mutating func validate() throws {
    try requireValue(subsets, in: 1...100, "--subsets")
    _ = try fractions()
  }

  func run() throws {
    let console = Console()
    let folder = openRun(runFolder)
    _ = try folder.open()
    if folder.isFineTuned, !newProbe { return try judgeHead(of: folder, console) }
    try require(
      targets.target == nil && targets.targets == nil,
      "--target and --targets are what a fine-tuned model tells: \(folder.path) is judged by classes; "
        + "swiftlet finetune with --mode probe judges it by a probe for them")
    let annotations = Annotations(
      labels: try labelSource(file: targets.labels?.path, column: targets.labelColumn),
      groups: try targets.grouping.source())
    let collection = try folder.scan(data.paths, annotations, targets.grouping, console).cached(disk.cache)
    console.describe(collection)
    let report = try RepresentationReport(
      of: folder, on: collection, fractions: fractions(), subsetCount: subsets, seed: seed,
      baselines: onlyRun ? [] : [.randomInitialisation, .rawInput]
    ) { console.say($0) }
    console.say(skipped: report.skipped)
    console.say(divisionOf: report)
    for trouble in collection.troubles { console.warn(trouble) }
    do {
      try report.keep(in: folder)
    } catch {
      console.say("Not kept for swiftlet report: \(error)")
    }
    if json {
      try printJSON(report, about: collection)
    } else {
      try printText("\n\(report.text)\n")
    }
  }

  /// Of a fine-tuned model.
  private func judgeHead(of folder: RunFolder, _ console: Console) throws {
    try require(
      labelFractions == "100%",
      "--label-fractions is for a probe that learns from labels, and \(folder.path) has a head of its own; leave it out, or "
        + "add --new-probe")
    let usual = try FineTunedModel.target(of: folder)
    let (collection, known) = try targets.open(data.paths, as: folder, disk.cache, console, usual: usual)
    guard let known else { throw EvaluationError.noLabels(try folder.open().configuration.data.labelPlace) }
    let report = try HeadReport(of: folder, on: collection, targets: known) { console.say($0) }
    console.say(skipped: report.skipped)
    for note in report.notes { console.say(once: note) }
    for trouble in collection.troubles { console.warn(trouble) }
    if json {
      try printJSON(report)
    } else {
      try printText("\n\(report.text)\n")
    }
  }

  /// "1%,10%,100%" → 0.01, 0.1, 1
  private func fractions() throws -> [Double] {
    try labelFractions.split(separator: ",", omittingEmptySubsequences: false).map { part in
      try labelShare(part.trimmingCharacters(in: .whitespaces), option: "--label-fractions")
    }
  }
}
