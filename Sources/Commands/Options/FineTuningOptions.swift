import ArgumentParsing
import Swiftlet

/// How the network learns from labels.
struct FineTuningOptions: ParsableArguments {
  @Option(help: "The most passes over the labels. Default: by the kind of data and the number of labels.")
  var epochs: Int?

  @Option(help: "Stop when the validation loss has not fallen for this many epochs. Default: by --epochs.")
  var patience: Int?

  @Option(help: "Learning rate of the head. Default: chosen from --learning-rates.")
  var learningRate: Double?

  @Option(
    help: "Learning rate of each block as a part of the next block's; 1 for the same. Default: by the kind of data.")
  var layerDecay: Double?

  @Option(help: "Batch size: samples per step. Default: by the kind of data.")
  var batchSize: Int?

  @Option(help: "Weight decay: how strongly weights are pulled to zero. Default: by the kind of data.")
  var weightDecay: Double?

  @Option(help: "Part of each target that is spread over all classes. Default: by the kind of data.")
  var labelSmoothing: Double?

  @Option(help: "How much samples are mixed in pairs: α from 0 to 1. Default: by the kind of data.")
  var mixUp: Double?

  @Option(help: "Part of residual branches that training drops. Default: 0.1 for transformers, else 0.")
  var dropPath: Double?

  @Option(
    help:
      "How much a class counts; auto: by the root of how rare it is, where one is more than three times as frequent as another."
  )
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
