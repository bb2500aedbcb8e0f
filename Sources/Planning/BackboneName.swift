import Backbones

/// The networks by the names of the command line.
public enum BackboneName: String, CaseIterable, Sendable {
  case resNet18 = "resnet18"
  case resNet34 = "resnet34"
  case resNet50 = "resnet50"
  case mlp

  /// Nil where it is no residual network.
  var depth: ResNet.Configuration.Depth? { .init(rawValue: rawValue) }
}
