import ArgumentParsing
import Foundation
import Swiftlet

struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Writes the feature vector of every sample.",
    discussion: """
      OUT.npy has one row of float32 numbers for each sample. OUT.csv beside it has the name of each sample and the number \
      of its row, counted from 0. Rows are written as they are computed, so the data need not fit into memory.

        swiftlet embed runs/first photos -o vectors.npy
        swiftlet embed runs/first photos -o vectors.npy --processes 4

      With --per-step there is a row for each step of a time series or sound, and the steps are counted from 1. With \
      --time-parts 16 a vector says what was when: it is made of those of 16 stretches of the sample.
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Argument(help: "Folders or files.", completion: .file())
  var data: [FilePath]

  @Option(
    name: .shortAndLong, help: "Where to write: a file ending in .npy.", completion: .file(extensions: ["npy"]))
  var output: FilePath

  @OptionGroup var outputs: OutputOptions

  @Flag(
    help: "Write a vector for each step of a sample, where the network has them, as those for time series and sound do."
  )
  var perStep = false

  @OptionGroup var stretches: TimePartsOption

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var disk: CacheOption

  @OptionGroup var opening: OpeningOptions

  @OptionGroup var together: ProcessOptions

  @Flag(help: "Print one JSON object with the outcome on standard output.")
  var json = false

  mutating func validate() throws {
    try require(output.path.hasSuffix(".npy"), "--output '\(output)' must end in .npy")
    try require(
      !perStep || stretches.timeParts == nil, "--per-step and --time-parts exclude each other: leave one of them out")
    try require(
      !perStep || (together.processes ?? 1) == 1, "--per-step is for one process: leave --processes out")
  }

  func run() throws {
    try together.run { try embed(with: $0) }
  }

  private func embed(with team: Team) throws {
    let world = team.world
    try require(!perStep || world.size == 1, "--per-step is for one process, and this is one of \(world.size)")
    let console = Console(isSilent: !world.isLeader)
    let signals = Interruption(isSilent: !world.isLeader)
    team.describe(console, "each with a part of the batches")
    let folder = opening.open(runFolder, in: world)
    let (configuration, listing) = try folder.open()
    guard world.isLeader else { return try help(folder, configuration, signals, in: world) }
    let names = String(output.path.dropLast(4)) + ".csv"
    var outputs = Outputs(reading: folder, data, outputs)
    try outputs.checkWritable(output.path, "--output")
    try outputs.checkWritable(names, "The list of names beside --output \(output)")
    try outputs.check(recorded: listing)
    let collection = try reading.applied(to: configuration.data).scan(data.paths).cached(disk.cache)
    try outputs.check(against: collection)
    console.describe(collection, usesLabels: false)
    console.keepKey(of: collection, in: folder)
    let encoder = try stretches.applied(to: Encoder(of: folder))
    for damage in encoder.damaged { console.say(passedOver: damage) }
    try world.checkAgreement(on: encoder, collection)
    encoder.join(world)
    // From here on there are drafts to take back.
    signals.lets(.batch)
    let vectors = try NumpyWriter(output.path, width: encoder.featureCount, replaces: outputs.replaces(output.path))
    let table = try OutputFile(names, replaces: outputs.replaces(names))
    try table.write(Data("\(configuration.data.nameColumn),\(perStep ? "step," : "")vector\n".utf8))
    let all = collection.names
    var rows = 0
    var done = 0
    let source =
      perStep ? collection.stepsView(of: Array(all.indices)) : encoder.views(of: Array(all.indices), in: collection)
    func note(_ samples: Int) throws {
      done += samples
      console.show("\(done)/\(all.count) \(configuration.data.plural)", share: Double(done) / Double(all.count))
    }
    func stopped() -> String { "Stopped after \(done) of \(all.count) samples; nothing was written." }
    func encode() throws -> [SampleError] {
      if perStep {
        return try encoder.forEachSample(ofSteps: source) { steps, sample in
          try signals.endIfReceived(console, stopped())
          try vectors.append(steps)
          for step in 0..<steps.shape[0] {
            try table.write(Data("\(csvField(all[sample])),\(step + 1),\(rows)\n".utf8))
            rows += 1
          }
          try note(1)
        }
      }
      return try encoder.forEachBatch(of: source, shouldStop: signals.hasCome) { features, samples in
        try vectors.append(features)
        for sample in samples {
          try table.write(Data("\(csvField(all[sample])),\(rows)\n".utf8))
          rows += 1
        }
        try note(samples.count)
      }
    }
    let skipped: [SampleError]
    do {
      skipped = try encode()
    } catch is Encoder.Interrupted {
      console.say(stopped())
      throw signals.exitCode
    }
    console.endProgress()
    try vectors.finish(with: [table])
    console.say(skipped: collection.skipped + skipped)
    for trouble in collection.troubles { console.warn(trouble) }
    console.say("Wrote \(Figure.counted(rows, "vector")) of \(encoder.featureCount) numbers to \(output).")
    console.say("The names of the samples are in \(names).")
    if json {
      try printJSON(
        Outcome(
          vectors: output.path, names: names, rows: rows, width: encoder.featureCount,
          skipped: collection.skipped.count + skipped.count, notes: collection.notes),
        about: collection)
    }
  }

  /// Encodes this process's batches; process 0 writes.
  private func help(
    _ folder: RunFolder, _ configuration: RunConfiguration, _ signals: Interruption, in world: World
  ) throws {
    let collection = try reading.applied(to: configuration.data).scan(data.paths).cached(disk.cache)
    let encoder = try stretches.applied(to: Encoder(of: folder))
    try world.checkAgreement(on: encoder, collection)
    encoder.join(world)
    signals.lets(.batch)
    do {
      _ = try encoder.forEachBatch(
        of: encoder.views(of: Array(collection.names.indices), in: collection), shouldStop: signals.hasCome
      ) { _, _ in }
    } catch is Encoder.Interrupted {
      throw signals.exitCode
    }
  }

  private struct Outcome: Encodable {
    let vectors: String
    let names: String
    let rows: Int
    let width: Int
    let skipped: Int
    /// How the data were read.
    let notes: [String]
  }
}
