import ArgumentParsing
import Swiftlet

/// How labels are learned.
struct FineTuningOptions: ParsableArguments {
  @Option(help: "At most so many passes over the labels. Default: 200 of a table; of pictures by the number of labels.")
  var epochs: Int?

  @Option(help: "Stop when the validation loss has not fallen for so many epochs. Default: by the epochs.")
  var patience: Int?

  @Option(help: "Learning rate of the head. Default: 0.001.")
  var learningRate: Double?

  @Option(help: "Learning rate of each block as a part of that of the next. Default: 0.75 of pictures, 1 of a table.")
  var layerDecay: Double?

  @Option(help: "Samples a step. Default: 64 of pictures, 128 of a table.")
  var batchSize: Int?

  @Option(help: "How strongly weights are drawn to zero. Default: 0.05 of pictures, 0 of a table.")
  var weightDecay: Double?

  @Option(help: "Part of each target that is spread over all classes. Default: 0.1 of pictures, 0 of a table.")
  var labelSmoothing: Double?

  @Option(help: "How much samples are mixed in pairs: α from 0 to 1. Default: 0.2 of pictures, 0 of a table.")
  var mixUp: Double?

  @Option(help: "Part of residual branches that training drops. Default: 0.1 of transformers, else 0.")
  var dropPath: Double?

  @Option(help: "How much a class counts; auto: balanced where one is more than three times as frequent as another.")
  var classWeights: FineTuning.ClassWeights = .auto

  func validate() throws {
    try requireValue(epochs, in: 1...100_000, "--epochs")
    try requireValue(patience, in: 1...100_000, "--patience")
    try require(
      learningRate.map { $0 > 0 && $0 <= 10 } ?? true,
      "--learning-rate \(plain(learningRate ?? 0)) must be above 0 and at most 10")
    try require(
      layerDecay.map { $0 > 0 && $0 <= 1 } ?? true,
      "--layer-decay \(plain(layerDecay ?? 0)) must be above 0 and at most 1")
    try requireValue(batchSize, in: 2...100_000, "--batch-size")
    try requireValue(weightDecay, in: 0...10, "--weight-decay")
    try requireValue(labelSmoothing, in: 0...0.9, "--label-smoothing")
    try requireValue(mixUp, in: 0...1, "--mix-up")
    try requireValue(dropPath, in: 0...0.9, "--drop-path")
  }

  func apply(to tuning: inout FineTuning) {
    if let epochs {
      tuning.epochs = epochs
      tuning.patience = min(tuning.patience, max(10, epochs / 4))
    }
    if let patience { tuning.patience = patience }
    if let learningRate { tuning.learningRate = learningRate }
    if let layerDecay { tuning.layerDecay = layerDecay }
    if let batchSize { tuning.batchSize = batchSize }
    if let weightDecay { tuning.weightDecay = weightDecay }
    if let labelSmoothing { tuning.labelSmoothing = labelSmoothing }
    if let mixUp { tuning.mixUp = mixUp }
    if let dropPath { tuning.dropPath = dropPath }
    tuning.classWeights = classWeights
  }
}

extension FineTuning.ClassWeights: ExpressibleByArgument {}
