import Backbones
import Foundation
import Layers
import Learning
import Measures
import Optimizers
import Samples
import Torch
import Training

/// What is known after an epoch of fine-tuning.
package struct FineTuningProgress: Sendable {
  package let epoch: Int
  package let epochs: Int
  /// Nil where there are no validation samples.
  package let validationLoss: Double?
}

extension FineTuning {
  /// Learns from `training`, and changes the weights of the encoder's network unless `mode` is `.probe`.
  ///
  /// - Parameters:
  ///   - training: at least two samples with different targets.
  ///   - validation: decides when to stop, and the temperature; nil where neither is wanted.
  ///   - end: the epoch to end after, where it was chosen before; the learning rate is that of all `epochs`.
  ///   - seed: of the head, the order of the samples, and what is mixed.
  ///   - report: called after each epoch; what it throws ends training.
  /// - Throws: `MeasureError` where there is nothing to learn; `Pretraining.Failure.diverged`.
  package func fit(
    _ encoder: Encoder, telling kind: TargetKind, training: LabelledViews, validation: LabelledViews?,
    after end: Int? = nil,
    seed: UInt64, report: (FineTuningProgress) throws -> Void = { _ in }
  ) throws -> TunedNetwork {
    try check(training, kind)
    if let validation { try check(widthOf: validation, kind) }
    try Runtime.seed(seed)
    let hidden = mode == .probe ? [] : hiddenWidths ?? [encoder.featureCount]
    let network = try TunedNetwork(encoder, telling: kind, headWidths: hidden + [kind.outputCount])
    if case .number = kind { network.standardise(by: training.targets) }
    network.classWeights = TargetLoss.weights(classWeights, for: training.targets, kind: kind)
    let beginsFitted = mode == .probe || (startsFromProbe && hidden.isEmpty)
    if beginsFitted {
      let (features, samples, _) = try encoder.features(of: training.plain)
      try network.setHead(
        LinearProbe(
          features, targets: samples.map { network.scaled(training.targets[$0]) }, kind: kind,
          groups: training.groups.map { groups in samples.map { groups[$0] } }))
    }
    if mode != .probe {
      try train(
        network, training, validation, isFitted: beginsFitted, last: min(end ?? epochs, epochs), seed: seed,
        report: report)
    }
    if let validation { try network.calibrate(on: validation) }
    return network
  }

  /// - Parameters:
  ///   - isFitted: whether the head is a probe, so that the network may be best as it is.
  ///   - last: the epoch to end after, 0 to `epochs`.
  private func train(
    _ network: TunedNetwork, _ training: LabelledViews, _ validation: LabelledViews?, isFitted: Bool, last: Int,
    seed: UInt64, report: (FineTuningProgress) throws -> Void
  ) throws {
    network.bestEpoch = 0
    guard last > 0 else { return }
    let device = network.encoder.device
    let parts = try TrainedParts(of: network, by: self)
    let loss = TargetLoss(kind: network.kind, weights: network.classWeights, smoothing: labelSmoothing)
    let order = EpochOrder(
      sampleCount: training.count, batchSize: min(max(2, batchSize), training.count), seed: seed)
    let total = epochs * order.stepsPerEpoch
    let loader = Loader(
      source: training.training, order: order, batches: 0..<last * order.stepsPerEpoch,
      threads: network.encoder.loaderThreads)
    var best: BestState?
    if isFitted, let validation { best = try BestState(of: network, epoch: 0, loss: network.loss(on: validation)) }
    var step = 0
    for epoch in 1...last {
      parts.setTraining()
      for _ in 0..<order.stepsPerEpoch {
        guard let batch = try loader.next() else { break }
        try Runtime.seed(seed &+ UInt64(step) &+ 1)
        var view = try batch.views(on: device)[0]
        var targets = try network.targetRows(batch.samples.map { training.targets[$0] })
        if mixUp > 0, batch.samples.count > 1 {
          (view, targets) = try mixed(view, targets, seed: seed, step: step)
        }
        let value = try loss(network(view), targets)
        try network.clearGradients()
        try value.backward()
        try parts.step(learningRate: rate(at: step, of: total))
        step += 1
      }
      guard let validation else {
        network.bestEpoch = epoch
        try report(FineTuningProgress(epoch: epoch, epochs: epochs, validationLoss: nil))
        continue
      }
      let measured = try network.loss(on: validation)
      guard measured.isFinite else { throw EvaluationError.diverged(step: step, learningRate: learningRate) }
      try report(FineTuningProgress(epoch: epoch, epochs: epochs, validationLoss: measured))
      if measured < best?.loss ?? .infinity {
        best = try BestState(of: network, epoch: epoch, loss: measured)
      } else if let best, epoch - max(best.epoch, isCosine ? epochs / 2 : 0) >= patience {
        // On a cosine the loss falls as the rate does: what is worse than the probe at first may be far better at the end.
        break
      }
    }
    loader.stop()
    if let best {
      try network.load(best.state)
      (network.bestEpoch, network.validationLoss) = (best.epoch, best.loss)
    } else if try !network.isFinite() {
      throw EvaluationError.diverged(step: step, learningRate: learningRate)
    }
  }

  private func rate(at step: Int, of total: Int) -> Double {
    guard isCosine else { return learningRate }
    let warmUp = max(1, total / 20)
    if step < warmUp { return learningRate * Double(step + 1) / Double(warmUp) }
    let progress = Double(step - warmUp) / Double(max(1, total - warmUp))
    return learningRate * (1 + cos(.pi * progress)) / 2
  }

  /// Each sample with another of the batch, all by one share, as in the paper's code.
  private func mixed(
    _ view: ViewBatch, _ targets: Tensor, seed: UInt64, step: Int
  ) throws -> (ViewBatch, Tensor) {
    guard view.tensors.count == 1, view.tensor.dtype == .float32, view.areVarying == [false] else {
      throw EvaluationError.cannotMix
    }
    var generator = ViewGenerator(seed: seed, epoch: step, sample: ReservedSample.mixing, view: 0)
    let share = Double(generator.beta(Float(mixUp)))
    let others = try Tensor.permutation(view.count, on: view.device)
    return (
      ViewBatch(try view.tensor * share + view.tensor.indexed(by: others) * (1 - share)),
      try targets * share + targets.indexed(by: others) * (1 - share)
    )
  }

  private func check(_ training: LabelledViews, _ kind: TargetKind) throws(MeasureError) {
    try check(widthOf: training, kind)
    guard training.count > 1 else { throw .tooFew("labels to learn from", found: training.count, needed: 2) }
    guard mixUp >= 0, mixUp <= 1 else { throw .parameter("mixUp", found: "\(mixUp)", expected: "from 0 to 1") }
    guard labelSmoothing >= 0, labelSmoothing < 1 else {
      throw .parameter("labelSmoothing", found: "\(labelSmoothing)", expected: "from 0 to below 1")
    }
    guard layerDecay > 0, layerDecay <= 1 else {
      throw .parameter("layerDecay", found: "\(layerDecay)", expected: "above 0, at most 1")
    }
    guard Set(training.targets).count > 1 else {
      throw .oneClass(training.targets[0].firstIndex(of: 1) ?? 0, count: training.count)
    }
  }

  private func check(widthOf views: LabelledViews, _ kind: TargetKind) throws(MeasureError) {
    for (row, target) in views.targets.enumerated() {
      guard target.count == kind.outputCount else {
        throw .count("targets of sample \(row)", found: target.count, expected: kind.outputCount)
      }
      if let column = target.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite("targets", value: Double(target[column]), row: row, column: column)
      }
    }
  }
}

/// The network after the epoch whose validation loss is the lowest so far.
private struct BestState {
  let epoch: Int
  let loss: Double
  let state: [String: Tensor]

  init(of network: TunedNetwork, epoch: Int, loss: Double) throws(TorchError) {
    self.epoch = epoch
    self.loss = loss
    var state: [String: Tensor] = [:]
    for (name, tensor) in try network.state() { state[name] = try tensor.clone() }
    self.state = state
  }
}

/// The parameters that learn, with an optimiser for each depth, and what has to stand still.
private struct TrainedParts {
  private let network: TunedNetwork
  private let frozen: [any Module]
  private let optimizers: [(optimizer: any Optimizer, factor: Double)]

  init(of network: TunedNetwork, by tuning: FineTuning) throws {
    self.network = network
    let backbone = network.encoder.backbone
    let stages = backbone.stages
    var first = 0
    if case .lastBlocks(let count) = tuning.mode { first = max(0, stages.count - count) }
    var groups = [[(name: String, parameter: Parameter)]](repeating: [], count: stages.count)
    for (name, parameter) in backbone.namedParameters {
      let stage = backbone.stage(of: name)
      // Those of a teacher were not trained while it was one.
      try parameter.tensor.requireGrad(stage >= first)
      if stage >= first { groups[stage].append((name, parameter)) }
    }
    let configuration = OptimizerConfiguration(
      .adamW, baseLearningRate: tuning.learningRate, weightDecay: tuning.weightDecay)
    var optimizers = [(try configuration.build(network.head.namedParameters), 1.0)]
    for (stage, group) in groups.enumerated() where !group.isEmpty {
      optimizers.append((try configuration.build(group), pow(tuning.layerDecay, Double(stages.count - stage))))
    }
    self.optimizers = optimizers
    frozen = stages[..<first].joined().compactMap { backbone.module(at: $0) }
  }

  /// What does not learn keeps its running statistics too.
  func setTraining() {
    network.setTraining(true)
    for module in frozen { module.setTraining(false) }
  }

  func step(learningRate: Double) throws(TorchError) {
    for (optimizer, factor) in optimizers { try optimizer.step(learningRate: learningRate * factor) }
  }
}

extension Module {
  /// The module at a dotted path below this one; nil where there is none, as for a parameter.
  fileprivate func module(at path: String) -> (any Module)? {
    for (name, child) in children {
      if path == name { return child }
      if path.hasPrefix(name + ".") { return child.module(at: String(path.dropFirst(name.count + 1))) }
    }
    return nil
  }
}

extension TunedNetwork {
  /// Numbers reach the head with mean 0 and deviation 1.
  fileprivate func standardise(by targets: [[Float]]) {
    let values = targets.map { Double($0[0]) }
    centre = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(values.count)
    scale = variance > 0 ? variance.squareRoot() : 1
  }

  fileprivate func scaled(_ target: [Float]) -> [Float] {
    guard case .number = kind else { return target }
    return [Float((Double(target[0]) - centre) / scale)]
  }

  fileprivate func targetRows(_ targets: [[Float]]) throws(TorchError) -> Tensor {
    try Tensor(targets.flatMap(scaled), shape: [targets.count, kind.outputCount]).to(device: encoder.device)
  }

  /// What is lost with the best temperature, classes counted as in training, nothing smoothed. What calibration mends
  /// afterwards does not decide when to stop (Berta et al. 2025, "Rethinking Early Stopping: Refine, Then Calibrate").
  func loss(on views: LabelledViews) throws -> Double {
    let (values, samples) = try outputs(of: views.plain)
    guard !samples.isEmpty else { throw MeasureError.tooFew("validation samples", found: 0, needed: 1) }
    let targets = samples.map { views.targets[$0] }
    let temperature = values.allSatisfy(\.isFinite) ? try bestTemperature(for: values, targets) ?? 1 : 1
    return try noGrad { () throws(TorchError) in
      let outputs = try Tensor(values, shape: [samples.count, kind.outputCount]).to(device: encoder.device)
      return try TargetLoss(kind: kind, weights: classWeights)(outputs / temperature, targetRows(targets)).item()
    }
  }

  fileprivate func isFinite() throws(TorchError) -> Bool {
    for (_, tensor) in try head.state() where try !tensor.isFinite().allTrue() { return false }
    return true
  }
}

extension ViewGenerator {
  /// A share drawn from Beta(α, α) for α from above 0 to 1 (Jöhnk 1964).
  fileprivate mutating func beta(_ alpha: Float) -> Float {
    for _ in 0..<1000 {
      let first = pow(uniform(), 1 / alpha)
      let second = pow(uniform(), 1 / alpha)
      if first + second > 0, first + second <= 1 { return first / (first + second) }
    }
    // Both vanish in float32 for an α near 0: all or nothing.
    return uniform() < 0.5 ? 0 : 1
  }
}
