import Settings
import Torch

/// The head of DINO (Caron et al. 2021, appendix C; with the names of `DINOHead` of facebookresearch/dino): a
/// perceptron with GELU ends in a narrow vector, which is scaled to length 1 and multiplied with directions of length 1
/// (weight normalisation with g fixed at 1). [batch, inputs] → [batch, prototypes]
package final class PrototypeHead: Module {
  package struct Configuration: Codable, Sendable, Equatable {
    /// Widths of the layers before the narrow one.
    package var hidden: [Int]
    package var bottleneck: Int
    package var prototypes: Int
    /// Whether the layers before the narrow one are normalised over the batch (`use_bn_in_head`). This removes what all
    /// features of a residual network have in common, which otherwise dominates the narrow vector.
    package var normalizesHidden: Bool

    package init(hidden: [Int], bottleneck: Int, prototypes: Int, normalizesHidden: Bool = false) {
      self.hidden = hidden
      self.bottleneck = bottleneck
      self.prototypes = prototypes
      self.normalizesHidden = normalizesHidden
    }

    /// As published.
    package static let dino = Configuration(hidden: [2048, 2048], bottleneck: 256, prototypes: 65536)
  }

  private let mlp: Sequential
  package let lastLayer: DirectionLayer

  package init(inputs: Int, _ configuration: Configuration) throws(TorchError) {
    try configuration.validate(for: "PrototypeHead")
    var layers: [any Layer] = []
    var width = inputs
    for next in configuration.hidden {
      layers.append(try Linear(width, next, deviation: 0.02))
      if configuration.normalizesHidden { layers.append(try BatchNorm(next)) }
      layers.append(GELU())
      width = next
    }
    layers.append(try Linear(width, configuration.bottleneck, deviation: 0.02))
    mlp = Sequential(layers)
    lastLayer = try DirectionLayer(configuration.bottleneck, configuration.prototypes)
  }

  package var children: [(name: String, module: any Module)] { [("mlp", mlp), ("last_layer", lastLayer)] }

  /// - Returns: the narrow vectors, scaled to length 1, and their scores.
  package func callAsFunction(_ x: Tensor) throws(TorchError) -> (embeddings: Tensor, scores: Tensor) {
    let embeddings = try normalized(mlp(x))
    return (embeddings, try lastLayer(embeddings))
  }
}

/// x · (v / ‖v‖)ᵀ with each row of v scaled to length 1; no bias.
package final class DirectionLayer: Layer {
  package let direction: Parameter

  init(_ inputs: Int, _ outputs: Int) throws(TorchError) {
    let bound = 1 / Double(max(1, inputs)).squareRoot()
    direction = try Parameter(.uniform([outputs, inputs], -bound...bound))
  }

  package var parameters: [(name: String, parameter: Parameter)] { [("weight_v", direction)] }

  package func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    try linear(x, weight: normalized(direction.tensor), bias: nil)
  }
}

extension PrototypeHead.Configuration: Validated {
  public func validate() throws(SettingError) {
    let most = Projector.Configuration.mostWidth
    try checkCount(of: hidden, in: 0...16, "hidden")
    for (layer, width) in hidden.enumerated() { try check(width, in: 1...most, "hidden[\(layer)]") }
    try check(bottleneck, in: 1...most, "bottleneck")
    try check(prototypes, in: 2...1_048_576, "prototypes")
    try checkWeights(ofLayers: hidden + [bottleneck, prototypes], "prototypes")
  }
}
