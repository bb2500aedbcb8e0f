import ArgumentParsing
import Foundation
import Swiftlet

/// Trains under the eyes of a user: progress, signals, the last words.
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
    if isJSON {
      try printJSON(
        Outcome(
          run: folder, outcome: outcome.name, steps: pretraining.step,
          epochs: pretraining.configuration.epochs, last: last?.metrics, skipped: pretraining.skipped.count))
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
        + "evaluate \(folder) DATA \(pretraining.configuration.data.labelOption)")
  }

  private struct Outcome: Encodable {
    let run: String
    /// finished, interrupted or stopped
    let outcome: String
    let steps: Int
    let epochs: Double
    let last: StepMetrics?
    let skipped: Int
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
