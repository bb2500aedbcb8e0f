import Backbones

/// The networks by the names of the command line.
public enum BackboneName: String, CaseIterable, Sendable, Codable {
  case resNet18 = "resnet18"
  case resNet34 = "resnet34"
  case resNet50 = "resnet50"
  case viTTiny = "vit-tiny"
  case viTSmall = "vit-small"
  case viTBase = "vit-base"
  case mlp

  /// Nil where it is no residual network.
  var depth: ResNet.Configuration.Depth? { .init(rawValue: rawValue) }

  /// Nil where it is no vision transformer.
  var viTSize: ViT.Configuration.Size? { .init(rawValue: rawValue) }

  static var transformers: [BackboneName] { allCases.filter { $0.viTSize != nil } }
}
