import Settings
import Torch

/// The small network between a backbone and a loss. It is thrown away after pre-training: what the loss must forget is
/// forgotten in it, not in the features.
///
/// Layers are linear, with ReLU between them; without any it passes the features on. A predictor is one of these.
public final class Projector: Layer {
  public struct Configuration: Codable, Sendable, Equatable {
    public enum Normalization: String, Codable, Sendable, CaseIterable {
      case none
      /// Batch normalisation after every layer but the last.
      case hidden
      /// Batch normalisation after every layer, the last included.
      case all
    }

    /// Widths of the layers after the input: the last is the size of the embedding. Empty: the features are.
    public var widths: [Int]
    public var normalization: Normalization
    /// What the last normalisation learns, where there is one.
    public var lastAffine: BatchNorm.Affine
    public var hasBias: Bool
    /// Of the last layer, where it differs from the others.
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

    /// The same with one more layer, `outputs` wide: of a predictor, whose hidden layers alone are configured.
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
