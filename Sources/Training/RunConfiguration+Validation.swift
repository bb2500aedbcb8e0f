import Backbones
import Learning
import Optimizers
import Settings

extension RunConfiguration: Validated {
  public func validate() throws(SettingError) {
    try Settings.validate(data, under: "data")
    try Settings.validate(backbone, under: "backbone")
    try Settings.validate(method, under: "method")
    do {
      try method.validate(on: backbone)
    } catch {
      throw error.under("method")
    }
    try Settings.validate(optimizer, under: "optimizer")
    try Settings.validate(schedule, under: "schedule")
    try check(batchSize, in: 2...16_777_216, "batchSize")
    if let microBatchSize { try check(microBatchSize, in: 1...16_777_216, "microBatchSize") }
    try check(stepsPerEpoch, in: 1...1_000_000_000, "stepsPerEpoch")
    try check(computeThreads, in: 1...1024, "computeThreads")
    try check(loaderThreads, in: 1...256, "loaderThreads")
    try check(logInterval, in: 1...1_000_000, "logInterval")
    try check(heldOutCount, in: 0...1_000_000_000, "heldOutCount")
    if let processes { try check(processes, in: 1...batchSize, "processes") }
    if case .measurements(let count) = patience { try check(count, in: 1...1_000_000, "patience") }
    try validateInputs()
  }

  /// The network takes what the data give.
  private func validateInputs() throws(SettingError) {
    guard let sample = data.settings.sampleShapes else { return }
    do {
      try backbone.settings.validate(sample: sample)
    } catch {
      throw error.under("backbone.numbers")
    }
  }

  /// Also checks what only the samples and checkpoints show.
  ///
  /// - Parameters:
  ///   - sampleCount: of those to train on.
  ///   - step: the number of steps that are done.
  func validate(sampleCount: Int, step: Int = 0) throws(SettingError) {
    guard batchSize <= sampleCount else {
      throw SettingError("batchSize", batchSize, expected: "at most the number of samples to train on, \(sampleCount)")
    }
    guard step <= schedule.totalSteps else {
      throw SettingError(
        "schedule.totalSteps", schedule.totalSteps, expected: "at least the \(step) steps that the run has made")
    }
  }
}
