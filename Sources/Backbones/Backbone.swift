import Layers
import Torch

/// A network from samples to features.
public protocol Backbone: Layer {
  /// Width of the feature vectors: the output of a call is [batch, featureCount].
  var featureCount: Int { get }
  /// The parts of the network from the input to the features: for each depth, the dotted paths of its modules. Every
  /// parameter belongs to one of them.
  var stages: [[String]] { get }
}

extension Backbone {
  /// The index in `stages` of a parameter, given its dotted path.
  public func stage(of parameter: String) -> Int {
    stages.firstIndex { paths in paths.contains { parameter == $0 || parameter.hasPrefix($0 + ".") } } ?? 0
  }
}

/// Which backbone, and how it is built: one case per family. A run records it.
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

  /// The width of the feature vectors of the network.
  public var featureCount: Int {
    switch self {
    case .resNet(let configuration): configuration.featureCount
    case .viT(let configuration): configuration.size.width
    case .mlp(let configuration): configuration.width
    }
  }

  /// The same network with stochastic depth: training drops the output of the last residual branch with this
  /// probability, and earlier ones with less. An MLP has no residual branches.
  public func withDropPath(_ probability: Double) -> BackboneConfiguration {
    switch self {
    case .resNet(var configuration):
      configuration.dropPath = probability
      return .resNet(configuration)
    case .viT(var configuration):
      configuration.dropPath = probability
      return .viT(configuration)
    case .mlp: return self
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
