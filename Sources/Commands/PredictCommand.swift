import ArgumentParsing
import Foundation
import Swiftlet

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Writes a prediction for every sample, with calibrated probabilities.",
    discussion: """
      RUN is a model from 'swiftlet finetune --output'. It can also be a run that learned without labels, if some of the \
      data have labels: a linear probe is then fitted first. OUT.csv has a row for each sample: its name, the prediction, \
      and the probability of each class (or the number). Rows are written as they are computed; if the command is stopped, \
      the same command goes on after the last row.

        swiftlet predict runs/tuned photos -o predictions.csv
        swiftlet predict runs/first photos --labels some.csv -o predictions.csv
      """)

  @Argument(help: ArgumentHelp("Folder of a fine-tuned model, or of a run.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Argument(help: "Folders or files.", completion: .file())
  var data: [FilePath]

  @Option(
    name: .shortAndLong, help: "Where to write: a file ending in .csv.", completion: .file(extensions: ["csv"]))
  var output: FilePath

  @OptionGroup var outputs: OutputOptions

  @OptionGroup var targets: TargetOptions

  @OptionGroup var disk: CacheOption

  @OptionGroup var opening: OpeningOptions

  @Flag(help: "Print one JSON object with the outcome on standard output.")
  var json = false

  mutating func validate() throws {
    try require(output.path.hasSuffix(".csv"), "--output '\(output)' must end in .csv")
  }

  func run() throws {
    let console = Console()
    let signals = Interruption()
    let folder = opening.open(runFolder)
    let (configuration, listing) = try folder.open()
    // Whether it can be written is known before a probe is fitted.
    var outputs = Outputs(reading: folder, data + [targets.labels], outputs)
    try outputs.checkWritable(output.path, "--output")
    // A file that an earlier command left unfinished is continued, or begun anew.
    let unfinished = PredictionTable.isUnfinished(output.path)
    for file in PredictionTable.unfinishedFiles(output.path) {
      try outputs.check(file, "Until it is whole, --output \(output)", isUnfinished: unfinished)
    }
    try outputs.check(recorded: listing)
    let (collection, prediction) = try prepare(folder, configuration.data, console)
    try outputs.check(against: collection)
    for note in prediction.notes { console.say(once: note) }
    for damage in prediction.network.encoder.damaged { console.say(passedOver: damage) }
    let total = collection.names.count
    signals.lets(.batch)
    let outcome = try prediction.write(collection, of: folder, to: output.path, replaces: outputs.replaces(output.path))
    { done, discarded in
      if let discarded { console.warn(String(discarded.dropLast())) }
      if done > 0 { console.say("Going on after sample \(done) of \(total).") }
    } report: { done in
      console.show("\(done)/\(total) \(configuration.data.plural)", share: Double(done) / Double(total))
      try signals.endIfReceived(
        console, "Stopped after \(done) of \(total) samples; the same command goes on from there.")
    }
    console.endProgress()
    console.say(skipped: collection.skipped + outcome.skipped)
    for trouble in collection.troubles { console.warn(trouble) }
    console.say("Wrote \(Figure.counted(outcome.rows, "prediction")) to \(output).")
    if json {
      try printJSON(
        Outcome(
          predictions: output.path, rows: outcome.rows, resumedAfter: outcome.kept,
          skipped: collection.skipped.count + outcome.skipped.count, target: prediction.network.kind,
          temperature: prediction.network.temperature,
          notes: prediction.notes + collection.notes.filter { !prediction.notes.contains($0) }),
        about: collection)
    }
  }

  private func prepare(
    _ folder: RunFolder, _ configuration: DataConfiguration, _ console: Console
  ) throws -> (any SampleCollection, Prediction) {
    if folder.isFineTuned {
      let evaluation = Action.evaluate(run: folder.path, configuration.labelPlace)
      try require(
        !targets.isGiven,
        ("\(folder.path) is fine-tuned and needs no labels; leave them out, or judge it\(by: evaluation)"
          as Explanation).sentence(in: .program))
      let collection = try targets.reading.applied(to: configuration).scan(data.paths).cached(disk.cache)
      console.describe(collection, usesLabels: false)
      console.keepKey(of: collection, in: folder)
      return (collection, Prediction(try FineTunedModel(of: folder)))
    }
    let (collection, known) = try targets.open(data.paths, as: folder, disk.cache, console)
    guard let known else { throw RunFolder.Failure.notFineTuned(path: folder.path, labels: configuration.labelPlace) }
    return (collection, try Prediction(probing: folder, on: collection, targets: known))
  }

  private struct Outcome: Encodable {
    let predictions: String
    let rows: Int
    /// Rows that an earlier, interrupted command had written.
    let resumedAfter: Int
    let skipped: Int
    let target: TargetKind
    /// What logits are divided by; nil where too few labels could say.
    let temperature: Double?
    /// How the data were read, and how the network learned what it predicts.
    let notes: [String]
  }
}
