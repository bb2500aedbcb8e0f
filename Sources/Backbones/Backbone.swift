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
  case viT(ViT.Configuration)
  case mlp(MLP.Configuration)

  public func build() throws(TorchError) -> any Backbone {
    switch self {
    case .resNet(let configuration): try ResNet(configuration)
    case .viT(let configuration): try ViT(configuration)
    case .mlp(let configuration): try MLP(configuration)
    }
  }

  /// Of the network that it builds.
  public var featureCount: Int {
    switch self {
    case .resNet(let configuration): configuration.featureCount
    case .viT(let configuration): configuration.size.width
    case .mlp(let configuration): configuration.width
    }
  }

  public var name: String {
    switch self {
    case .resNet(let configuration): configuration.depth.rawValue
    case .viT(let configuration): "\(configuration.size.rawValue) with patches of \(configuration.patchSize)"
    case .mlp(let configuration): "mlp (\(configuration.layers) × \(configuration.width))"
    }
  }
}
