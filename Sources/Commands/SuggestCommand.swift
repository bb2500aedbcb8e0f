import ArgumentParsing
import Foundation
import Swiftlet

struct SuggestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suggest",
    abstract: "Says which samples to label next, and which to look at first.",
    discussion: """
      Samples are sorted into regions by the run's features; the most typical sample of each large region without a label \
      comes first (TypiClust, Hacohen et al. 2022). Their names are printed a line each, or written with -o as a CSV that \
      waits for its labels. Near-duplicates and outliers, to be cleaned, are counted, and listed with --duplicates and \
      --outliers.

        swiftlet suggest runs/first photos --count 50 -o to-label.csv
        swiftlet suggest runs/first photos --count 50 --labels labels.csv --duplicates copies.csv
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Argument(help: "Folders or files.", completion: .file())
  var data: [FilePath]

  @Option(help: "How many samples to suggest.")
  var count: Int

  @Option(
    help: "CSV with the columns path and label: samples that have one already. Subfolders count for nothing here.",
    completion: .file(extensions: ["csv"]))
  var labels: FilePath?

  @Option(help: "Column of a table whose rows are labelled where it says something.")
  var labelColumn: String?

  @Option(name: .shortAndLong, help: "CSV to write: path and an empty label.", completion: .file(extensions: ["csv"]))
  var output: FilePath?

  @Option(
    help: "CSV to write: near-duplicates, with the number of their group.", completion: .file(extensions: ["csv"]))
  var duplicates: FilePath?

  @Option(help: "CSV to write: outliers, the farthest first.", completion: .file(extensions: ["csv"]))
  var outliers: FilePath?

  @OptionGroup var outputs: OutputOptions

  @Option(help: "Decides how regions are looked for.")
  var seed: UInt64 = 0

  @OptionGroup var disk: CacheOption

  @Flag(help: "Print one JSON object on standard output instead of the names.")
  var json = false

  mutating func validate() throws {
    try requireValue(count, in: 1...1_000_000, "--count")
    for (option, path) in [("--output", output), ("--duplicates", duplicates), ("--outliers", outliers)] {
      try require(path?.path.hasSuffix(".csv") ?? true, "\(option) '\(path?.path ?? "")' must end in .csv")
    }
  }

  func run() throws {
    let console = Console()
    let folder = openRun(runFolder)
    let (configuration, _) = try folder.open()
    let source = try labelSource(file: labels?.path, column: labelColumn)
    // Said before the work, not after it.
    var outputs = Outputs(reading: folder, data + [labels], outputs)
    for (option, path) in [("--output", output), ("--duplicates", duplicates), ("--outliers", outliers)] {
      if let path { try outputs.check(path.path, option) }
    }
    let files = try [output, duplicates, outliers].map { path in try path.map { try OutputFile($0.path) } }
    let collection = try configuration.data.scan(data.paths, Annotations(labels: source)).cached(disk.cache)
    try outputs.check(against: collection)
    console.describe(collection, usesLabels: source != nil)
    let suggestions = try Suggestions(
      of: folder, on: collection, count: count, labels: source == nil ? nil : collection.labels, seed: seed
    ) { console.say($0 + " …") }
    console.say(skipped: suggestions.skipped)
    describe(suggestions, console)
    let first = configuration.data.nameColumn
    try files[0]?.write(lines: ["\(first),label"] + suggestions.suggested.map { csvField($0.name) + "," })
    try files[1]?.write(
      lines: ["group,\(first)"]
        + suggestions.duplicates.enumerated().flatMap { number, group in
          group.names.map { "\(number + 1),\(csvField($0))" }
        })
    try files[2]?.write(lines: [first] + suggestions.outliers.map(csvField))
    try OutputFile.finish(files.compactMap(\.self))
    if json {
      try printJSON(suggestions, about: collection)
    } else if output == nil {
      try printText(suggestions.suggested.map { $0.name + "\n" }.joined())
    } else {
      console.say("Wrote \(suggestions.suggested.count) names to \(output?.path ?? "").")
    }
  }

  private func describe(_ suggestions: Suggestions, _ console: Console) {
    if suggestions.labelledCount > 0 {
      console.say("\(suggestions.labelledCount) samples have a label already and are not asked for.")
    }
    if suggestions.suggested.count < count {
      console.warn("only \(suggestions.suggested.count) samples without a label are left to suggest")
    }
    if suggestions.isIndistinct {
      console.warn("all samples look alike to this run, so that no suggestion means much: train it longer")
    }
    let copies = suggestions.duplicates.reduce(0) { $0 + $1.names.count }
    if copies > 0 { console.say("\(copies) samples lie nearly on another, in \(suggestions.duplicates.count) groups.") }
    let contradictions = suggestions.duplicates.count { !$0.labels.isEmpty }
    if contradictions > 0 { console.warn("in \(contradictions) of these groups the labels differ") }
    if !suggestions.outliers.isEmpty { console.say("\(suggestions.outliers.count) samples lie far from all others.") }
  }
}

extension OutputFile {
  fileprivate func write(lines: [String]) throws {
    try write(Data(lines.map { $0 + "\n" }.joined().utf8))
  }
}
