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
  /// Newer checkpoints that could not be used when the run went on.
  public private(set) var damaged: [Checkpoint.Damage] = []

  private let data: any SampleCollection
  private let indices: [Int]
  private let method: any Method
  private let optimizer: any Optimizer
  private let device: Device

  public enum Failure: Error, Sendable, CustomStringConvertible {
    /// The loss is not a number any more.
    case diverged(step: Int, learningRate: Double)
    /// The disk is full, or not to be written on; `kept` is the step of the newest checkpoint.
    case unwritable(run: String, problem: String, step: Int, kept: Int?)
    case deviceAbsent(String)
    /// The schedule of a run is what its first step was made with.
    case scheduleIsFixed(step: Int, totalSteps: Int)

    public var description: String {
      switch self {
      case .diverged(let step, let rate):
        "the loss stopped being a number at step \(step) with the learning rate \(rate): "
          + "try a lower one (--learning-rate), or --precision float32; the checkpoints before it are kept"
      case .unwritable(let run, let problem, let step, let kept):
        "\(problem); the run stops at step \(step), "
          + (kept.map { "the checkpoint after step \($0) is kept" } ?? "before its first checkpoint")
          + "; when that is mended, go on with: swiftlet resume \(run)"
      case .deviceAbsent(let device):
        "the run computes on \(device), and this machine, or its libtorch, has none; use it on a machine that has"
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
    if let found = try Checkpoint.loadLatest(of: folder, into: method, optimizer) {
      (step, damaged) = found
    }
  }

  private init(
    _ data: any SampleCollection, indices: [Int], configuration: RunConfiguration, folder: RunFolder
  ) throws {
    self.data = data
    self.indices = indices
    self.configuration = configuration
    self.folder = folder
    device = try configuration.presentDevice()
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
  /// - Throws: `Failure.unwritable` where the disk is full: what the newest checkpoint holds is safe.
  @discardableResult
  public func train(
    report: (TrainingProgress) throws -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Outcome {
    do {
      return try takeSteps(shouldStop: shouldStop, report: report)
    } catch RunFolder.Failure.unwritable(let path, let reason) {
      throw unwritable("\(RunFolder.Failure.unwritable(path: path, reason: reason))")
    } catch let failure as Safetensors.Failure {
      throw unwritable("\(failure)")
    }
  }

  private func unwritable(_ problem: String) -> Failure {
    .unwritable(run: folder.path, problem: problem, step: step, kept: Checkpoint.all(in: folder).first?.step)
  }

  private func takeSteps(shouldStop: () -> Bool, report: (TrainingProgress) throws -> Void) throws -> Outcome {
    let total = configuration.schedule.totalSteps
    let journal = try Journal(configuration: configuration, folder: folder, step: step)
    let neighbours = OnlineNeighbours(
      data: data, indices: indices, samplesPerEpoch: configuration.stepsPerEpoch * configuration.batchSize)
    let source = try data.trainingViews(method.viewPlan, of: indices, seed: configuration.seed)
    let loader = configuration.loader(of: source, sampleCount: indices.count, steps: step..<total)
    defer { skipped = loader.skipped }
    var lastCheckpoint = ContinuousClock.now
    var savingTime = Duration.zero

    while let batch = try loader.next() {
      if shouldStop() {
        try save(journal, loader)
        return .interrupted
      }
      try Runtime.seed(configuration.seed &+ UInt64(step))
      let rates = configuration.rates(at: step)
      let moment = configuration.moment(at: step)
      let (output, loss) = try configuration.computeGradients(of: method, batch.views(on: device), at: moment)
      try method.beforeStep(at: moment)
      try optimizer.step(rates)
      try noGrad { () throws(TorchError) in try method.afterStep(output, at: moment) }
      step += 1

      let isEndOfEpoch = step.isMultiple(of: configuration.stepsPerEpoch)
      let isLast = step == total
      try journal.note(step: step, epoch: batch.epoch, loss: loss, learningRate: rates.learning)
      if step == 1 || step.isMultiple(of: configuration.logInterval) || isLast {
        try journal.note(EmbeddingStatistics(output.embeddings))
      }
      if let neighbours, isEndOfEpoch || isLast, neighbours.isDue(afterEpoch: batch.epoch, isLast: isLast) {
        try journal.note(kNNAccuracy: neighbours.accuracy(of: encoder))
      }
      if journal.isDue || isEndOfEpoch || isLast, let progress = try journal.flush() { try report(progress) }
      // Where epochs are short, checkpoints wait until they take no more than a twentieth of the time.
      let age = lastCheckpoint.duration(to: .now)
      if isLast || age > .seconds(240) || isEndOfEpoch && age >= savingTime * 20 {
        savingTime = try ContinuousClock().measure { try save(journal, loader) }
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
  /// The device of the run.
  ///
  /// - Throws: `Pretraining.Failure.deviceAbsent` where this machine lacks it.
  func presentDevice() throws(Pretraining.Failure) -> Device {
    guard device.isPresent else { throw .deviceAbsent("\(device)") }
    return torchDevice
  }

  /// The method as initialised by the seed, and its optimiser.
  func buildModel() throws(TorchError) -> (any Method, any Optimizer) {
    try Runtime.seed(seed)
    let method = try method.build(on: backbone)
    try method.move(to: torchDevice)
    return (method, try optimizer.build(method.trainedParameters, atPeakRate: method.parametersAtPeakRate))
  }

  func loader(of source: any ViewSource, sampleCount: Int, steps: Range<Int>) -> Loader {
    Loader(
      source: source, order: EpochOrder(sampleCount: sampleCount, batchSize: batchSize, seed: seed), batches: steps,
      threads: loaderThreads)
  }

  func rates(at step: Int) -> StepRates {
    StepRates(
      learning: schedule.learningRate(at: step), peak: schedule.peak,
      weightDecay: optimizer.weightDecay(at: moment(at: step).progress))
  }

  func moment(at step: Int) -> Moment {
    Moment(step: step, totalSteps: schedule.totalSteps, stepsPerEpoch: stepsPerEpoch)
  }

  /// One pass forward and backward; the gradients of the pass before go once the loss is there.
  func computeGradients(
    of method: any Method, _ views: [Tensor], at moment: Moment
  ) throws(TorchError) -> (output: MethodOutput, loss: Tensor) {
    let output = try autocast(to: precision.dtype, on: torchDevice) { () throws(TorchError) in
      try method.forward(views, at: moment)
    }
    let loss = try method.loss(output, at: moment)
    try method.clearGradients()
    try loss.backward()
    return (output, loss)
  }
}
