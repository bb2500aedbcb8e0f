import ArgumentParsing
import Foundation
import Swiftlet

struct CurveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curve",
    abstract: "Measures how many labels pre-training saves: results with 1 %, 10 % and all of them.",
    discussion: """
      Compares the run, frozen and fine-tuned, with nearest neighbours, the raw input, and the same network trained from \
      scratch with the same views, steps and choice of learning rates. Where some samples have no label, it also spreads \
      the labels over them.

      Labels are drawn evenly from the classes, and a smaller part lies within a larger one. Choices are made on a fifth of \
      the labels of a part; the test part is used once, at the end.

      The result is kept as curve.json in the run, and the next report shows it. If the command is stopped, the same \
      command goes on after the last draw.

        swiftlet curve runs/first photos --labels labels.csv --minutes 60
        swiftlet curve runs/first photos --label-fractions 1%,10% --seeds 3
      """)

  @OptionGroup var judged: TargetData

  @Option(
    name: [.long, .formerLong("fractions"), .formerLong("label-fraction")],
    help: "Parts of the training labels to use, such as 1%,10%,100%.")
  var labelFractions: String = "1%,10%,100%"

  @Option(help: "How many times each part of the labels is drawn, with one seed each.")
  var seeds: Int = 5

  @Option(help: "Seed of the first draw; the next draws count on from it.")
  var seed: UInt64 = 0

  @Option(help: "Learning rates to choose from, both for the fine-tuned network and for the one from scratch.")
  var learningRates: String = "3e-4,1e-3,3e-3"

  @Option(help: "Passes of both networks over the labels. Default: by the number of labels.")
  var epochs: Int?

  @Option(help: "Time for all of it: a draw that would end later is not begun.")
  var minutes: Double?

  @Flag(help: "Use probes and nearest neighbours alone: no network is trained.")
  var onlyFrozen = false

  @Flag(
    help: "Leave out the lines whose labels are spread over samples without one, which take longest with many samples.")
  var withoutSpreading = false

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  mutating func validate() throws {
    try requireValue(seeds, in: 1...100, "--seeds")
    try requireValue(epochs, in: 1...100_000, "--epochs")
    try requireMinutes(minutes)
    _ = try request()
  }

  func run() throws {
    let console = Console()
    let signals = Interruption()
    let (folder, collection, targets) = try judged.open(console)
    signals.lets(.batch)
    let curve = try LabelCurve(
      of: folder, on: collection, targets: targets, request(), progress: { console.say($0) },
      pulse: { try signals.endIfReceived(console, "Stopped; the same command goes on after the last draw.") })
    console.say(skipped: collection.skipped)
    console.say(divisionOf: curve)
    for trouble in collection.troubles { console.warn(trouble) }
    do {
      try curve.keep(in: folder)
    } catch {
      console.say("Not kept for swiftlet report: \(error)")
    }
    if json {
      try printJSON(curve, about: collection)
    } else {
      try printTables(curve.text)
    }
  }

  private func request() throws -> LabelCurve.Request {
    var request = LabelCurve.Request()
    let shares = try labelFractions.split(separator: ",", omittingEmptySubsequences: false).map { part in
      try labelShare(part.trimmingCharacters(in: .whitespaces), option: "--label-fractions")
    }
    request.fractions = Array(Set(shares)).sorted()
    request.seeds = (0..<seeds).map { seed &+ UInt64($0) }
    request.learningRates = try learningRateList(learningRates)
    request.epochs = epochs
    request.minutes = minutes
    if onlyFrozen { request.lines.removeAll(where: \.isTrained) }
    if withoutSpreading { request.lines.removeAll(where: \.spreads) }
    return request
  }
}
