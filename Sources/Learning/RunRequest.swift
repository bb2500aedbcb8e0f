import Backbones
import Optimizers
import Samples
import Settings
import Torch

/// What a user asks of a run; what is nil is chosen for them from a preset, the data and the machine.
public struct RunRequest: Sendable {
  public var preset: Preset.Name?
  public var method: MethodName?
  public var backbone: BackboneName?
  /// What the kind of data, the method and the network let a user choose: `request[Pictures.imageSize] = 64`.
  public var options = OptionValues()
  public var optimizer: OptimizerConfiguration.Name?
  /// For the batch as it is, not for 256.
  public var learningRate: Double?
  public var weightDecay: Double?
  public var batchSize: Int?
  /// How many samples pass the network at a time; where nil, all, or as many as fit into the memory.
  public var microBatch: Int?
  public var epochs: Int?
  public var minutes: Double?
  /// 0 where nil.
  public var seed: UInt64?
  // The machine
  public var device: Device.Kind?
  public var precision: RunConfiguration.Precision?
  public var computeThreads: Int?
  public var loaderThreads: Int?
  public var isDeterministic = false
  /// Part of the samples that is held out to see whether the others are learned by heart, 0 to 0.5; where nil, a
  /// twentieth of at least 1,000 samples, and no more than a batch.
  public var holdOut: Double?
  /// As `RunConfiguration.patience`.
  public var patience: Int?
  /// `.warn` where nil.
  public var onCollapse: OnCollapse?
  /// Bytes that the run may take; nil for what this machine, or the device, has free.
  public var memory: Int?

  public init() {}

  public subscript<Value>(key: OptionKey<Value>) -> Value? {
    get { options[key] }
    set { options[key] = newValue }
  }
}

extension RunRequest {
  public var temperature: Double? {
    get { self[MethodOptions.temperature] }
    set { self[MethodOptions.temperature] = newValue }
  }
  public var projector: ProjectorName? {
    get { self[MethodOptions.projector] }
    set { self[MethodOptions.projector] = newValue }
  }
  /// Of the network: channels of a residual network's first stage, or the layers of a perceptron.
  public var width: Int? {
    get { self[NetworkOptions.width] }
    set { self[NetworkOptions.width] = newValue }
  }
  /// Of a perceptron, or the blocks of a transformer.
  public var layers: Int? {
    get { self[NetworkOptions.layers] }
    set { self[NetworkOptions.layers] = newValue }
  }
}
