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
    var isKnownShort = pretraining.configuration.schedule.shortening != nil
    if let problem = pretraining.holdProblem { console.warn(problem) }
    let outcome = try pretraining.train(
      report: { progress in
        last = progress
        console.show(progress)
        if let alarm = progress.alarm { console.warn(alarm.explanation) }
        if let shortening = progress.shortening, !isKnownShort {
          isKnownShort = true
          say(shortening, total: progress.totalSteps)
        }
      },
      shouldStop: signals.hasCome)
    console.endProgress()
    console.say(skipped: pretraining.skipped)
    for trouble in pretraining.troubles { console.warn(trouble) }
    if let profile = pretraining.profile {
      for line in profile.table.split(separator: "\n", omittingEmptySubsequences: false) { console.say(String(line)) }
      console.say("\(profile.limit)." as Explanation)
    }
    if let bottleneck = last.flatMap(pretraining.bottleneck) { console.warn(bottleneck) }
    if isJSON {
      try printJSON(
        Outcome(
          run: folder, outcome: outcome.name, steps: pretraining.step,
          epochs: pretraining.configuration.epochs, last: last?.metrics, skipped: pretraining.skipped.count,
          profile: pretraining.profile),
        about: pretraining.samples)
    }
    if case .interrupted = outcome {
      let stopped: Explanation =
        "Stopped after step \(pretraining.step); a checkpoint is saved, to go on from\(by: .resume(run: folder))."
      console.say(stopped)
      throw signals.exitCode
    }
    if case .stopped(let alarm) = outcome {
      let configuration = pretraining.configuration
      // The option that stopped the run: --patience or --on-collapse.
      let asking: Explanation =
        alarm.kind == .overfitting
        ? "\(setting: "patience", configuration.patience?.description ?? "")"
        : "\(setting: "on-collapse", configuration.onCollapse.rawValue)"
      let stopped: Explanation =
        "Stopped after step \(pretraining.step), as \(asking) asks. \(whatIsKept(after: alarm))"
      console.say(stopped)
      if isAnythingKept { console.say("See what happened:", then: .report(run: folder)) }
      throw ExitCode.stoppedBySentinel
    }
    let evaluation = Action.evaluate(run: folder, pretraining.configuration.data.labelPlace)
    console.say("Done. The run is in \(folder).")
    console.say("See what it learned:", then: .report(run: folder))
    console.say("If you have labels, see how good that is:", then: evaluation)
  }

  private func say(_ shortening: Schedule.Shortening, total: Int) {
    let changed =
      "its \(shortening.plannedSteps) steps became \(total) after step \(shortening.step), and the learning rate falls sooner"
    switch shortening.reason {
    case .late: console.warn("the machine is slower than when the run was planned: to end in time, \(changed)")
    case .settled:
      console.say(
        """
        The representation has settled (similarities among samples are nearly what they were at two thirds of the steps): \
        \(changed).
        """)
    }
  }

  private var isAnythingKept: Bool { !Checkpoint.all(in: pretraining.folder).isEmpty }

  private func whatIsKept(after alarm: Alarm) -> Explanation {
    guard isAnythingKept else {
      return "It went wrong before its first checkpoint: start another run, with a lower \(setting: "learning-rate")."
    }
    if alarm.kind == .overfitting, let step = Checkpoint.step(standingFor: pretraining.folder) {
      return "From now on the checkpoint after step \(step) is used, which has the lowest loss on held-out samples."
    }
    return "The checkpoints from before it went wrong are kept."
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
