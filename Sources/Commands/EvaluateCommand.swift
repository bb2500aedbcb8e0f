import ArgumentParsing
import Foundation
import Swiftlet

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Judges what a run learned on labelled data, by nearest neighbours and a linear probe.",
    discussion: """
      The network is not changed. Its results are shown beside those of the same network untrained and of the raw input, and \
      a verdict names the best of them. \
      If there is a split column, or if folders are called train and test, the probe learns from 'train' and is judged \
      on 'test'; otherwise a fifth of each class is held out.

      A model from 'swiftlet finetune --output' is judged by its own head, without fitting anything: on the samples that a \
      split column marks as 'test', otherwise on all that have a label. Classes are matched by name.

      With --horizon, recordings that go on in time need no labels: their next steps are predicted by a ridge regression on the \
      frozen vectors, beside the untrained network, the raw values, and what stood a season before.

        swiftlet evaluate runs/first photos --label-fractions 1%,10%,100%
        swiftlet evaluate runs/tuned new-photos --labels new.csv
        swiftlet evaluate runs/pump recordings.csv --horizon 24,96
      """)

  @Argument(help: ArgumentHelp("Folder of a run, or of a fine-tuned model.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Argument(help: "Folders or files.", completion: .file())
  var data: [FilePath]

  @OptionGroup var targets: TargetOptions

  @OptionGroup var disk: CacheOption

  @OptionGroup var opening: OpeningOptions

  @OptionGroup var together: ProcessOptions

  @Flag(help: "Judge a fine-tuned model by a new probe instead of its own head.")
  var newProbe = false

  @Option(
    name: [.long, .formerLong("label-fraction"), .formerLong("fractions")],
    help: "Parts of the training labels to use, such as 1%,10%,100%; each is rounded to whole samples in each class.")
  var labelFractions: String = "100%"

  @Option(
    name: [.long, .formerLong("subsets")], help: "How many times a part of the labels is drawn, with one seed each.")
  var seeds: Int = 5

  @Option(help: "Seed of the first draw, and of the test part if there is no split column.")
  var seed: UInt64 = 0

  @Flag(help: "Leave out the baselines.")
  var onlyRun = false

  @Option(help: "Predict so many next steps of recordings instead of labels, such as 24,96.")
  var horizon: String?

  @Flag(help: "Print precision and recall of each class too, and which class is taken for which.")
  var perClass = false

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  mutating func validate() throws {
    try requireValue(seeds, in: 1...100, "--seeds")
    _ = try fractions()
    _ = try horizons()
  }

  func run() throws {
    try together.run { try evaluate(with: $0) }
  }

  private func evaluate(with team: Team) throws {
    let world = team.world
    let console = Console(isSilent: !world.isLeader)
    team.describe(console, "each with a part of what the networks encode")
    let folder = opening.open(runFolder, in: world)
    let (configuration, _) = try folder.open()
    let usesHead = folder.isFineTuned && !newProbe
    try require(
      world.size == 1 || (horizon == nil && !usesHead),
      "\(usesHead ? "the head of a fine-tuned model" : "--horizon") is judged by one process: leave --processes out")
    if let horizons = try horizons() { return try forecast(horizons, of: folder, configuration, console) }
    if usesHead { return try judgeHead(of: folder, console) }
    try require(
      targets.target == nil && targets.targets == nil,
      "--target and --targets are for fine-tuned models: \(folder.path) is judged by classes; to judge it by a probe for "
        + "these columns, use swiftlet finetune with --mode probe")
    let annotations = Annotations(
      labels: try labelSource(file: targets.labels?.path, column: targets.labelColumn),
      groups: try targets.grouping.source())
    let collection = try folder.scan(data.paths, annotations, targets.grouping, targets.reading, console).cached(
      disk.cache)
    let baselines: [Representation.Kind] = onlyRun ? [] : [.randomInitialisation, .rawInput, .furtherInput]
    guard world.isLeader else {
      return try RepresentationReport.help(of: folder, on: collection, baselines: baselines, in: world)
    }
    console.describe(collection)
    console.warnOfBusyCores(threads: configuration.computeThreads)
    let report = try RepresentationReport(
      of: folder, on: collection, fractions: fractions(), subsetCount: seeds, seed: seed, baselines: baselines,
      in: world
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
      try printTables(report.text, perClass ? report.perClassText : nil)
    }
  }

  /// Judges how well the next steps of recordings can be predicted.
  private func forecast(
    _ horizons: [Int], of folder: RunFolder, _ configuration: RunConfiguration, _ console: Console
  ) throws {
    try require(
      targets.labels == nil && targets.target == nil && targets.targets == nil,
      "--horizon predicts steps and needs no labels; leave --labels, --target and --targets out")
    let reading = try targets.reading.values(for: configuration.data)
    guard let settings = try configuration.data.readingSteps(changedBy: reading) else {
      throw Refusal(
        "horizon", nil, "has no meaning for \(configuration.data.plural), which do not go on in time", .leaveOut)
    }
    let collection = try settings.scan(
      data.paths, Annotations(labels: labelSource(file: nil, column: targets.labelColumn)))
    console.describe(collection, usesLabels: false)
    console.warnOfBusyCores(threads: configuration.computeThreads)
    let report = try ForecastReport(of: folder, on: collection, horizons: horizons, baselines: !onlyRun) {
      console.say($0 + " …")
    }
    console.say(skipped: collection.skipped)
    for trouble in collection.troubles { console.warn(trouble) }
    if json { try printJSON(report, about: collection) } else { try printTables(report.text) }
  }

  /// "24,96" → 24, 96
  private func horizons() throws -> [Int]? {
    guard let horizon else { return nil }
    let numbers = horizon.split(separator: ",", omittingEmptySubsequences: false).map {
      Int($0.trimmingCharacters(in: .whitespaces), radix: 10)
    }
    try require(
      numbers.allSatisfy { $0.map { (1...10_000).contains($0) } ?? false },
      "--horizon '\(horizon)' must be numbers of steps from 1 to 10000, separated by commas")
    return Array(Set(numbers.compactMap(\.self))).sorted()
  }

  /// Judges the head of a fine-tuned model.
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
    for warning in report.warnings { console.warn(warning) }
    for trouble in collection.troubles { console.warn(trouble) }
    if json {
      try printJSON(report)
    } else {
      try printTables(report.text, perClass ? report.perClass?.text : nil)
    }
  }

  /// "1%,10%,100%" → 0.01, 0.1, 1
  private func fractions() throws -> [Double] {
    try labelFractions.split(separator: ",", omittingEmptySubsequences: false).map { part in
      try labelShare(part.trimmingCharacters(in: .whitespaces), option: "--label-fractions")
    }
  }
}
