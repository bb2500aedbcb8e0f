import Layers
import Torch

/// A network from samples to features.
public protocol Backbone: Module {
  /// Width of the feature vectors: the output of a call is [batch, featureCount].
  var featureCount: Int { get }
  /// The parts of the network from the input to the features: for each depth, the dotted paths of its modules. Every
  /// parameter belongs to one of them. Fine-tuning may train the last of them alone, or earlier ones more slowly.
  var stages: [[String]] { get }
  /// One view of a batch → features [batch, featureCount].
  func callAsFunction(_ view: ViewBatch) throws(TorchError) -> Tensor
}

extension Backbone {
  /// One part, from input to features.
  public var stages: [[String]] { [children.map(\.name) + parameters.map(\.name)] }

  /// The index in `stages` of a parameter, given its dotted path.
  public func stage(of parameter: String) -> Int {
    stages.firstIndex { paths in paths.contains { parameter == $0 || parameter.hasPrefix($0 + ".") } } ?? 0
  }

  /// A view that is one tensor.
  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor { try self(ViewBatch(x)) }
}

/// A network that takes one tensor needs to say only that.
extension Backbone where Self: Layer {
  public func callAsFunction(_ view: ViewBatch) throws(TorchError) -> Tensor { try self(view.tensor) }
}
