import ArgumentParsing
import Swiftlet

/// How long a run trains, and in which steps.
struct TrainingOptions: ParsableArguments {
  @Option(help: "Passes over the data. If --minutes is given too, the run ends with whichever is reached first.")
  var epochs: Int?

  @Option(
    help:
      "About how long to train. The number of steps that fits is measured first; a run that would be late by more than a tenth, because other programs slow the machine down, is shortened once."
  )
  var minutes: Double?

  @Option(help: "Batch size: samples per step. Default: the preset's, less for few samples or steps.")
  var batchSize: Int?

  @Option(
    help: "Samples that pass through the network at a time; the loss sees the whole batch. Default: all that fit.")
  var microBatch: Int?

  @Option(help: "The optimiser. Default: the preset's.")
  var optimizer: OptimizerConfiguration.Name?

  @Option(help: "Peak learning rate. Default: the preset's, scaled with the batch, less for few steps.")
  var learningRate: Double?

  @Option(help: "Weight decay: how strongly weights are pulled to zero. Default: the preset's.")
  var weightDecay: Double?

  @Option(
    help: "Learning rate of each block as a part of the next block's, as for published weights. Default: the preset's.")
  var layerDecay: Double?

  @Option(help: "Seed of everything random. Default: 0.")
  var seed: UInt64?

  func validate() throws {
    try requireValue(epochs, in: 1...1_000_000, "--epochs")
    try requireMinutes(minutes)
    try requireBatchSize(batchSize)
    try require(
      microBatch.map { $0 >= 2 } ?? true,
      "--micro-batch \(microBatch ?? 0) must be at least 2: batch normalisation needs others")
    try require(
      learningRate.map { $0 > 0 && $0 <= 1000 } ?? true,
      "--learning-rate \(plain(learningRate ?? 0)) must be above 0 and at most 1000")
    try requireValue(weightDecay, in: 0...10, "--weight-decay")
    try require(
      layerDecay.map { $0 > 0 && $0 <= 1 } ?? true,
      "--layer-decay \(plain(layerDecay ?? 0)) must be above 0 and at most 1")
  }

  func apply(to request: inout RunRequest) {
    request.epochs = epochs
    request.minutes = minutes
    request.batchSize = batchSize
    request.microBatch = microBatch
    request.optimizer = optimizer
    request.learningRate = learningRate
    request.weightDecay = weightDecay
    request.layerDecay = layerDecay
    request.seed = seed
  }
}

extension OptimizerConfiguration.Name: ExpressibleByArgument {}
