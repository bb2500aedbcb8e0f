import Datasets
import Methods
import Training

extension RunConfiguration {
  /// Steps of so many epochs; the largest number there is where they are more than that.
  func steps(epochs: Int) -> Int {
    let (product, overflow) = stepsPerEpoch.multipliedReportingOverflow(by: epochs)
    return overflow ? .max : product
  }

  func checkBatch(sampleCount: Int) throws(RunRequest.Refusal) {
    guard batchSize <= sampleCount else {
      throw RunRequest.Refusal(
        "--batch-size \(batchSize) is more than the \(sampleCount) samples to train on; choose at most that")
    }
  }

  /// Fixes how long the run is: `steps`, or as many as fit into `minutes`, whichever is less.
  mutating func fix(steps: Int?, minutes: Double?, proposal: Proposal, measuring: () -> Void) throws {
    var total = steps ?? .max
    if let minutes {
      measuring()
      let started = ContinuousClock.now
      let cost = try measureStep(
        of: proposal.data, training: proposal.training, within: min(20, minutes * 60 * 0.04))
      let spent = started.duration(to: .now) / .seconds(1)
      total = min(total, cost.steps(in: minutes * 60 - spent, perEpoch: stepsPerEpoch))
    }
    schedule.totalSteps = total
  }
}

extension MemoryEstimate {
  /// Counts the tensors of small steps of this run, and asks the data for the rest.
  init(of run: RunConfiguration, data: any SampleCollection, training indices: [Int]) throws {
    let layouts = try data.trainingViews(run.method.viewPlan, of: indices, seed: run.seed).layouts
    let isHost = run.device == .cpu
    let counted = try run.measureMemory(of: layouts)
    self.init(
      step: isHost ? counted.scaled(by: Self.residentPerTensorByte) : counted,
      viewBytes: layouts.reduce(0) { $0 + $1.byteCount },
      // Two are made ahead and one is in use; a device holds a copy of the last, which the step counts.
      batchesInMemory: isHost ? 3 : 0, keptBytes: isHost ? data.samplesInMemory(of: indices).byteCount : 0)
  }
}
