import Settings

extension RunRequest: Validated {
  /// The ranges of the command line, and its names. Sides of patches are the affair of the pictures that they divide.
  public func validate() throws(SettingError) {
    try validateTraining()
    try validateMachine()
    if let imageSize { try check(imageSize, in: 8...2048, "image-size") }
    if let localCrops { try check(localCrops, in: 0...64, "local-crops") }
    if let temperature { try check(temperature, in: 0.001...100, "temperature") }
    if let width { try check(width, in: 4...1024, "width") }
    if let layers { try check(layers, in: 1...64, "layers") }
    if let holdOut { try check(holdOut, in: 0...0.5, "hold-out") }
    if let patience { try check(patience, in: 1...1000, "patience") }
  }

  private func validateTraining() throws(SettingError) {
    if let epochs { try check(epochs, in: 1...1_000_000, "epochs") }
    if let minutes { try check(minutes, above: 0, through: 1_000_000, "minutes") }
    if let batchSize { try check(batchSize, in: 2...16_777_216, "batch-size") }
    if let microBatch { try check(microBatch, in: 2...16_777_216, "micro-batch") }
    if let learningRate { try check(learningRate, above: 0, through: 1000, "learning-rate") }
    if let weightDecay { try check(weightDecay, in: 0...10, "weight-decay") }
  }

  private func validateMachine() throws(SettingError) {
    if let computeThreads { try check(computeThreads, in: 1...1024, "threads") }
    if let loaderThreads { try check(loaderThreads, in: 1...256, "loader-threads") }
    if let maxPixels { try check(maxPixels, in: 1...1_000_000_000_000, "max-pixels") }
    if let memory { try check(memory, in: 0...Int.max, "memory") }
  }
}
