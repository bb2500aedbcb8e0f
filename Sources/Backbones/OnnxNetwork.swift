import Torch

/// A network that can be written as a graph of ONNX operators. Its settings declare the graph; the weights come from the
/// network that they describe.
public protocol OnnxNetwork {
  /// Adds the network to a graph, in evaluation mode: without dropout, with running statistics.
  ///
  /// - Parameters:
  ///   - x: the name of the input, the first tensor of a view.
  ///   - graph: holds the network's weights by their dotted paths.
  /// - Returns: the name of the features, [batch, featureCount].
  func features(_ x: String, _ graph: inout OnnxBuilder) throws(TorchError) -> String
}

extension OnnxBuilder {
  /// The features of a network.
  ///
  /// - Throws: `TorchError` for a network that is not `OnnxNetwork`.
  package mutating func features(_ x: String, _ backbone: BackboneConfiguration) throws(TorchError) -> String {
    guard let network = backbone.settings as? any OnnxNetwork else {
      throw TorchError(call: "onnx", message: "cannot be written for \(backbone.title): the network declares no graph")
    }
    return try network.features(x, &self)
  }
}
