import Torch

/// Builds a graph from a network's weights, layer by layer. Weights keep their names in the network.
///
/// Each call takes the name of its input and returns the name of its output.
///
/// https://onnx.ai/onnx/operators, version 17 of the operators.
public struct OnnxBuilder {
  package private(set) var graph = OnnxGraph()
  private let state: [String: Tensor]
  private var known: Set<String> = []

  package init(state: [String: Tensor]) { self.state = state }

  /// - Parameter shape: nil for a size that is open.
  package mutating func input(_ name: String, _ shape: [Int?], _ element: DType = .float32) -> String {
    graph.inputs.append(OnnxGraph.Port(name, shape, element))
    return name
  }

  /// - Parameter name: the name of the output in a runtime.
  package mutating func output(_ name: String, _ value: String, _ shape: [Int?]) {
    graph.nodes.append(OnnxGraph.Node("Identity", [value], [:], output: name))
    graph.outputs.append(OnnxGraph.Port(name, shape))
  }

  /// One operator with one output.
  public mutating func add(
    _ operation: String, _ inputs: String..., attributes: [String: OnnxGraph.Attribute] = [:]
  ) -> String {
    let output = "\(operation.lowercased())_\(graph.nodes.count)"
    graph.nodes.append(OnnxGraph.Node(operation, inputs, attributes, output: output))
    return output
  }

  /// A weight of the network by its dotted path.
  public mutating func weight(_ name: String) throws(TorchError) -> String {
    constant(name, try tensor(name))
  }

  /// Whether the network has such a weight.
  public func has(_ name: String) -> Bool { state[name] != nil }

  /// A tensor of the network, for computations before it is written.
  public func tensor(_ name: String) throws(TorchError) -> Tensor {
    guard let tensor = state[name] else { throw TorchError(call: "ONNX", message: "the network has no '\(name)'") }
    return tensor
  }

  /// - Parameter name: constants of one name are written once.
  public mutating func constant(_ name: String, _ tensor: Tensor) -> String {
    if known.insert(name).inserted { graph.weights.append((name, tensor)) }
    return name
  }

  // MARK: Layers

  public mutating func convolution(
    _ x: String, _ name: String, stride: Int, padding: Int
  ) throws(TorchError) -> String {
    let kernel = try tensor("\(name).weight").shape[2]
    let attributes: [String: OnnxGraph.Attribute] = [
      "kernel_shape": .integers([kernel, kernel]), "strides": .integers([stride, stride]),
      "pads": .integers([padding, padding, padding, padding]), "dilations": .integers([1, 1]), "group": .integer(1),
    ]
    let weight = try weight("\(name).weight")
    guard has("\(name).bias") else { return add("Conv", x, weight, attributes: attributes) }
    return add("Conv", x, weight, try self.weight("\(name).bias"), attributes: attributes)
  }

  public mutating func batchNorm(_ x: String, _ name: String) throws(TorchError) -> String {
    add(
      "BatchNormalization", x, try weight("\(name).weight"), try weight("\(name).bias"),
      try weight("\(name).running_mean"), try weight("\(name).running_var"), attributes: ["epsilon": .real(1e-5)])
  }

  /// A linear layer for rows [batch, inputs].
  public mutating func linear(_ x: String, _ name: String) throws(TorchError) -> String {
    add(
      "Gemm", x, try weight("\(name).weight"), try weight("\(name).bias"), attributes: ["transB": .integer(1)])
  }

  /// A linear layer for tokens [batch, tokens, inputs].
  public mutating func tokenwiseLinear(_ x: String, _ name: String) throws(TorchError) -> String {
    let turned = add("Transpose", try weight("\(name).weight"), attributes: ["perm": .integers([1, 0])])
    return add("Add", add("MatMul", x, turned), try weight("\(name).bias"))
  }

  public mutating func layerNorm(
    _ x: String, _ name: String, epsilon: Double = 1e-6
  ) throws(TorchError) -> String {
    add(
      "LayerNormalization", x, try weight("\(name).weight"), try weight("\(name).bias"),
      attributes: ["axis": .integer(-1), "epsilon": .real(epsilon)])
  }

  /// - Parameter shape: 0 for a size that stays, -1 for the rest.
  public mutating func reshaped(_ x: String, _ shape: [Int]) throws(TorchError) -> String {
    let name = "shape_" + shape.map(String.init).joined(separator: "_")
    return add("Reshape", x, constant(name, try Tensor(shape.map(Int64.init))))
  }

  /// x · Φ(x)
  public mutating func gelu(_ x: String) throws(TorchError) -> String {
    let part = add("Erf", add("Mul", x, try number(0.5.squareRoot(), "root_of_half")))
    return add("Mul", add("Mul", x, try number(0.5, "half")), add("Add", part, try number(1, "one")))
  }

  public mutating func number(_ value: Double, _ name: String) throws(TorchError) -> String {
    constant(name, try Tensor([Float(value)], shape: []))
  }

  /// A whole number without axes, to choose a row by.
  public mutating func index(_ value: Int) throws(TorchError) -> String {
    constant("index_\(value)", try Tensor([Int64(value)], shape: []))
  }

  /// Linear layers, each followed by a ReLU, except the last layer of a head.
  package mutating func perceptron(
    _ x: String, layers: Int, under prefix: String = "", isHead: Bool = false
  ) throws(TorchError) -> String {
    var x = x
    for layer in 0..<layers {
      // ReLUs are counted in the names too.
      x = try linear(x, "\(prefix)\(2 * layer)")
      if !isHead || layer < layers - 1 { x = add("Relu", x) }
    }
    return x
  }
}
