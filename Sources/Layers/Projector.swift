import Settings
import Torch

/// The small network between a backbone and a loss. It is discarded after pre-training: the loss removes information
/// from its output, and the features in front of it keep that information.
///
/// Layers are linear, with ReLU between them; without layers, the output is the features. Predictors have the same
/// form.
public final class Projector: Layer {
  public struct Configuration: Codable, Sendable, Equatable {
    public enum Normalization: String, Codable, Sendable, CaseIterable {
      case none
      /// Batch normalisation after every layer but the last.
      case hidden
      /// Batch normalisation after every layer, the last included.
      case all
    }

    /// Widths of the layers after the input; the last is the size of the embedding. If empty, the features are the
    /// embedding.
    public var widths: [Int]
    public var normalization: Normalization
    /// The learned parameters of the last normalisation, if there is one.
    public var lastAffine: BatchNorm.Affine
    public var hasBias: Bool
    /// Whether the last layer has a bias; nil if it does as the others do.
    public var lastHasBias: Bool?

    public init(
      widths: [Int], normalization: Normalization = .all, lastAffine: BatchNorm.Affine = .full, hasBias: Bool = false,
      lastHasBias: Bool? = nil
    ) {
      self.widths = widths
      self.normalization = normalization
      self.lastAffine = lastAffine
      self.hasBias = hasBias
      self.lastHasBias = lastHasBias
    }

    /// The same with one more layer of `outputs`. For predictors, whose configuration lists the hidden layers only.
    public func ending(in outputs: Int) -> Self {
      var result = self
      result.widths.append(outputs)
      return result
    }
  }

  private let layers: Sequential
  public let outputs: Int

  public init(inputs: Int, _ configuration: Configuration) throws(TorchError) {
    try configuration.validate(for: "Projector")
    var layers: [any Layer] = []
    var width = inputs
    for (index, next) in configuration.widths.enumerated() {
      let isLast = index == configuration.widths.count - 1
      let hasBias = isLast ? configuration.lastHasBias ?? configuration.hasBias : configuration.hasBias
      layers.append(try Linear(width, next, bias: hasBias))
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

extension Projector.Configuration: Validated {
  package static let mostWidth = 32_768
  private static let mostLayers = 16

  public func validate() throws(SettingError) {
    try checkCount(of: widths, in: 0...Self.mostLayers, "widths")
    for (layer, width) in widths.enumerated() { try check(width, in: 1...Self.mostWidth, "widths[\(layer)]") }
    try checkWeights(ofLayers: widths, "widths")
  }

  /// With the layer that takes `inputs` numbers: how many these are, its network knows.
  package func validate(inputs: Int) throws(SettingError) {
    try validate()
    try checkWeights(ofLayers: [inputs] + widths, "widths")
  }
}
