import Backbones
import Torch

/// Of a batch of series of one length, any number and any length of them. A step that lacks a value, which is not a number, is
/// hidden as in the network.
extension DilatedCNN.Configuration: OnnxNetwork {
  package func features(_ x: String, _ graph: inout OnnxBuilder) throws(TorchError) -> String {
    let missing = graph.add("IsNaN", x)
    let filled = graph.add("Where", missing, try graph.number(0, "zero"), x)
    let toFloat: [String: OnnxGraph.Attribute] = ["to": .integer(1)]
    let lacks = graph.add(
      "ReduceMax", graph.add("Cast", missing, attributes: toFloat),
      attributes: ["axes": .integers([2]), "keepdims": .integer(1)])
    let seen = graph.add(
      "Add", try graph.number(1, "one"), graph.add("Mul", lacks, try graph.number(-1, "minus_one")))
    let known = graph.add("Mul", try graph.tokenwiseLinear(filled, "input_fc"), seen)
    var x = graph.add("Transpose", known, attributes: ["perm": .integers([0, 2, 1])])
    for index in 0...layers {
      let name = "feature_extractor.net.\(index)"
      let dilation = 1 << index
      let inner = try convolution(try graph.gelu(x), "\(name).conv1.conv", dilation, &graph)
      let outer = try convolution(try graph.gelu(inner), "\(name).conv2.conv", dilation, &graph)
      let residual = index == layers ? try convolution(x, "\(name).projector", 1, &graph) : x
      x = graph.add("Add", outer, residual)
    }
    return graph.add("ReduceMax", x, attributes: ["axes": .integers([2]), "keepdims": .integer(0)])
  }

  /// Over time, keeping the number of steps.
  private func convolution(
    _ x: String, _ name: String, _ dilation: Int, _ graph: inout OnnxBuilder
  ) throws(TorchError) -> String {
    let kernel = try graph.tensor("\(name).weight").shape[2]
    let padding = dilation * (kernel - 1) / 2
    return graph.add(
      "Conv", x, try graph.weight("\(name).weight"), try graph.weight("\(name).bias"),
      attributes: [
        "kernel_shape": .integers([kernel]), "strides": .integers([1]), "pads": .integers([padding, padding]),
        "dilations": .integers([dilation]), "group": .integer(1),
      ])
  }
}
