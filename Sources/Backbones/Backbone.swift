import Layers
import Settings
import Torch

/// A network from samples to features.
public protocol Backbone: Layer {
  /// Width of the feature vectors: the output of a call is [batch, featureCount].
  var featureCount: Int { get }
  /// Its parts from the input to the features, each the dotted paths of what stands at one depth. Every parameter lies
  /// below one of them.
  var stages: [[String]] { get }
}

extension Backbone {
  /// In which of `stages` a parameter stands, by its dotted path.
  public func stage(of parameter: String) -> Int {
    stages.firstIndex { paths in paths.contains { parameter == $0 || parameter.hasPrefix($0 + ".") } } ?? 0
  }
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

  /// The same network, of which training drops this part of the last residual branch's outputs, and less of those
  /// before it. An mlp has none.
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

extension BackboneConfiguration: Validated {
  public func validate() throws(SettingError) {
    switch self {
    case .resNet(let configuration): try Settings.validate(configuration, under: "resNet")
    case .viT(let configuration): try Settings.validate(configuration, under: "viT")
    case .mlp(let configuration): try Settings.validate(configuration, under: "mlp")
    }
  }
}

/// ResNet-50 of four times the width, the largest that was published for learning without labels, has 375 million.
private let mostWeights = 536_870_912.0

func checkWeights(_ count: Double, _ width: Int, _ name: String) throws(SettingError) {
  guard count <= mostWeights else {
    throw SettingError(
      name, width, expected: "so small that the network has at most \(Int(mostWeights)) weights, not \(Int(count))")
  }
}
