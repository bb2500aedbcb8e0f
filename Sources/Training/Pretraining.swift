import Datasets
import Foundation
import Measures
import Methods
import Torch

/// Learning a representation from data without labels.
///
///     let photos = try ImageFolder("photos")
///     let run = try Pretraining(of: photos, method: .simCLR(temperature: 0.2), in: "runs/first")
///     try run.train(epochs: 100) { step in print(step.loss) }
///     let vectors = try run.encoder.embeddings(of: photos)
///
/// All tensor calls happen on the thread that calls `train`.
public final class Pretraining {
  public private(set) var configuration: RunConfiguration
  public let folder: RunFolder
  /// The number of steps that are done.
  public private(set) var step: Int
  public private(set) var skipped: [SampleError] = []

  private let data: any SampleCollection
  private let indices: [Int]
  private let method: any Method
  private let optimizer: any Optimizer
  private let device: Device

  public enum Failure: Error, Sendable, CustomStringConvertible {
    /// The loss is not a number any more.
    case diverged(step: Int, learningRate: Double)
    /// The schedule of a run is what its first step was made with.
    case scheduleIsFixed(step: Int, totalSteps: Int)

    public var description: String {
      switch self {
      case .diverged(let step, let rate):
        "the loss stopped being a number at step \(step) with the learning rate \(rate): "
          + "try a lower one (--learning-rate), or --precision float32; the checkpoints before it are kept"
      case .scheduleIsFixed(let step, let total):
        "the run has made \(step) of its \(total) steps, so that its length cannot be changed any more: train it to its "
          + "end, or start another"
      }
    }
  }

  /// Whether `train` came to the end of the schedule or was asked to stop before.
  public enum Outcome: Sendable {
    case finished
    case interrupted
  }

  /// Starts a new run: its folder exists when this returns.
  ///
  /// - Parameter indices: the samples to train on; the others are held out.
  public convenience init(
    of data: any SampleCollection, training indices: [Int], configuration: RunConfiguration, in folder: RunFolder
  ) throws {
    try folder.create(configuration, samples: data.listing(of: indices), skipped: data.skipped)
    try self.init(data, indices: indices, configuration: configuration, folder: folder)
  }

  /// Goes on with a run from its newest checkpoint, or from its beginning where it has none yet.
  ///
  /// - Parameter loaderThreads: other than recorded; results do not depend on it.
  public convenience init(resuming folder: RunFolder, loaderThreads: Int? = nil) throws {
    var (configuration, samples) = try folder.open()
    if let loaderThreads { configuration.loaderThreads = loaderThreads }
    let data = try configuration.data.open(samples)
    try self.init(data, indices: Array(data.names.indices), configuration: configuration, folder: folder)
    if let cursor = try Checkpoint.loadLatest(of: folder, into: method, optimizer) { step = cursor.step }
  }

  private init(
    _ data: any SampleCollection, indices: [Int], configuration: RunConfiguration, folder: RunFolder
  ) throws {
    self.data = data
    self.indices = indices
    self.configuration = configuration
    self.folder = folder
    device = configuration.torchDevice
    step = 0
    try configuration.useThreads()
    (method, optimizer) = try configuration.buildModel()
  }

  /// The backbone as it stands now.
  public var encoder: Encoder {
    Encoder(
      method.backbone, data: configuration.data, device: device, precision: configuration.precision,
      loaderThreads: configuration.loaderThreads)
  }

  public var parameterCount: Int { method.parameterCount }

  /// Gives a run that has not begun another schedule, and records it.
  ///
  /// - Throws: `Failure.scheduleIsFixed` after the first step, unless it is the schedule that the run has.
  public func setSchedule(_ schedule: Schedule) throws {
    guard schedule != configuration.schedule else { return }
    guard step == 0 else {
      throw Failure.scheduleIsFixed(step: step, totalSteps: configuration.schedule.totalSteps)
    }
    var changed = configuration
    changed.schedule = schedule
    try folder.record(changed)
    configuration = changed
  }

  /// Trains to the end of the schedule.
  ///
  /// - Parameters:
  ///   - report: called after the first step and at every log interval.
  ///   - shouldStop: asked before every step; true saves a checkpoint and returns.
  @discardableResult
  public func train(
    report: (TrainingProgress) throws -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Outcome {
    let total = configuration.schedule.totalSteps
    let journal = try Journal(configuration: configuration, folder: folder, step: step)
    let neighbours = OnlineNeighbours(
      data: data, indices: indices, samplesPerEpoch: configuration.stepsPerEpoch * configuration.batchSize)
    let loader = try configuration.loader(of: data, indices: indices, steps: step..<total)
    defer { skipped = loader.skipped }
    var lastCheckpoint = ContinuousClock.now

    while let batch = try loader.next() {
      if shouldStop() {
        try save(journal, loader)
        return .interrupted
      }
      try Runtime.seed(configuration.seed &+ UInt64(step))
      let learningRate = configuration.schedule.learningRate(at: step)
      let output = try autocast(to: configuration.precision.dtype, on: device) { () throws(TorchError) in
        try method.forward(batch.views(on: device))
      }
      let loss = try method.loss(output)
      try method.clearGradients()
      try loss.backward()
      try optimizer.step(learningRate: learningRate)
      step += 1

      let isEndOfEpoch = step.isMultiple(of: configuration.stepsPerEpoch)
      let isLast = step == total
      try journal.note(step: step, epoch: batch.epoch, loss: loss, learningRate: learningRate)
      if step == 1 || step.isMultiple(of: configuration.logInterval) || isLast {
        try journal.note(EmbeddingStatistics(output.embeddings))
      }
      if let neighbours, isEndOfEpoch || isLast, neighbours.isDue(afterEpoch: batch.epoch, isLast: isLast) {
        try journal.note(kNNAccuracy: neighbours.accuracy(of: encoder))
      }
      if journal.isDue || isEndOfEpoch || isLast, let progress = try journal.flush() { try report(progress) }
      if isEndOfEpoch || isLast || lastCheckpoint.duration(to: .now) > .seconds(240) {
        try save(journal, loader)
        lastCheckpoint = .now
      }
    }
    return .finished
  }

  private func save(_ journal: Journal, _ loader: Loader) throws {
    // The lines of all steps before the checkpoint, else going on from it would leave a gap.
    try journal.flush()
    try journal.synchronize(skipped: loader.skipped)
    try Checkpoint.write(step: step, method: method, optimizer: optimizer, in: folder)
  }
}

extension RunConfiguration {
  /// The method as initialised by the seed, and its optimiser.
  func buildModel() throws(TorchError) -> (any Method, any Optimizer) {
    try Runtime.seed(seed)
    let method = try method.build(on: backbone.build())
    try method.move(to: torchDevice)
    return (method, try optimizer.build(method.namedParameters))
  }

  func loader(
    of data: any SampleCollection, indices: [Int], steps: Range<Int>
  ) throws(DatasetError) -> Loader {
    Loader(
      source: try data.trainingViews(method.viewPlan, of: indices, seed: seed),
      order: EpochOrder(sampleCount: indices.count, batchSize: batchSize, seed: seed), batches: steps,
      threads: loaderThreads)
  }

  /// Seconds that one step takes here and now: a few are made on a model that is thrown away.
  public func measureStep(of data: any SampleCollection, training indices: [Int]) throws -> Double {
    try useThreads()
    let (method, optimizer) = try buildModel()
    let warmUp = 2
    let measured = 3
    let loader = try loader(of: data, indices: indices, steps: 0..<min(warmUp + measured, max(stepsPerEpoch, 1)))
    var seconds: [Double] = []
    let clock = ContinuousClock()
    while let batch = try loader.next() {
      let duration = try clock.measure {
        let output = try autocast(to: precision.dtype, on: torchDevice) { () throws(TorchError) in
          try method.forward(batch.views(on: torchDevice))
        }
        try method.loss(output).backward()
        try optimizer.step(learningRate: 0)
        try method.clearGradients()
        try torchDevice.synchronize()
      }
      seconds.append(duration / .seconds(1))
    }
    let steady = seconds.dropFirst(min(warmUp, seconds.count - 1)).sorted()
    return steady[steady.count / 2]
  }
}
