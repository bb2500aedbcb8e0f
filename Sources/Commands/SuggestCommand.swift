import ArgumentParsing
import Foundation
import Swiftlet

struct SuggestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suggest",
    abstract: "Suggests which samples to label next, and finds near-duplicates and outliers.",
    discussion: """
      The run's features divide the samples into regions. The most typical sample of each large region without a label \
      comes first (TypiClust, Hacohen et al. 2022). The names are printed, one a line, or written with -o to a CSV with an \
      empty column for the labels. Near-duplicates and outliers are counted; --duplicates and --outliers list them.

        swiftlet suggest runs/first photos --count 50 -o to-label.csv
        swiftlet suggest runs/first photos --count 50 --duplicates copies.csv
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Argument(help: "Folders or files.", completion: .file())
  var data: [FilePath]

  @Option(help: "How many samples to suggest.")
  var count: Int

  @Option(
    help:
      "If each sample is a file: a CSV with the columns path and label, of samples that already have a label. Subfolders do not count as labels here.",
    completion: .file(extensions: ["csv"]))
  var labels: FilePath?

  @Option(help: "Of data with columns: the column that holds the labels. Rows with an empty cell have none.")
  var labelColumn: String?

  @Option(
    name: .shortAndLong, help: "CSV to write: the names, and an empty column for the labels.",
    completion: .file(extensions: ["csv"]))
  var output: FilePath?

  @Option(
    help: "CSV to write: near-duplicates, with the number of their group.", completion: .file(extensions: ["csv"]))
  var duplicates: FilePath?

  @Option(help: "CSV to write: outliers, the farthest first.", completion: .file(extensions: ["csv"]))
  var outliers: FilePath?

  @OptionGroup var outputs: OutputOptions

  @Option(help: "Seed of the search for regions.")
  var seed: UInt64 = 0

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var disk: CacheOption

  @OptionGroup var opening: OpeningOptions

  @Flag(help: "Print one JSON object on standard output instead of the names.")
  var json = false

  mutating func validate() throws {
    _ = try labelSource(file: labels?.path, column: labelColumn)
    try requireValue(count, in: 1...1_000_000, "--count")
    for (option, path) in [("--output", output), ("--duplicates", duplicates), ("--outliers", outliers)] {
      try require(path?.path.hasSuffix(".csv") ?? true, "\(option) '\(path?.path ?? "")' must end in .csv")
    }
  }

  func run() throws {
    let console = Console()
    let folder = opening.open(runFolder)
    let (configuration, listing) = try folder.open()
    let source = try labelSource(file: labels?.path, column: labelColumn)
    // Checked before the work, not after it.
    var outputs = Outputs(reading: folder, data + [labels], outputs)
    for (option, path) in [("--output", output), ("--duplicates", duplicates), ("--outliers", outliers)] {
      if let path { try outputs.check(path.path, option) }
    }
    try outputs.check(recorded: listing)
    let files = try [output, duplicates, outliers].map { path in
      try path.map { try OutputFile($0.path, replaces: outputs.replaces($0.path)) }
    }
    let collection = try reading.applied(to: configuration.data).scan(data.paths, Annotations(labels: source)).cached(
      disk.cache)
    try outputs.check(against: collection)
    console.describe(collection, usesLabels: source != nil)
    console.keepKey(of: collection, in: folder)
    let suggestions = try Suggestions(
      of: folder, on: collection, count: count, labels: source == nil ? nil : collection.labels, seed: seed
    ) { console.say($0 + " …") }
    console.say(skipped: suggestions.skipped)
    describe(suggestions, console)
    let first = configuration.data.nameColumn
    try files[0]?.write(lines: ["\(first),label"] + suggestions.suggested.map { csvField($0.name) + "," })
    try files[1]?.write(
      lines: ["\(first),group"]
        + suggestions.duplicates.enumerated().flatMap { number, group in
          group.names.map { "\(csvField($0)),\(number + 1)" }
        })
    try files[2]?.write(lines: [first] + suggestions.outliers.map(csvField))
    try OutputFile.finish(files.compactMap(\.self))
    if json {
      try printJSON(suggestions, about: collection)
    } else if output == nil {
      try printNames(suggestions.suggested.map(\.name))
    } else {
      console.say("Wrote \(Figure.counted(suggestions.suggested.count, "name")) to \(output?.path ?? "").")
    }
  }

  private func describe(_ suggestions: Suggestions, _ console: Console) {
    if suggestions.labelledCount > 0 {
      console.say(
        "\(Figure.counted(suggestions.labelledCount, "sample has", plural: "samples have")) a label already and will not be suggested."
      )
    }
    if suggestions.suggested.count < count {
      console.warn("only \(Figure.counted(suggestions.suggested.count, "sample")) without a label can be suggested")
    }
    if suggestions.isIndistinct {
      console.warn(
        "the features of all samples are nearly the same, so the suggestions mean little: train the run longer")
    }
    let copies = suggestions.duplicates.reduce(0) { $0 + $1.names.count }
    if copies > 0 {
      console.say("\(copies) samples are near-duplicates, in \(Figure.counted(suggestions.duplicates.count, "group")).")
    }
    let contradictions = suggestions.duplicates.count { !$0.labels.isEmpty }
    if contradictions > 0 {
      console.warn(
        "the labels differ within \(Figure.counted(contradictions, "of these groups", plural: "of these groups"))")
    }
    if !suggestions.outliers.isEmpty {
      console.say("\(Figure.counted(suggestions.outliers.count, "outlier")): far from all other samples.")
    }
  }
}

extension OutputFile {
  fileprivate func write(lines: [String]) throws {
    try write(Data(lines.map { $0 + "\n" }.joined().utf8))
  }
}
