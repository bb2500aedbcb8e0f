import Datasets
import Foundation
import Torch
import Training

extension RunRequest {
  /// Completes a proposal. Where minutes are given, a few steps are made and thrown away, to know how many fit.
  ///
  /// - Throws: `Refusal`; what stops those steps.
  public func configuration(for proposal: Proposal) throws -> RunConfiguration {
    let preset = proposal.preset
    let sampleCount = proposal.training.count
    let batch = try batchSize(preset, sampleCount: sampleCount)
    let stepsPerEpoch = sampleCount / batch
    let device = try chosenDevice()
    var optimizer = preset.optimizer
    if let name = self.optimizer, name != optimizer.name {
      optimizer = OptimizerConfiguration(
        name, baseLearningRate: Self.usualRate(name), weightDecay: optimizer.weightDecay)
    }
    if let learningRate { optimizer.baseLearningRate = learningRate * 256 / Double(batch) }
    if let weightDecay { optimizer.weightDecay = weightDecay }
    let peak = optimizer.baseLearningRate * Double(batch) / 256
    let cores = ProcessInfo.processInfo.activeProcessorCount

    var configuration = RunConfiguration(
      preset: preset.name.rawValue, data: proposal.data.configuration, method: proposal.method,
      backbone: proposal.backbone, optimizer: optimizer,
      schedule: Schedule(peak: peak, final: peak * preset.finalRateShare, warmUpSteps: 0, totalSteps: 1),
      batchSize: batch, stepsPerEpoch: stepsPerEpoch, seed: seed, device: device,
      precision: precision ?? proposal.precision ?? Self.bestPrecision(on: device),
      computeThreads: computeThreads ?? cores,
      loaderThreads: loaderThreads ?? max(1, cores - (device == .cpu ? cores / 2 : 1)), isDeterministic: isDeterministic
    )

    let epochs = epochs ?? (minutes == nil ? preset.epochs : .max)
    var total = stepsPerEpoch.multipliedReportingOverflow(by: epochs).overflow ? Int.max : stepsPerEpoch * epochs
    if let minutes {
      let started = ContinuousClock.now
      let seconds = try configuration.measureStep(of: proposal.data, training: proposal.training)
      let spent = started.duration(to: .now) / .seconds(1)
      // Statistics, neighbours and checkpoints take about a twentieth beside the steps.
      total = min(total, max(1, Int((minutes * 60 - spent) / (seconds * 1.05))))
    }
    configuration.schedule.totalSteps = total
    configuration.schedule.warmUpSteps = Int(
      min(preset.warmUpEpochs * Double(stepsPerEpoch), preset.warmUpShare * Double(total)).rounded())
    let departures =
      proposal.departures
      + [
        Departure("batch", batch, preset: preset.batchSize),
        Departure("optimiser", optimizer.name.rawValue, preset: preset.optimizer.name.rawValue),
      ].compactMap(\.self)
    configuration.departures = departures.map(\.description) + preset.departures
    return configuration
  }

  private func batchSize(_ preset: Preset, sampleCount: Int) throws(Refusal) -> Int {
    if let batchSize {
      guard batchSize <= sampleCount else {
        throw Refusal(
          description:
            "--batch-size \(batchSize) is more than the \(sampleCount) samples there are; choose at most that")
      }
      return batchSize
    }
    // With too few steps an epoch, the schedule of a preset has too few to work with.
    var batch = min(preset.batchSize, 1024)
    while batch > 16, batch * preset.leastStepsPerEpoch > sampleCount { batch /= 2 }
    return min(batch, sampleCount)
  }

  private func chosenDevice() throws(Refusal) -> Device.Kind {
    guard let device else { return Device.best.kind }
    let isPresent =
      switch device {
      case .cpu: true
      case .cuda: Device.cudaCount > 0
      case .mps: Device.isMPSPresent
      }
    guard isPresent else {
      throw Refusal(
        description:
          "--device \(Device(device)): this machine, or its libtorch, has none; leave the option out to use \(Device.best)"
      )
    }
    return device
  }

  /// bfloat16 where it is computed natively, for then training is 1.6 to 2 times faster.
  static func bestPrecision(on device: Device.Kind) -> RunConfiguration.Precision {
    switch device {
    case .cpu: Runtime.processorHasBFloat16 ? .bfloat16 : .float32
    case .cuda: .bfloat16
    case .mps: .float32
    }
  }

  /// Base rates for a batch of 256 where an optimiser is chosen apart from its preset.
  private static func usualRate(_ name: OptimizerConfiguration.Name) -> Double {
    switch name {
    case .sgd: 0.06
    case .adamW: 2e-3
    case .lars, .larsSimCLR: 0.3
    case .larcClip: 0.4
    }
  }
}
