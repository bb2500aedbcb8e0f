import Backbones
import Foundation
import Learning
import Measures
import Optimizers
import Samples
import Settings
import Torch

// What a record computes: its model, the order of its batches, and one step. `RunConfiguration` itself, in `Learning`, is
// only the record.
extension RunConfiguration {
  /// The device of the run.
  ///
  /// - Throws: `Pretraining.Failure.deviceAbsent` where this machine lacks it.
  func presentDevice() throws(Pretraining.Failure) -> Device {
    guard device.isPresent else { throw .deviceAbsent("\(device)") }
    return torchDevice
  }

  /// The method as it is before the first step of a run, and its optimiser.
  func buildModel(beginningIn folder: RunFolder) throws -> (any Method, any Optimizer) {
    let isRandom = beginsWith == nil && !backbone.settings.beginsWithData
    return try buildModel(beginningWith: isRandom ? nil : Safetensors.read(folder.initial))
  }

  /// The method as initialised by the seed, its network perhaps with other weights, and its optimiser.
  func buildModel(beginningWith state: [String: Tensor]? = nil) throws(TorchError) -> (any Method, any Optimizer) {
    try Runtime.seed(seed)
    let method = try method.build(on: backbone)
    if let state { try method.begin(with: state) }
    try method.move(to: torchDevice)
    let shares = optimizer.layerDecay.map(method.rateShares) ?? [:]
    return (
      method,
      try optimizer.build(method.trainedParameters, atPeakRate: method.parametersAtPeakRate, rateShares: shares)
    )
  }

  /// - Parameter world: whose other processes take the rest of each batch.
  func loader(
    of source: any ViewSource, sampleCount: Int, steps: Range<Int>, in world: World = .alone
  ) -> Loader {
    let whole = order(of: source, sampleCount: sampleCount)
    let order = world.size == 1 ? whole : BatchPart(of: whole) { world.part(of: $0) }
    return Loader(source: source, order: order, batches: steps, threads: loaderThreads)
  }

  /// Samples of like length stand together where the data say how long each is, and those that are too much alike apart.
  private func order(of source: any ViewSource, sampleCount: Int) -> any BatchOrder {
    if let alike = source.alike, alike.count == sampleCount {
      return ApartOrder(alike: alike, batchSize: batchSize, seed: seed)
    }
    guard let lengths = source.lengths, lengths.count == sampleCount else {
      return EpochOrder(sampleCount: sampleCount, batchSize: batchSize, seed: seed)
    }
    return LengthOrder(lengths: lengths, batchSize: batchSize, seed: seed)
  }

  func rates(at step: Int) -> StepRates {
    StepRates(
      learning: schedule.learningRate(at: step), peak: schedule.peak,
      weightDecay: optimizer.weightDecay(at: position(at: step).progress))
  }

  func position(at step: Int) -> RunPosition {
    RunPosition(
      step: step, totalSteps: schedule.totalSteps, stepsPerEpoch: stepsPerEpoch, progress: schedule.progress(at: step))
  }

  /// What the tensor generators start from at a step, and for each of its micro-batches.
  func seed(at step: Int, part: Int = 0) -> UInt64 {
    seed &+ UInt64(step) &+ UInt64(part) &* 0x9E37_79B9_7F4A_7C15
  }

  /// One pass forward and backward, in micro-batches where the run has them; the gradients of the pass before go once the
  /// loss is there.
  ///
  /// - Parameters:
  ///   - views: of this process's samples.
  ///   - world: whose processes have the others. Gradients are this process's part of those of the whole batch.
  /// - Returns: the output of the whole batch (of this process's samples if the method's loss is a mean over samples), and
  ///   the loss: of the whole batch, or this process's part of it.
  func computeGradients(
    of method: any Method, _ views: [ViewBatch], at position: RunPosition, in world: World = .alone,
    _ stopwatch: Stopwatch? = nil
  ) throws(TorchError) -> (output: MethodOutput, loss: Tensor) {
    let parts = parts(of: views[0].count, in: world)
    if world.size > 1 {
      let share = World.Share(total: batchSize, rows: world.part(of: batchSize))
      world.begin(share, passesWhole: parts == 1, seed: seed(at: position.step))
    }
    if parts > 1 {
      return try GradientCache(self, parts: parts, count: views[0].count, in: world).computeGradients(
        of: method, views, at: position, stopwatch)
    }
    let output = try stopwatch.time(.forward) { () throws(TorchError) in try forward(method, views, at: position) }
    if world.size > 1 {
      return try SharedLoss(world).computeGradients(of: method, output, at: position, stopwatch)
    }
    let loss = try stopwatch.time(.loss) { () throws(TorchError) in try method.loss(output, at: position) }
    try method.clearGradients()
    try stopwatch.time(.backward) { () throws(TorchError) in try loss.backward() }
    return (output, loss)
  }

  /// In how many parts the samples of a process pass: as many in all processes, for their statistics are taken together.
  private func parts(of count: Int, in world: World) -> Int {
    let most = world.size == 1 ? count : (batchSize + world.size - 1) / world.size
    guard let size = microBatchSize, size < most else { return 1 }
    return min((most + size - 1) / size, count)
  }

  /// A forward pass for a measurement, in micro-batches if the run has them.
  func forwardInParts(_ method: any Method, _ views: [ViewBatch], at position: RunPosition) throws(TorchError)
    -> MethodOutput
  {
    let count = views[0].count
    guard let size = microBatchSize, size < count else { return try forward(method, views, at: position) }
    // Every measurement draws the same, whatever its step.
    return try GradientCache(self, parts: (count + size - 1) / size, count: count).forward(
      method, views, at: position, seededAt: 0)
  }

  func forward(_ method: any Method, _ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput
  {
    try autocast(to: precision.dtype, on: torchDevice) { () throws(TorchError) in
      try method.forward(views, at: position)
    }
  }
}
