import ArgumentParsing
import Foundation
import Swiftlet

struct CurveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curve",
    abstract: "Says how many labels pre-training saves: results with 1 %, 10 % and all of them.",
    discussion: """
      Beside the run, frozen and fine-tuned, with the labels as they are and spread over what has none, stand nearest \
      neighbours, the raw input, and the same network trained from scratch with the same views, steps and choice of \
      learning rates. Labels are drawn evenly over the classes, those of \
      a smaller part within those of a larger one; choices are made on a fifth of the labels of a part, and the test part \
      is looked at once. The result is kept as curve.json in the run, and the next report shows it. Stopped at any moment, \
      the same command goes on after the last draw.

        swiftlet curve runs/first photos --labels labels.csv --minutes 60
        swiftlet curve runs/first photos --labels labels.csv --fractions 1%,10% --seeds 3
      """)

  @OptionGroup var judged: TargetData

  @Option(help: "Parts of the training labels.")
  var fractions: String = "1%,10%,100%"

  @Option(help: "How many draws of the labels.")
  var seeds: Int = 5

  @Option(help: "Seed of the first draw; the others follow.")
  var seed: UInt64 = 0

  @Option(help: "Learning rates to choose from, for the fine-tuned network and the one from scratch alike.")
  var learningRates: String = "3e-4,1e-3,3e-3"

  @Option(help: "Passes over the labels of both. Default: by the number of labels.")
  var epochs: Int?

  @Option(help: "No draw is begun that would not end by then.")
  var minutes: Double?

  @Flag(help: "Leave out what trains by steps: probes and neighbours alone.")
  var onlyFrozen = false

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
      try printText("\n\(curve.text)\n")
    }
  }

  private func request() throws -> LabelCurve.Request {
    var request = LabelCurve.Request()
    let shares = try fractions.split(separator: ",", omittingEmptySubsequences: false).map { part in
      try labelShare(part.trimmingCharacters(in: .whitespaces), option: "--fractions")
    }
    request.fractions = Array(Set(shares)).sorted()
    request.seeds = (0..<seeds).map { seed &+ UInt64($0) }
    request.learningRates = try learningRates.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let rate = Double(part.trimmingCharacters(in: .whitespaces)), rate > 0, rate <= 10 else {
        throw ValidationError("--learning-rates '\(part)' is not a number above 0 and at most 10, such as 1e-3")
      }
      return rate
    }
    request.epochs = epochs
    request.minutes = minutes
    if onlyFrozen { request.lines.removeAll { [.fineTuned, .spread, .supervised].contains($0) } }
    return request
  }
}
