import Layers
import Torch

/// A network from samples to features.
public protocol Backbone: Layer {
  /// Width of the feature vectors: the output of a call is [batch, featureCount].
  var featureCount: Int { get }
}

/// Which backbone, and how it is built. One case a family; a run records it.
public enum BackboneConfiguration: Codable, Sendable, Equatable {
  case resNet(ResNet.Configuration)
  case mlp(MLP.Configuration)

  public func build() throws(TorchError) -> any Backbone {
    switch self {
    case .resNet(let configuration): try ResNet(configuration)
    case .mlp(let configuration): try MLP(configuration)
    }
  }

  public var name: String {
    switch self {
    case .resNet(let configuration): configuration.depth.rawValue
    case .mlp(let configuration): "mlp (\(configuration.layers) × \(configuration.width))"
    }
  }
}
