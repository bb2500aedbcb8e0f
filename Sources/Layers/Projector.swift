import Torch

/// The small network between a backbone and a contrastive loss. It is thrown away after pre-training: what the loss
/// must forget is forgotten in it, not in the features.
public final class Projector: Layer {
  public struct Configuration: Codable, Sendable, Equatable {
    public enum Normalization: String, Codable, Sendable, CaseIterable {
      case none
      /// Batch normalisation after every layer but the last.
      case hidden
      /// Batch normalisation after every layer, the last included.
      case all
    }

    /// Widths of the layers after the input: the last is the size of the embedding.
    public var widths: [Int]
    public var normalization: Normalization
    /// What the last normalisation learns, where there is one.
    public var lastAffine: BatchNorm.Affine
    public var hasBias: Bool

    public init(
      widths: [Int], normalization: Normalization = .all, lastAffine: BatchNorm.Affine = .full, hasBias: Bool = false
    ) {
      self.widths = widths
      self.normalization = normalization
      self.lastAffine = lastAffine
      self.hasBias = hasBias
    }

    /// SimCLR as published (Chen et al. 2020, section 2): one hidden layer as wide as the features, 128 outputs,
    /// with the batch normalisation that the official code puts after each.
    public static func simclr(features: Int) -> Self { .init(widths: [features, 128]) }

    /// The default of google-research/simclr (v2): two hidden layers, the last normalisation without offset.
    public static func simclrV2(features: Int) -> Self {
      .init(widths: [features, features, 128], lastAffine: .scaleOnly)
    }

    /// MoCo v2 (facebookresearch/moco): one hidden layer, biases, no normalisation.
    public static func mocoV2(features: Int) -> Self {
      .init(widths: [features, 128], normalization: .none, hasBias: true)
    }

    /// solo-learn's SimCLR for CIFAR: 2048 hidden, 256 outputs, biases, no normalisation.
    public static let soloLearn = Configuration(widths: [2048, 256], normalization: .none, hasBias: true)

    /// A single linear map.
    public static let linear = Configuration(widths: [128], normalization: .none, hasBias: true)
  }

  private let layers: Sequential
  public let outputs: Int

  public init(inputs: Int, _ configuration: Configuration) throws(TorchError) {
    var layers: [any Layer] = []
    var width = inputs
    for (index, next) in configuration.widths.enumerated() {
      let isLast = index == configuration.widths.count - 1
      layers.append(try Linear(width, next, bias: configuration.hasBias))
      if configuration.normalization == .all || (configuration.normalization == .hidden && !isLast) {
        layers.append(try BatchNorm(next, affine: isLast ? configuration.lastAffine : .full))
      }
      if !isLast { layers.append(ReLU()) }
      width = next
    }
    self.layers = Sequential(layers)
    outputs = width
  }

  public var children: [(name: String, module: any Module)] { layers.children }

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor { try layers(x) }
}
