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

        swiftlet evaluate runs/first photos --label-fractions 1%,10%,100%
      """)

  @OptionGroup var judged: LabelledData

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
    let (folder, collection) = try judged.open(console)
    let report = try RepresentationReport(
      of: folder, on: collection, fractions: fractions(), subsetCount: subsets, seed: seed,
      baselines: onlyRun ? [] : [.randomInitialisation, .rawInput]
    ) { console.say($0) }
    console.say(skipped: report.skipped)
    if let divided = report.dividedGroups { console.warn(divided.sentence) }
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

  /// "1%,10%,100%" → 0.01, 0.1, 1
  private func fractions() throws -> [Double] {
    try labelFractions.split(separator: ",", omittingEmptySubsequences: false).map { part in
      try labelShare(part.trimmingCharacters(in: .whitespaces), option: "--label-fractions")
    }
  }
}
