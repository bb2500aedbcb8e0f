import Backbones
import Methods
import Torch
import Training
import Views

/// What a user asked of a run; what is nil is chosen for them from a preset, the data and the machine.
public struct RunRequest: Sendable {
  public var preset: Preset.Name?
  public var method: MethodName?
  public var backbone: BackboneName?
  /// Of the network: channels of a residual network's first stage, or the layers of a perceptron.
  public var width: Int?
  public var temperature: Double?
  public var projector: ProjectorName?
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
  // Of pictures
  public var views: ImageRecipe.Name?
  public var imageSize: Int?
  /// `CanonicalDecode.defaultMaxPixels` where nil.
  public var maxPixels: Int?
  public var stem: ResNet.Configuration.Stem?
  /// Side in pixels of what a transformer takes as one token.
  public var patchSize: Int?
  /// Small views beside the two large ones, of a method with multi-crop.
  public var localCrops: Int?
  /// Of a perceptron, or the blocks of a transformer.
  public var layers: Int?

  public init() {}

  /// A request that cannot be met, and what to do.
  public struct Refusal: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
  }
}
