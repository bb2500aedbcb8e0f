import Backbones
import Datasets
import Foundation
import Methods
import Torch
import Views

/// What a user asked of a run; what is nil is chosen for them from a preset and the machine.
public struct RunRequest: Sendable {
  public var preset: Preset.Name?
  public var views: ImageRecipe.Name?
  public var imageSize: Int?
  public var maxPixels = CanonicalDecode.defaultMaxPixels
  public var depth: ResNet.Configuration.Depth = .resNet18
  public var stem: ResNet.Configuration.Stem?
  public var width = 64
  public var temperature: Double?
  public var projector: Preset.ProjectorName?
  public var optimizer: OptimizerConfiguration.Name?
  /// For the batch as it is, not for 256.
  public var learningRate: Double?
  public var weightDecay: Double?
  public var batchSize: Int?
  public var epochs: Int?
  public var minutes: Double?
  public var seed: UInt64 = 0
  public var device: Device.Kind?
  public var precision: RunConfiguration.Precision?
  public var computeThreads: Int?
  public var loaderThreads: Int?
  public var isDeterministic = false

  public init() {}

  /// A request that cannot be met, and what to do.
  public struct Refusal: Error, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// How pictures become views. `shortSide`, of a typical picture, decides the size where neither user nor preset does.
  public func imageConfiguration(sampleCount: Int, shortSide: Int) -> ImageConfiguration {
    let preset = preset(sampleCount: sampleCount)
    let size = imageSize ?? (preset.name == .small && shortSide <= Self.smallSide ? 32 : preset.imageSize)
    return ImageConfiguration(
      imageSize: size, views: views ?? preset.imageViews, maxPixels: maxPixels)
  }

  /// Pictures up to this side are looked at in 32 pixels, and by a backbone that does not reduce them at its entry.
  static let smallSide = 40

  /// Sets below this count get the preset that was measured on such.
  static let smallCount = 20_000

  private func preset(sampleCount: Int) -> Preset {
    Preset(preset ?? (sampleCount < Self.smallCount ? .small : .simclr))
  }

  /// Completes the request. Where minutes are given, a few steps are made and thrown away, to know how many fit.
  public func configuration(for data: any SampleCollection, training indices: [Int]) throws -> RunConfiguration {
    let preset = preset(sampleCount: indices.count)
    let batch = try batchSize(preset, sampleCount: indices.count)
    let stepsPerEpoch = indices.count / batch
    let device = try chosenDevice()
    let imageSize = if case .images(let images) = data.configuration { images.imageSize } else { preset.imageSize }
    let stem = stem ?? (imageSize <= Self.smallSide ? .cifar : .imageNet)
    let resNet = ResNet.Configuration(depth, stem: stem, width: width)
    var optimizer = preset.optimizer
    if let name = self.optimizer, name != optimizer.name {
      optimizer = OptimizerConfiguration(
        name, baseLearningRate: Self.usualRate(name), weightDecay: optimizer.weightDecay)
    }
    if let learningRate { optimizer.baseLearningRate = learningRate * 256 / Double(batch) }
    if let weightDecay { optimizer.weightDecay = weightDecay }
    let cores = ProcessInfo.processInfo.activeProcessorCount

    var configuration = RunConfiguration(
      preset: preset.name.rawValue, data: data.configuration,
      method: .simCLR(
        .init(
          temperature: temperature ?? preset.temperature,
          projector: (projector ?? preset.projector).configuration(features: resNet.featureCount))),
      backbone: .resNet(resNet), optimizer: optimizer,
      schedule: Schedule(peak: optimizer.baseLearningRate * Double(batch) / 256, warmUpSteps: 0, totalSteps: 1),
      batchSize: batch, stepsPerEpoch: stepsPerEpoch, seed: seed, device: device,
      precision: precision ?? Self.bestPrecision(on: device), computeThreads: computeThreads ?? cores,
      loaderThreads: loaderThreads ?? max(1, cores - (device == .cpu ? cores / 2 : 1)), isDeterministic: isDeterministic
    )

    let epochs = epochs ?? (minutes == nil ? preset.epochs : .max)
    var total = stepsPerEpoch.multipliedReportingOverflow(by: epochs).overflow ? Int.max : stepsPerEpoch * epochs
    if let minutes {
      let started = ContinuousClock.now
      let seconds = try configuration.measureStep(of: data, training: indices)
      let spent = started.duration(to: .now) / .seconds(1)
      // Statistics, neighbours and checkpoints take about a twentieth beside the steps.
      total = min(total, max(1, Int((minutes * 60 - spent) / (seconds * 1.05))))
    }
    configuration.schedule.totalSteps = total
    configuration.schedule.warmUpSteps = Int(
      min(preset.warmUpEpochs * Double(stepsPerEpoch), preset.warmUpShare * Double(total)).rounded())
    configuration.departures = departures(of: configuration, from: preset)
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
    // At least 16 steps an epoch, else the schedule has too few to work with.
    var batch = min(preset.batchSize, 1024)
    while batch > 16, batch * 12 > sampleCount { batch /= 2 }
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

  private func departures(of run: RunConfiguration, from preset: Preset) -> [String] {
    var list: [String] = []
    func note(
      _ what: String, _ value: some Equatable & CustomStringConvertible, _ published: some CustomStringConvertible
    ) {
      if value.description != published.description { list.append("\(what) \(value) (preset: \(published))") }
    }
    if case .simCLR(let method) = run.method { note("temperature", method.temperature, preset.temperature) }
    if case .images(let images) = run.data {
      note("image size", images.imageSize, preset.imageSize)
      note("views", images.views.rawValue, preset.imageViews.rawValue)
    }
    note("batch", run.batchSize, preset.batchSize)
    note("optimiser", run.optimizer.name.rawValue, preset.optimizer.name.rawValue)
    note("projector", (projector ?? preset.projector).rawValue, preset.projector.rawValue)
    return list
  }
}
