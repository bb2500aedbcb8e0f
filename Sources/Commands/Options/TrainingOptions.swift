import ArgumentParsing
import Swiftlet

/// How long, and in which steps.
struct TrainingOptions: ParsableArguments {
  @Option(help: "Passes over the data. With --minutes, whichever ends first.")
  var epochs: Int?

  @Option(help: "Time to train; the number of steps that fits is measured first and then fixed.")
  var minutes: Double?

  @Option(help: "Samples a step. Default: the preset's, less for few samples or steps.")
  var batchSize: Int?

  @Option(help: "Samples that pass the network at a time; the loss sees the whole batch. Default: all that fit.")
  var microBatch: Int?

  @Option(help: "What makes the steps. Default: the preset's.")
  var optimizer: OptimizerConfiguration.Name?

  @Option(help: "Peak learning rate. Default: the preset's, scaled with the batch, less for few steps.")
  var learningRate: Double?

  @Option(help: "How strongly weights are drawn to zero. Default: the preset's.")
  var weightDecay: Double?

  @Option(help: "Everything random follows from it. Default: 0.")
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
  }

  func apply(to request: inout RunRequest) {
    request.epochs = epochs
    request.minutes = minutes
    request.batchSize = batchSize
    request.microBatch = microBatch
    request.optimizer = optimizer
    request.learningRate = learningRate
    request.weightDecay = weightDecay
    request.seed = seed
  }
}

extension OptimizerConfiguration.Name: ExpressibleByArgument {}
