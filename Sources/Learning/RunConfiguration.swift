import Backbones
import Foundation
import Optimizers
import Samples
import Torch

/// Everything that decides what a run computes. It is written before the first step, and written anew only where the
/// schedule of a run that would end late is shortened. It contains the values of everything that was measured or guessed,
/// such as the steps that fit the minutes, threads and precision.
public struct RunConfiguration: Codable, Sendable, Equatable {
  /// The number format in which the backbone computes.
  public enum Precision: String, Codable, Sendable, CaseIterable {
    case float32
    /// Autocast: convolutions and products in bfloat16, weights, losses and updates in float32.
    case bfloat16

    public var dtype: DType { self == .float32 ? .float32 : .bfloat16 }
  }

  /// The version of Swiftlet that made the run.
  public var version = swiftletVersion
  /// The preset, which gives the settings that the user did not choose.
  public var preset: String
  /// The settings that differ from the preset.
  public var departures: [String] = []
  public var data: DataConfiguration
  public var method: MethodConfiguration
  public var backbone: BackboneConfiguration
  public var optimizer: OptimizerConfiguration
  public var schedule: Schedule
  public var batchSize: Int
  /// How many samples of a batch pass the network at a time (see `GradientCache`); nil for all.
  public var microBatchSize: Int?
  public var stepsPerEpoch: Int
  public var seed: UInt64
  public var device: Device.Kind
  public var precision: Precision
  /// Threads of libtorch, in each process. Results may depend on their number in the last bits.
  public var computeThreads: Int
  /// Threads that make views, in each process. Results do not depend on their number.
  public var loaderThreads: Int
  /// Whether only deterministic operators are used on CUDA, which is somewhat slower.
  public var isDeterministic: Bool
  /// Steps between two measurements of the embeddings.
  public var logInterval: Int
  /// What happens if the run goes wrong.
  public var onCollapse: OnCollapse
  /// The number of samples, at the end of the list, that are held out to detect overfitting.
  public var heldOutCount: Int
  /// The source of the initial weights; nil for random ones.
  public var beginsWith: String?
  /// How many processes the batch is divided among; nil for one. Results depend on their number in the last bits.
  public var processes: Int?
  /// When the run ends before its schedule does; nil for never.
  public var patience: Patience?

  public init(
    preset: String, data: DataConfiguration, method: MethodConfiguration, backbone: BackboneConfiguration,
    optimizer: OptimizerConfiguration, schedule: Schedule, batchSize: Int, microBatchSize: Int? = nil,
    stepsPerEpoch: Int, seed: UInt64 = 0,
    device: Device.Kind = .cpu, precision: Precision = .float32, computeThreads: Int, loaderThreads: Int,
    isDeterministic: Bool = false, logInterval: Int = 10, onCollapse: OnCollapse = .warn,
    heldOutCount: Int = 0, patience: Patience? = nil, processes: Int? = nil
  ) {
    self.preset = preset
    self.data = data
    self.method = method
    self.backbone = backbone
    self.optimizer = optimizer
    self.schedule = schedule
    self.batchSize = batchSize
    self.microBatchSize = microBatchSize
    self.stepsPerEpoch = stepsPerEpoch
    self.seed = seed
    self.device = device
    self.precision = precision
    self.computeThreads = computeThreads
    self.loaderThreads = loaderThreads
    self.isDeterministic = isDeterministic
    self.logInterval = logInterval
    self.onCollapse = onCollapse
    self.heldOutCount = heldOutCount
    self.patience = patience
    self.processes = processes
  }

  public var epochs: Double { Double(schedule.totalSteps) / Double(stepsPerEpoch) }

  /// The views that a step gets: of a method with pairs that takes any number of views, also the smaller ones of the data.
  package var viewPlan: ViewPlan {
    method.viewPlan == .pair && method.takesAnyNumberOfViews && data.settings.hasLocalViews
      ? .multiCrop : method.viewPlan
  }

  /// Whether the labels decide what the network learns, and not only what is measured beside it.
  public var learnsFromLabels: Bool { method.viewPlan == .labelledPair }

  /// The first device of this kind.
  public var torchDevice: Device { Device(device, index: device == .cpu ? nil : 0) }

  package static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()
}

/// The version of this library and program.
public let swiftletVersion = "0.1.0"

extension Device.Kind: Codable {
  private var name: String { Device(self).description }

  public init(from decoder: any Swift.Decoder) throws {
    let name = try decoder.singleValueContainer().decode(String.self)
    guard let kind = [Device.Kind.cpu, .cuda, .mps].first(where: { $0.name == name }) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "'\(name)' is not a device"))
    }
    self = kind
  }

  public func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
