import Backbones
import Datasets
import Methods
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
    if let patience { try check(patience, in: 1...1_000_000, "patience") }
    try validateInputs()
  }

  /// The network takes what the data give.
  private func validateInputs() throws(SettingError) {
    switch (data, backbone) {
    case (.images(let images), .resNet(let network)):
      try require(network.inputChannels, is: images.channels, "backbone.resNet.inputChannels", "channels of a view")
    case (.images(let images), .viT(let network)):
      try require(network.inputChannels, is: images.channels, "backbone.viT.inputChannels", "channels of a view")
      guard images.imageSize.isMultiple(of: network.patchSize) else {
        throw SettingError(
          "data.images.imageSize", images.imageSize, expected: "a multiple of the patches' \(network.patchSize)")
      }
    case (.table(let table), .mlp(let network)):
      try require(network.inputs, is: table.width, "backbone.mlp.inputs", "inputs that the columns give")
    case (.images, .mlp), (.table, .resNet), (.table, .viT):
      throw SettingError("backbone", backbone.name, expected: "a network for \(data.kind)")
    }
  }

  private func require(_ value: Int, is expected: Int, _ name: String, _ what: String) throws(SettingError) {
    guard value == expected else { throw SettingError(name, value, expected: "\(expected), the \(what)") }
  }

  /// With what only the samples and checkpoints tell.
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
