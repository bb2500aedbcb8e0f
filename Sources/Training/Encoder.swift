import Backbones
import Foundation
import Layers
import Learning
import Samples
import Torch

/// A trained backbone as a function from samples to feature vectors.
public final class Encoder {
  public let backbone: any Backbone
  /// How samples become what the backbone takes; nil for one that no run made.
  public let data: DataConfiguration?
  public let device: Device
  public let precision: RunConfiguration.Precision
  public let loaderThreads: Int
  /// Newer checkpoints of the run that could not be used.
  package private(set) var damaged: [Checkpoint.Damage] = []
  /// The processes among which the batches of `forEachBatch` are divided.
  package private(set) var world = World.alone

  /// Divides batches among processes, which have the same network and make the same calls from now on.
  package func join(_ world: World) { self.world = world }

  public init(
    _ backbone: any Backbone, data: DataConfiguration? = nil, device: Device = .cpu,
    precision: RunConfiguration.Precision = .float32, loaderThreads: Int = 1
  ) {
    self.backbone = backbone
    self.data = data
    self.device = device
    self.precision = precision
    self.loaderThreads = loaderThreads
  }

  /// The backbone of a run, from the checkpoint that stands for it or as it was fine-tuned, or as it was initialised where
  /// `isTrained` is false.
  ///
  /// - Parameters:
  ///   - dropPath: how much of its residual branches further training drops.
  ///   - seed: of an initialisation other than the run's own.
  public convenience init(
    of run: RunFolder, isTrained: Bool = true, dropPath: Double? = nil, seed: UInt64? = nil
  ) throws {
    let (configuration, _) = try run.open()
    try configuration.useThreads()
    let method = try Runtime.seeded(seed ?? configuration.seed) {
      try configuration.method.build(on: configuration.backbone)
    }
    var damaged: [Checkpoint.Damage] = []
    if isTrained, run.isFineTuned {
      if run.checkpoint == .best { throw RunFolder.Failure.noBestCheckpoint(path: run.path) }
      try method.backbone.load(run.tunedState(under: "backbone."))
    } else if isTrained {
      let standing = try Checkpoint.standing(for: run)
      let found = try Checkpoint.firstSound(of: standing, in: run) { try method.load(Safetensors.read($0.model)) }
      guard let found else { throw RunFolder.Failure.noCheckpoint(path: run.path) }
      damaged = found.damaged
    }
    let device = try configuration.presentDevice()
    var backbone = method.backbone
    if let dropPath {
      // Teachers drop nothing while they are followed.
      let network = try configuration.backbone.droppingPaths(dropPath).build()
      try network.load(Dictionary(uniqueKeysWithValues: backbone.state().map { ($0.name, $0.tensor) }))
      backbone = network
    }
    try backbone.move(to: device)
    self.init(
      backbone, data: configuration.data, device: device, precision: configuration.precision,
      loaderThreads: configuration.loaderThreads)
    self.damaged = damaged
  }

  public var featureCount: Int { backbone.featureCount }

  /// The same network with features that say what was when: the mean of its steps' vectors in each of `count` stretches of
  /// equal length, side by side.
  ///
  /// - Parameter count: at least 1.
  /// - Throws: `Failure.noSteps` if the network does not represent steps.
  public func inTimeParts(_ count: Int) throws(Failure) -> Encoder {
    guard let stepwise = backbone as? any StepBackbone else { throw .noSteps }
    let result = Encoder(
      TimeParts(count, of: stepwise), data: data, device: device, precision: precision, loaderThreads: loaderThreads)
    (result.damaged, result.world) = (damaged, world)
    return result
  }

  /// The views of samples that this network takes.
  public func views(of indices: [Int], in data: any SampleCollection) -> any ViewSource {
    backbone is TimeParts ? data.stepsView(of: indices) : data.evaluationView(of: indices)
  }

  /// That encoding was asked to stop.
  public struct Interrupted: Error, Sendable {}

  /// Calls `body` with the features [rows, featureCount] of one batch after another, on the processor in float32, and
  /// the indices of the samples they belong to. Samples that cannot be read are left out and returned.
  ///
  /// Of several processes, each calls `body` with the batches of all.
  ///
  /// - Parameter shouldStop: asked before each batch.
  /// - Throws: `Interrupted` where any process is to stop.
  public func forEachBatch(
    of source: any ViewSource, batchSize: Int = 256, shouldStop: () -> Bool = { false },
    _ body: (_ features: Tensor, _ samples: [Int]) throws -> Void
  ) throws -> [SampleError] {
    if world.size > 1 {
      return try forEachSharedBatch(of: source, batchSize: batchSize, shouldStop: shouldStop, body)
    }
    let order = SequentialOrder(sampleCount: source.sampleCount, batchSize: batchSize)
    let loader = Loader(
      source: source, order: order, batches: 0..<order.batchCount, threads: loaderThreads, failures: .leaveOut)
    while let batch = try loader.next() {
      if shouldStop() { throw Interrupted() }
      if batch.samples.isEmpty { continue }
      try body(features(of: batch.views(on: device)[0]).to(device: .cpu), batch.samples)
    }
    return loader.skipped
  }

  /// Calls `body` with the vectors of all steps of one sample after another, [steps, featureCount] on the processor in
  /// float32, and the index of the sample. Samples that cannot be read are left out and returned.
  ///
  /// - Throws: `Failure.noSteps` if the network does not represent steps.
  public func forEachSample(
    ofSteps source: any ViewSource, batchSize: Int = 16, _ body: (_ steps: Tensor, _ sample: Int) throws -> Void
  ) throws -> [SampleError] {
    guard let stepwise = backbone as? any StepBackbone else { throw Failure.noSteps }
    let order = SequentialOrder(sampleCount: source.sampleCount, batchSize: batchSize)
    let loader = Loader(
      source: source, order: order, batches: 0..<order.batchCount, threads: loaderThreads, failures: .leaveOut)
    while let batch = try loader.next() {
      if batch.samples.isEmpty { continue }
      let view = try batch.views(on: device)[0]
      let (vectors, lengths) = try backbone.inEvaluationMode { () throws(TorchError) in
        try noGrad { () throws(TorchError) in
          try autocast(to: precision.dtype, on: device) { () throws(TorchError) in try stepwise.steps(of: view) }
        }
      }
      for (row, sample) in batch.samples.enumerated() {
        let own = try vectors.selected(0, row).rows(0..<min(max(lengths[row], 0), vectors.shape[1]))
        try body(own.to(dtype: .float32, device: .cpu), sample)
      }
    }
    return loader.skipped
  }

  /// So many steps of a batch pass the network where only their last vectors are kept, unless a single view has more.
  private static let mostSteps = 1 << 16

  /// The vector of the last step of each view of a source, [sampleCount, featureCount] on the processor in float32.
  ///
  /// - Throws: `Failure.noSteps` if the network does not represent steps; `Failure.unreadable`
  package func lastSteps(of source: any ViewSource, batchSize: Int = 256) throws -> Tensor {
    guard let stepwise = backbone as? any StepBackbone else { throw Failure.noSteps }
    let longest = source.layouts.first?.longest ?? 1
    let order = SequentialOrder(
      sampleCount: source.sampleCount, batchSize: max(1, min(batchSize, Self.mostSteps / max(1, longest))))
    let loader = Loader(
      source: source, order: order, batches: 0..<order.batchCount, threads: loaderThreads, failures: .leaveOut)
    var parts: [Tensor] = []
    while let batch = try loader.next() {
      let view = try batch.views(on: device)[0]
      let vectors = try backbone.inEvaluationMode { () throws(TorchError) in
        try noGrad { () throws(TorchError) in
          try autocast(to: precision.dtype, on: device) { () throws(TorchError) in try stepwise.lastStep(of: view) }
        }
      }
      parts.append(try vectors.to(dtype: .float32, device: .cpu))
    }
    guard loader.skipped.isEmpty else { throw Failure.unreadable(loader.skipped) }
    return try parts.isEmpty ? .zeros([0, featureCount]) : concatenate(parts)
  }

  /// The features of samples in the loader's order, on the encoder's device in float32. The backbone is in evaluation mode meanwhile,
  /// and no gradients are recorded.
  public func features(of view: ViewBatch) throws(TorchError) -> Tensor {
    try backbone.inEvaluationMode { () throws(TorchError) in
      try noGrad { () throws(TorchError) in try pass(view) }
    }
  }

  /// The same for a backbone that is trained further: in the mode that it is in, with the history of the features.
  package func pass(_ view: ViewBatch) throws(TorchError) -> Tensor {
    try autocast(to: precision.dtype, on: device) { () throws(TorchError) in try backbone(view) }
      .to(dtype: .float32)
  }

  /// Features [samples.count, featureCount] of every readable sample, and which those are.
  public func features(
    of source: any ViewSource, batchSize: Int = 256
  ) throws -> (features: Tensor, samples: [Int], skipped: [SampleError]) {
    var parts: [Tensor] = []
    var samples: [Int] = []
    let skipped = try forEachBatch(of: source, batchSize: batchSize) { features, indices in
      parts.append(features)
      samples += indices
    }
    return (try concatenate(parts), samples, skipped)
  }
}

extension RunConfiguration {
  /// Sets what libtorch keeps for the whole process.
  func useThreads() throws {
    try ThreadShortage.check(for: computeThreads)
    try Runtime.setThreadCount(computeThreads)
    try Runtime.setDeterministic(isDeterministic)
  }
}
