import Backbones
import Optimizers
import Samples
import Settings
import Torch

/// What a user asks of a run. Settings that are nil are chosen from the preset, the data and the machine.
public struct RunRequest: Sendable {
  public var preset: Preset.Name?
  public var method: MethodName?
  public var backbone: BackboneName?
  /// Options of the kind of data, the method and the network: `request[Pictures.imageSize] = 64`.
  public var options = OptionValues()
  public var optimizer: OptimizerConfiguration.Name?
  /// The learning rate of the actual batch, not of a batch of 256.
  public var learningRate: Double?
  public var weightDecay: Double?
  /// The learning rate of each stage of the network as a part of that of the next, above 0, at most 1.
  public var layerDecay: Double?
  public var batchSize: Int?
  /// How many samples pass the network at a time; nil for all, or as many as fit into the memory.
  public var microBatch: Int?
  public var epochs: Int?
  public var minutes: Double?
  /// Nil for 0.
  public var seed: UInt64?
  // The machine
  public var device: Device.Kind?
  public var precision: RunConfiguration.Precision?
  public var computeThreads: Int?
  /// What other processes computed before the run; nil where that is not known.
  package var load: MachineLoad?
  public var loaderThreads: Int?
  public var isDeterministic = false
  /// The part of the samples that is held out to detect overfitting, 0 to 0.5. If nil, a twentieth of at least 1,000
  /// samples, but no more than a batch.
  public var holdOut: Double?
  /// See `RunConfiguration.patience`.
  public var patience: Patience?
  /// Nil for `.warn`.
  public var onCollapse: OnCollapse?
  /// Bytes of memory that the run may take; nil for what the machine or the device has free.
  public var memory: Int?
  /// How many processes divide each batch, and how many of them share this machine.
  package var processes = 1
  package var processesHere = 1
  /// The weights that the run begins with, where their place says how samples have to be read: a run, or a folder of
  /// another library's model.
  public var beginning: String?

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
  /// The width of the network: the channels of a ResNet's first stage, or the units of a perceptron's layers.
  public var width: Int? {
    get { self[NetworkOptions.width] }
    set { self[NetworkOptions.width] = newValue }
  }
  /// The layers of a perceptron, or the blocks of a transformer.
  public var layers: Int? {
    get { self[NetworkOptions.layers] }
    set { self[NetworkOptions.layers] = newValue }
  }
}
