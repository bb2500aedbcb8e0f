import ArgumentParsing
import Foundation
import Swiftlet

struct AnomaliesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "anomalies",
    abstract: "Scores how much each step of recordings stands out from what a run learned from.",
    discussion: """
      For data that go on in time, such as time series, and networks that have a vector for each step. OUT.csv has a row \
      for each step of every recording, and four scores beside each other: by the run, how much the vector of the step changes \
      if the step itself is hidden, relative to the 21 steps before it, and how far the vector is from the nearest one of the \
      training data; the z-score of its values; and the distance of the windows around it to the nearest windows that the run learned \
      from. OUT.html beside it shows what stands out, and works offline.

        swiftlet anomalies runs/pump new.csv -o scores.csv

      Where steps have labels, the average precision of each score is printed (the area under precision over recall), without \
      adjusting it for steps that follow each other.

        swiftlet anomalies runs/pump new.csv --label-column is_anomaly -o scores.csv
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Argument(help: "Folders or files.", completion: .file())
  var data: [FilePath]

  @Option(
    name: .shortAndLong, help: "Where to write: a file ending in .csv.", completion: .file(extensions: ["csv"]))
  var output: FilePath

  @OptionGroup var outputs: OutputOptions

  @Option(
    help:
      "A file with a label for each step, or for each recording, in their order: a CSV with a column label, or .npy.",
    completion: .file(extensions: ["csv", "npy"]))
  var labels: FilePath?

  @Option(help: "Of data with columns: the column that holds the label of each step. Default: as in the run.")
  var labelColumn: String?

  @Option(help: "The label of usual steps; all others are anomalies. Default: 0, false, no, normal or ok.")
  var normalLabel: String?

  @Option(help: "How many steps before each step the network sees.")
  var context = 200

  @Option(help: "Steps of the windows that are compared with those of the training data.")
  var comparedSteps = 100

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var opening: OpeningOptions

  @Flag(help: "Print one JSON object with the outcome on standard output.")
  var json = false

  mutating func validate() throws {
    try require(output.path.hasSuffix(".csv"), "--output '\(output)' must end in .csv")
    try requireValue(context, in: 1...100_000, "--context")
    try requireValue(comparedSteps, in: 2...100_000, "--compared-steps")
    _ = try labelSource(file: labels?.path, column: labelColumn)
  }

  func run() throws {
    let console = Console()
    let signals = Interruption()
    let folder = opening.open(runFolder)
    let (configuration, listing) = try folder.open()
    let page = String(output.path.dropLast(4)) + ".html"
    var outputs = Outputs(reading: folder, data + [labels], outputs)
    try outputs.checkWritable(output.path, "--output")
    try outputs.checkWritable(page, "The page beside --output \(output)")
    try outputs.check(recorded: listing)
    guard let settings = try configuration.data.readingSteps(changedBy: reading.values(for: configuration.data)) else {
      throw Refusal("\(configuration.data.plural) have no steps in time, of which some could stand out")
    }
    let collection = try settings.scan(
      data.paths, Annotations(labels: labelSource(file: labels?.path, column: labelColumn)))
    try outputs.check(against: collection)
    console.describe(collection, usesLabels: false)
    let training = try folder.openSamples(configuration, listing)
    let encoder = try Encoder(of: folder)
    for damage in encoder.damaged { console.say(passedOver: damage) }
    console.warnOfBusyCores(threads: configuration.computeThreads)
    // From here on there are drafts to take back.
    signals.lets(.batch)
    var options = AnomalyReport.Options()
    options.context = context
    options.windowLength = comparedSteps
    options.normalLabel = normalLabel
    let report = try AnomalyReport(of: collection, after: training, by: encoder, options) { done, total in
      console.show("\(done)/\(total) steps", share: Double(done) / Double(max(1, total)))
      try signals.endIfReceived(console, "Stopped after \(done) of \(total) steps; nothing was written.")
    }
    console.endProgress()
    try write(report, of: folder, configuration.data, page, outputs)
    console.say(skipped: collection.skipped)
    for trouble in collection.troubles { console.warn(trouble) }
    if json {
      try printJSON(Outcome(report, output.path, page), about: collection)
    } else {
      try printTables(report.text)
    }
    console.say("The scores of all steps are in \(output).")
    console.say("\(page) shows what stands out; open it in a browser.")
  }

  private func write(
    _ report: AnomalyReport, of folder: RunFolder, _ data: DataConfiguration, _ page: String, _ outputs: Outputs
  ) throws {
    let table = try OutputFile(output.path, replaces: outputs.replaces(output.path))
    try report.writeTable(to: table, nameColumn: data.nameColumn)
    let picture = try OutputFile(page, replaces: outputs.replaces(page))
    try picture.write(Data(report.page(run: URL(fileURLWithPath: folder.path).lastPathComponent).utf8))
    try OutputFile.finish([table, picture])
  }

  private struct Outcome: Encodable {
    let scores: String
    let page: String
    let recordings: Int
    let steps: Int
    /// Of the run's score; nil where too few training steps have one.
    let threshold: Double?
    let unusualSteps: Int
    let peaks: [AnomalyReport.Peak]
    /// The area under precision over recall of each score; empty without labels.
    let averagePrecision: [String: Double]
    /// Steps with all scores and a label, and the anomalies among them.
    let judgedSteps: Int?
    let anomalies: Int?
    let notes: [String]

    init(_ report: AnomalyReport, _ scores: String, _ page: String) {
      self.scores = scores
      self.page = page
      recordings = report.recordings.count
      steps = report.recordings.reduce(0) { $0 + $1.length }
      threshold = report.threshold
      unusualSteps = report.unusualCount
      peaks = report.peaks
      averagePrecision = Dictionary(
        uniqueKeysWithValues: report.accuracies.map { ($0.score.rawValue, $0.averagePrecision) })
      judgedSteps = report.judged?.steps
      anomalies = report.judged?.anomalies
      notes = report.notes
    }
  }
}
