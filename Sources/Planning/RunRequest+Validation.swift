import Learning
import Settings

extension RunRequest: Validated {
  /// The same ranges as on the command line. The catalogue knows those of `options`.
  public func validate() throws(SettingError) {
    try validateTraining()
    try validateMachine()
    if let holdOut { try check(holdOut, in: 0...0.5, "hold-out") }
    if case .measurements(let count) = patience { try check(count, in: 1...1000, "patience") }
  }

  private func validateTraining() throws(SettingError) {
    if let epochs { try check(epochs, in: 1...1_000_000, "epochs") }
    if let minutes { try check(minutes, above: 0, through: 1_000_000, "minutes") }
    if let batchSize { try check(batchSize, in: 2...16_777_216, "batch-size") }
    if let microBatch { try check(microBatch, in: 2...16_777_216, "micro-batch") }
    if let learningRate { try check(learningRate, above: 0, through: 1000, "learning-rate") }
    if let weightDecay { try check(weightDecay, in: 0...10, "weight-decay") }
    if let layerDecay { try check(layerDecay, above: 0, through: 1, "layer-decay") }
  }

  private func validateMachine() throws(SettingError) {
    if let computeThreads { try check(computeThreads, in: 1...1024, "threads") }
    if let loaderThreads { try check(loaderThreads, in: 1...256, "loader-threads") }
    if let memory { try check(memory, in: 0...Int.max, "memory") }
  }
}
