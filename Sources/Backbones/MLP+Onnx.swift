import Torch

extension MLP.Configuration: OnnxNetwork {
  public func features(_ x: String, _ graph: inout OnnxBuilder) throws(TorchError) -> String {
    try graph.perceptron(x, layers: layers)
  }
}
