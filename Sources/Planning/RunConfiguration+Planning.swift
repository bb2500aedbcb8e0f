import Learning
import Optimizers
import Samples
import Settings
import Training

extension RunConfiguration {
  /// Steps of so many epochs; the most that a schedule may have where they are more than that.
  func steps(epochs: Int) -> Int {
    let (product, overflow) = stepsPerEpoch.multipliedReportingOverflow(by: epochs)
    return overflow ? Schedule.mostSteps : min(product, Schedule.mostSteps)
  }

  /// - Throws: `Refusal` if a batch of this size has nothing to compare, or is more than there are samples.
  static func checkBatch(_ size: Int, sampleCount: Int) throws(Refusal) {
    guard size >= 2 else {
      throw Refusal("batch-size", size, "must be at least 2: a sample is compared with others")
    }
    guard size <= sampleCount else {
      throw Refusal(
        "batch-size", size, "is more than the \(sampleCount) samples to train on; choose at most that")
    }
  }

  /// Fixes how long the run is: `steps`, or as many as are measured to fit into the time, whichever is less.
  ///
  /// - Parameter longest: seconds that measuring may take.
  mutating func fix(steps: Int?, within limit: TimeLimit?, proposal: Proposal, measuringFor longest: Double = 20) throws
  {
    var total = steps ?? Schedule.mostSteps
    if let limit {
      let cost = try measureStep(
        of: proposal.data, training: proposal.training, within: min(longest, limit.seconds * 0.04))
      total = min(total, cost.steps(in: limit.left, perEpoch: stepsPerEpoch))
    }
    schedule = schedule.spanning(total)
  }
}

/// The time that a run may take; measuring how many steps fit is part of it.
struct TimeLimit {
  let seconds: Double
  private let start = ContinuousClock.now

  init(seconds: Double) { self.seconds = seconds }

  var end: ContinuousClock.Instant { start + .seconds(seconds) }

  var left: Double { seconds - start.duration(to: .now) / .seconds(1) }
}

extension MemoryEstimate {
  /// Counts the tensors of small steps of this run, and asks the data for the rest.
  init(of run: RunConfiguration, data: any SampleCollection, training indices: [Int]) throws {
    let layouts = try data.trainingLayouts(run.viewPlan, of: indices, seed: run.seed)
    let isHost = run.device == .cpu
    let counted = try run.measureMemory(of: layouts)
    self.init(
      step: isHost ? counted.scaled(by: Self.residentPerTensorByte) : counted,
      viewBytes: layouts.reduce(0) { $0 + $1.byteCount },
      // Two are made ahead and one is in use; a device holds a copy of the last, which the step counts.
      batchesInMemory: isHost ? 3 : 0, keptBytes: isHost ? data.samplesInMemory(of: indices).byteCount : 0)
  }
}
