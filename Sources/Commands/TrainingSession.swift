import ArgumentParsing
import Foundation
import Swiftlet

/// Trains with progress, signal handling and a summary.
struct TrainingSession {
  private let pretraining: Pretraining
  private let console: Console
  private let signals: Interruption
  private let isJSON: Bool

  init(_ pretraining: Pretraining, console: Console, signals: Interruption, isJSON: Bool) {
    self.pretraining = pretraining
    self.console = console
    self.signals = signals
    self.isJSON = isJSON
  }

  func run() throws {
    let folder = pretraining.folder.path
    var last: TrainingProgress?
    let outcome = try pretraining.train(
      report: { progress in
        last = progress
        console.show(progress)
        if let alarm = progress.alarm { console.warn(alarm.description) }
      },
      shouldStop: { signals.received != nil })
    console.endProgress()
    console.say(skipped: pretraining.skipped)
    for trouble in pretraining.troubles { console.warn(trouble) }
    if let profile = pretraining.profile { console.say("\(profile.table)\n\(profile.limit).") }
    if let last, last.waiting > Self.bearableWaiting { console.warn(bottleneck(last.waiting)) }
    if isJSON {
      try printJSON(
        Outcome(
          run: folder, outcome: outcome.name, steps: pretraining.step,
          epochs: pretraining.configuration.epochs, last: last?.metrics, skipped: pretraining.skipped.count,
          profile: pretraining.profile))
    }
    if case .interrupted = outcome, let signal = signals.received {
      console.say(
        "Stopped after step \(pretraining.step); a checkpoint is saved. Go on with: swiftlet resume \(folder)")
      throw ExitCode(128 + signal)
    }
    if case .stopped = outcome {
      console.say(
        "Stopped after step \(pretraining.step), as --on-collapse \(pretraining.configuration.onCollapse.rawValue) asks; the "
          + "checkpoints of before are kept. See what happened with: swiftlet report \(folder)")
      throw ExitCode.stoppedBySentinel
    }
    console.say(
      "Done. The run is in \(folder); see what it learned with: swiftlet report \(folder), and with labels: swiftlet "
        + "evaluate \(folder) DATA \(pretraining.configuration.data.labelPlace.option)")
  }

  /// Of the time: above it, what makes the views is the bottleneck, and said to be.
  private static let bearableWaiting = 0.05

  private func bottleneck(_ share: Double) -> String {
    let kind = SwiftletProgram.catalogue.kind(named: pretraining.configuration.data.kind)
    let smaller = (kind?.options ?? []).filter(\.makesRunsLarger).map { ", or a smaller --\($0.name)" }
    return
      "the steps waited for their views \(Figure.percent(share)) of the time: making views is the bottleneck. Try more "
      + "--loader-threads, --cache with a folder on a fast disk" + smaller.joined()
  }

  private struct Outcome: Encodable {
    let run: String
    /// finished, interrupted or stopped
    let outcome: String
    let steps: Int
    let epochs: Double
    let last: StepMetrics?
    let skipped: Int
    let profile: StepProfile?
  }
}

extension ExitCode {
  /// A run went wrong, and was to end then.
  static let stoppedBySentinel = ExitCode(3)
}

extension Pretraining.Outcome {
  fileprivate var name: String {
    switch self {
    case .finished: "finished"
    case .interrupted: "interrupted"
    case .stopped: "stopped"
    }
  }
}

extension LabelPlace {
  /// How a user gives labels.
  var option: String {
    switch self {
    case .file: "--labels labels.csv"
    case .column(let name): "--label-column \(name ?? "NAME")"
    }
  }
}
