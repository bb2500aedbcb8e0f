import Backbones
import Files
import Learning
import Measures
import Optimizers
import Samples
import Torch

extension Pretraining {
  /// Trains to the end of the schedule.
  ///
  /// - Parameters:
  ///   - report: called after the first step and at every log interval.
  ///   - shouldStop: asked before every step; true saves a checkpoint and returns.
  /// - Throws: `Failure.unwritable` where the disk is full: what the newest checkpoint holds is safe.
  @discardableResult
  public func train(
    report: (TrainingProgress) throws -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Outcome {
    do {
      while true {
        let outcome = try takeSteps(shouldStop: shouldStop, report: report)
        guard case .stopped(let alarm) = outcome, try mayGoBack(because: alarm) else { return outcome }
        try goBack(because: alarm)
      }
    } catch RunFolder.Failure.unwritable(let path, let reason) {
      throw unwritable("\(RunFolder.Failure.unwritable(path: path, reason: reason))")
    } catch let failure as Safetensors.Failure {
      throw unwritable("\(failure)")
    } catch let error as LoaderError {
      // Nothing could be read, so nothing was learned that the folder could keep.
      if isNew, step == 0, world.isLeader { folder.remove() }
      throw error
    }
  }

  private func unwritable(_ problem: String) -> Failure {
    .unwritable(run: folder.path, problem: problem, step: step, kept: Checkpoint.all(in: folder).first?.step)
  }

  /// - Returns: `.stopped` where something goes wrong and the run is not only to be warned of it.
  private func takeSteps(shouldStop: () -> Bool, report: (TrainingProgress) throws -> Void) throws -> Outcome {
    do {
      return try takeNumberedSteps(shouldStop: shouldStop, report: report)
    } catch Failure.diverged(let step, let rate, let precision) {
      let alarm = Alarm(
        kind: .notANumber, step: step, since: step, what: "the loss stopped being a number",
        advice: "the learning rate was \(rate): \(Failure.steadier(precision))")
      guard try mayGoBack(because: alarm) else {
        throw Failure.diverged(step: step, learningRate: rate, precision: precision)
      }
      return .stopped(alarm)
    }
  }

  private func takeNumberedSteps(
    shouldStop: () -> Bool, report: (TrainingProgress) throws -> Void
  ) throws -> Outcome {
    var total = configuration.schedule.totalSteps
    // Process 0 alone writes, measures and keeps the time.
    let journal =
      world.isLeader ? try Journal(configuration: configuration, folder: folder, step: step, of: method) : nil
    var measurements = try PeriodicMeasurements(
      at: data, training: indices, heldOut: heldOut, plan: configuration.viewPlan, configuration)
    let source = try data.trainingViews(configuration.viewPlan, of: indices, seed: configuration.seed)
    let loader = configuration.loader(of: source, sampleCount: indices.count, steps: step..<total, in: world)
    journal?.waited = { loader.waited }
    var timekeeper = isShortened ? nil : deadline.map { Timekeeper(after: step, until: $0) }
    let stopwatch = isProfiled && world.isLeader ? Stopwatch(of: loader, on: device) : nil
    defer { if skipped.isEmpty { skipped = loader.skipped } }
    var lastCheckpoint = ContinuousClock.now
    var savingTime = Duration.zero
    // Several processes agree on it at the end of a step.
    var stops = false

    while step < total, let batch = try stopwatch.time(.waiting, loader.next) {
      if world.size == 1 { stops = shouldStop() }
      if stops {
        try save(journal, loader)
        try collectSkipped(journal, loader)
        try note(stopwatch)
        return .interrupted
      }
      try Runtime.seed(configuration.seed(at: step, part: world.rank))
      let rates = configuration.rates(at: step).scaled(by: learningRateFactor)
      let position = configuration.position(at: step)
      let views = try stopwatch.time(.copy) { try batch.views(on: device, longest: world.longest(of: batch)) }
      var (output, loss) = try configuration.computeGradients(of: method, views, at: position, in: world, stopwatch)
      if world.size > 1 {
        (loss, stops) = try stopwatch.time(.exchange) { try addUp(loss, stopping: shouldStop(), stopwatch) }
      }
      let isMeasured = measurements.isDue(at: step + 1)
      let norms = isMeasured && world.isLeader ? try method.norms() : nil
      try stopwatch.time(.update) {
        try method.beforeStep(at: position)
        try optimizer.step(rates)
        try noGrad { () throws(TorchError) in try method.afterStep(output, at: position) }
      }
      step += 1

      let isEndOfEpoch = step.isMultiple(of: configuration.stepsPerEpoch)
      let isLast = step == total
      let isCompared = measurements.areSimilaritiesDue(at: step)
      if isMeasured, world.size > 1, method.lossIsMeanOfSamples { output = try world.gathering(output) }
      try journal?.note(step: step, epoch: batch.epoch, loss: loss, learningRate: rates.learning)
      if isMeasured || isCompared || isEndOfEpoch || isLast {
        let verdict = try world.decided {
          var isSettled = false
          var verdict = try judge { () throws -> TrainingProgress? in
            guard let journal else { return nil }
            if let norms { try journal.note(EmbeddingStatistics(output.embeddings), norms: norms) }
            // The others wait at the next thing that they do together.
            method.join(.alone)
            if isEndOfEpoch || isLast {
              try measurements.note(in: journal, afterEpoch: batch.epoch, of: method, encoder, at: position)
            }
            if isCompared { isSettled = try measurements.noteSimilarities(in: journal, after: step, encoder) }
            method.join(world)
            let progress = try journal.flush()
            if let progress { try report(progress) }
            return progress
          }
          if let fitting = timekeeper?.stepsInTime(after: step, of: total) {
            verdict.shorter = .init(totalSteps: fitting, reason: .late)
          } else if isSettled, !isShortened, let enough = settledSteps {
            verdict.shorter = .init(totalSteps: enough, reason: .settled)
          }
          return verdict
        }
        if let divergence = verdict.divergence {
          throw Failure.diverged(
            step: divergence.step, learningRate: divergence.learningRate, precision: configuration.precision)
        }
        if let alarm = verdict.alarm, configuration.ends(by: alarm) {
          if alarm.kind == .overfitting { try save(journal, loader) }
          return .stopped(alarm)
        }
        if let shorter = verdict.shorter {
          try shorten(to: shorter.totalSteps, because: shorter.reason)
          (total, timekeeper) = (shorter.totalSteps, nil)
          measurements.configuration = configuration
          journal?.configuration = configuration
        }
        if isLast || step.isMultiple(of: max(Self.stepsBetweenChecks, configuration.stepsPerEpoch)) {
          try world.checkAgreement(on: method, after: step)
        }
      }
      // Where epochs are short, checkpoints wait until they take no more than a hundredth of the time.
      let age = lastCheckpoint.duration(to: .now)
      let isReturnPoint = returnPoints?.contains(step) == true
      if isLast || isReturnPoint || age > .seconds(240) || isEndOfEpoch && age >= savingTime * 100 {
        savingTime = try ContinuousClock().measure { try save(journal, loader) }
        lastCheckpoint = .now
      }
      stopwatch.stepIsDone()
    }
    try collectSkipped(journal, loader)
    try note(stopwatch)
    return .finished
  }

  /// Processes compare their weights at least so far apart.
  private static let stepsBetweenChecks = 100

  /// What process 0 found at a step.
  private struct Verdict: Codable {
    struct Divergence: Codable {
      let step: Int
      let learningRate: Double
    }
    struct Shorter: Codable {
      let totalSteps: Int
      let reason: Schedule.Shortening.Reason
    }
    var alarm: Alarm?
    var divergence: Divergence?
    /// To how many steps the run is shortened, and why.
    var shorter: Shorter?
  }

  private func judge(_ find: () throws -> TrainingProgress?) throws -> Verdict {
    do {
      return Verdict(alarm: try find()?.alarm)
    } catch Failure.diverged(let step, let rate, _) {
      return Verdict(divergence: .init(step: step, learningRate: rate))
    }
  }

  /// The samples that any process could not read.
  private func collectSkipped(_ journal: Journal?, _ loader: Loader) throws {
    skipped = try world.union(of: loader.skipped)
    try journal?.synchronize(skipped: skipped)
  }

  private var isShortened: Bool { configuration.schedule.shortening != nil }

  /// How many steps in all a run has whose representation has settled by now; nil where that is too soon, or saves too little.
  private var settledSteps: Int? {
    SettlingWatch.steps(settledAfter: step, of: configuration.schedule.totalSteps)
  }

  private func shorten(to total: Int, because reason: Schedule.Shortening.Reason) throws {
    var schedule = configuration.schedule
    schedule.shorten(after: step, to: total, because: reason)
    try record(schedule)
  }

  /// Process 0 does.
  private func save(_ journal: Journal?, _ loader: Loader) throws {
    guard let journal else { return }
    // The lines of all steps before the checkpoint, else going on from it would leave a gap.
    try journal.flush()
    try journal.synchronize(skipped: loader.skipped)
    try Checkpoint.write(
      step: step, method: method, optimizer: optimizer, heldOutLoss: journal.heldOutLoss(after: step),
      returnPoints: returnPoints, in: folder)
  }
}
