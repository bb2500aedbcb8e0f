import Backbones
import Foundation
import Learning
import Optimizers
import Samples
import Settings
import Torch
import Training

extension RunRequest {
  /// Completes a proposal. Where minutes are given, a few steps are made and thrown away, to know how many fit.
  ///
  /// - Throws: `SettingError` where a number makes no sense; `Refusal`; what stops those steps.
  package func configuration(for proposal: Proposal) throws -> RunConfiguration {
    try plan(for: proposal).configuration
  }

  /// As `configuration(for:)`, with the reasons for what was chosen, warnings and the memory that the run will take.
  ///
  /// - Parameter measuring: called before steps are made to measure their time.
  package func plan(for proposal: Proposal, measuring: () -> Void = {}) throws -> RunPlan {
    try validate()
    let limit = minutes.map { TimeLimit(seconds: $0 * 60) }
    if let replay = proposal.replay {
      return try plan(for: proposal, replaying: replay, within: limit, measuring: measuring)
    }
    if limit != nil { measuring() }
    let proposal = try limit.map { try fitted(proposal, within: $0) } ?? proposal
    let preset = proposal.preset
    var batch = BatchChoice(
      preset: preset.batchSize, leastSteps: preset.leastStepsPerEpoch, sampleCount: proposal.training.count,
      kind: proposal.data.configuration.plural)
    try RunConfiguration.checkBatch(batchSize ?? batch.size, sampleCount: proposal.training.count)
    var configuration = try draft(of: proposal, batch: batchSize ?? batch.size)

    let memory = try freeMemory(for: configuration)
    let estimate = try MemoryEstimate(of: configuration, data: proposal.data, training: proposal.training)
    let micro = try chosenMicroBatch(for: configuration, of: proposal, estimate, memory)
    if micro == nil {
      batch = try batch.fitting(estimate, into: memory, smaller: proposal.smallerSettings)
      if batch.size != configuration.batchSize { configuration = try draft(of: proposal, batch: batch.size) }
    }
    configuration.microBatchSize = micro?.size

    let wanted = epochs ?? (minutes == nil ? preset.epochs : nil)
    if micro?.size == nil, let short = try shortRun(of: proposal, insteadOf: configuration, epochs: wanted, limit) {
      (configuration, batch) = short
    } else {
      try configuration.fix(
        steps: wanted.map { configuration.steps(epochs: $0) }, within: limit, proposal: proposal)
    }

    var choices = proposal.choices
    if let choice = threadsChoice { choices.append(choice) }
    if batchSize == nil { choices.append(Choice("batch", batch.size, because: batch.reason)) }
    if let size = micro?.size, let reason = micro?.reason {
      choices.append(Choice("micro-batch", size, because: reason))
    }
    if epochs == nil, minutes == nil { choices.append(Choice("epochs", preset.epochs, because: "the preset's")) }
    let total = configuration.schedule.totalSteps
    configuration.schedule.warmUpSteps = preset.warmUpSteps(of: total, stepsPerEpoch: configuration.stepsPerEpoch)

    let departures =
      proposal.departures
      + [
        Departure("batch", configuration.batchSize, preset: preset.batchSize),
        Departure(
          "micro-batch", configuration.microBatchSize ?? configuration.batchSize, preset: configuration.batchSize),
        Departure("optimiser", configuration.optimizer.name.rawValue, preset: preset.optimizer.name.rawValue),
        Departure(
          "layer decay", configuration.optimizer.layerDecay ?? 1, preset: preset.optimizer.layerDecay ?? 1),
        // What the user asked of it stands in the proposal's.
        Departure("temperature", configuration.method.temperature ?? 0, preset: proposal.method.temperature ?? 0),
        Departure(
          "learning rate", Figure.number(configuration.schedule.peak),
          preset: Figure.number(usualOptimizer(configuration, preset).learningRate(forBatch: configuration.batchSize))),
      ].compactMap(\.self)
    configuration.departures = departures.map(\.description) + preset.departures
    return RunPlan(
      configuration: configuration, choices: choices,
      warnings: proposal.warnings
        + (try warnings(on: configuration, proposal, sampleCount: proposal.training.count)),
      memory: estimate, freeMemory: memory, deadline: limit?.end)
  }

  /// The preset's way with few steps, if the user chose neither batch nor rate and `run` would have only few.
  private func shortRun(
    of proposal: Proposal, insteadOf run: RunConfiguration, epochs: Int?, _ limit: TimeLimit?
  ) throws -> (RunConfiguration, BatchChoice)? {
    guard let short = proposal.preset.shortRun, short.batchSize < run.batchSize,
      batchSize == nil, microBatch == nil, learningRate == nil, run.optimizer.name == proposal.preset.optimizer.name
    else { return nil }
    var brief = try draft(of: proposal, batch: short.batchSize, short: short)
    try brief.fix(
      steps: epochs.map { brief.steps(epochs: $0) }, within: limit, proposal: proposal, measuringFor: 2)
    // A larger batch takes no more time a sample: it would have at least so many steps.
    let larger = brief.schedule.totalSteps / (run.batchSize / short.batchSize)
    guard larger < short.steps else { return nil }
    return (brief, BatchChoice(short, insteadOf: run.batchSize))
  }

  /// What was asked for, or as many samples at a time as fit; nil where the batch has to be smaller instead.
  private func chosenMicroBatch(
    for run: RunConfiguration, of proposal: Proposal, _ estimate: MemoryEstimate, _ memory: Int
  ) throws(Refusal) -> MicroBatchChoice? {
    let (batch, smaller) = (run.batchSize, proposal.smallerSettings)
    let what = "A batch of \(batch)"
    if let microBatch {
      let choice = try MicroBatchChoice(asked: microBatch, batch: batch, of: run.method)
      guard estimate.byteCount(batch: batch, microBatch: choice.size) <= memory else {
        throw estimate.refusal(of: what, batch: batch, microBatch: choice.size, memory: memory, smaller: smaller)
      }
      return choice
    }
    if case .impossible = run.method.microBatching {
      if estimate.byteCount(batch: batch) <= memory { return MicroBatchChoice.whole }
      guard batchSize == nil else { throw estimate.refusal(of: what, batch: batch, memory: memory, smaller: smaller) }
      return nil
    }
    let choice = MicroBatchChoice(batch: batch, estimate, into: memory)
    if choice == nil, batchSize != nil {
      throw estimate.refusal(
        of: what, batch: batch, microBatch: MicroBatchChoice.smallest, memory: memory, smaller: smaller)
    }
    return choice
  }

  /// All but the schedule's length.
  ///
  /// - Parameter short: what stands in place of the preset's numbers in a run of few steps.
  func draft(of proposal: Proposal, batch: Int, short: Preset.ShortRun? = nil) throws -> RunConfiguration {
    let preset = proposal.preset
    let device = try chosenDevice()
    var optimizer = preset.optimizer
    var method = proposal.method
    if let short {
      optimizer.baseLearningRate *= short.rateShare
      if temperature == nil, let usual = short.temperature { method.temperature = usual }
    }
    optimizer = asked(of: optimizer, forBatch: batch)
    let peak = optimizer.learningRate(forBatch: batch)
    let cores = max(1, Cores.count / processesHere)
    let computing = computeThreads ?? (device == .cpu ? freeCores : cores)
    return RunConfiguration(
      preset: preset.name.rawValue, data: proposal.data.configuration, method: method,
      backbone: proposal.backbone, optimizer: optimizer,
      schedule: Schedule(peak: peak, final: peak * preset.finalRateShare, warmUpSteps: 0, totalSteps: 1),
      batchSize: batch, stepsPerEpoch: proposal.training.count / batch, seed: seed ?? 0, device: device,
      precision: precision ?? proposal.precision ?? Self.bestPrecision(on: device),
      computeThreads: computing,
      // On a processor as many as compute: fewer loader threads would stall some compute threads, and the others wait for
      // them.
      loaderThreads: loaderThreads ?? (device == .cpu ? computing : max(1, cores - 1)),
      isDeterministic: isDeterministic,
      // At least four looks an epoch, so that what goes wrong is seen in the first.
      logInterval: max(1, min(10, proposal.training.count / batch / 4)), onCollapse: onCollapse ?? .warn,
      heldOutCount: proposal.heldOut.count, patience: patience, processes: processes == 1 ? nil : processes)
  }

  /// The cores of this process that no other process keeps busy, at least one. A thread that has to share its core holds up
  /// all others of a step.
  private var freeCores: Int {
    let own = max(1, Cores.count / processesHere)
    guard let load, load.isNoticed, load.cores == Cores.count, processesHere == 1 else { return own }
    return min(own, load.threads)
  }

  /// Why fewer threads compute than there are cores; nil where they do not, or the user chose.
  package var threadsChoice: Choice? {
    guard computeThreads == nil, (try? chosenDevice()) == .cpu, let load, processesHere == 1, freeCores < Cores.count
    else { return nil }
    return Choice(
      "threads", freeCores,
      because:
        "other processes keep \(Figure.number(load.others)) of the \(load.cores) cores busy, and threads that share one "
        + "hold up all")
  }

  /// An optimiser with what the user asks of it.
  func asked(of usual: OptimizerConfiguration, forBatch batch: Int) -> OptimizerConfiguration {
    var result = usual
    if let name = optimizer, name != usual.name {
      result = OptimizerConfiguration(name, baseLearningRate: Self.usualRate(name), weightDecay: usual.weightDecay)
    }
    if let learningRate { result.setLearningRate(learningRate, forBatch: batch) }
    if let weightDecay { result.weightDecay = weightDecay }
    if let layerDecay { result.layerDecay = layerDecay == 1 ? nil : layerDecay }
    return result
  }

  func warnings(on run: RunConfiguration, _ proposal: Proposal, sampleCount: Int) throws -> [String] {
    let preset = proposal.preset
    let usual = usualOptimizer(run, preset)
    return [
      try Warnings.microBatches(run),
      Warnings.fewNegatives(batch: run.batchSize, method: run.method),
      try Warnings.likeNegatives(run, proposal),
      Warnings.longRecipe(preset, proposal.catalogue, sampleCount: sampleCount, epochs: run.epochs),
      Warnings.shortTime(
        steps: run.schedule.totalSteps, stepsPerEpoch: run.stepsPerEpoch, minutes: minutes,
        smaller: run.backbone.settings.smaller().map { BackboneConfiguration($0) }),
      Warnings.slowStart(preset, steps: run.schedule.totalSteps),
      Warnings.unusualRate(run.schedule.peak, preset: usual.learningRate(forBatch: run.batchSize)),
    ].compactMap(\.self)
  }

  /// The run's optimiser at its usual rate, if the user chose none.
  private func usualOptimizer(_ run: RunConfiguration, _ preset: Preset) -> OptimizerConfiguration {
    var usual = run.optimizer
    usual.baseLearningRate =
      usual.name == preset.optimizer.name ? preset.optimizer.baseLearningRate : Self.usualRate(usual.name)
    return usual
  }

  func chosenDevice() throws(Refusal) -> Device.Kind {
    guard let device else { return Device.best.kind }
    guard device.isPresent else {
      throw Refusal(
        [
          .setting("device", value: "\(device)"),
          .text(": this machine, or its libtorch, has none; leave it out to use \(Device.best.kind)"),
        ])
    }
    return device
  }

  /// What a run may take, in bytes; a tenth of what is free is left to others.
  func freeMemory(for run: RunConfiguration) throws -> Int {
    if let memory { return memory }
    let free = run.torchDevice.availableMemory ?? MachineMemory.current.available
    return free / 10 * 9
  }

  /// bfloat16 where it is computed natively, for then training is 1.6 to 2 times faster.
  package static func bestPrecision(on device: Device.Kind) -> RunConfiguration.Precision {
    switch device {
    case .cpu: Runtime.processorHasBFloat16 ? .bfloat16 : .float32
    case .cuda: .bfloat16
    case .mps: .float32
    }
  }

  /// Base rates for a batch of 256 where an optimiser is chosen apart from its preset.
  static func usualRate(_ name: OptimizerConfiguration.Name) -> Double {
    switch name {
    case .sgd: 0.06
    case .adamW: 2e-3
    case .lars, .larsSimCLR: 0.3
    case .larcClip: 0.4
    }
  }
}
