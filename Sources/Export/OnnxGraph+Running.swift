import Torch

extension OnnxGraph {
  /// Computes the outputs for `inputs`, with each operator as ONNX defines it. Only operators that Swiftlet writes are
  /// supported.
  ///
  /// It checks a file against its network, so it uses none of the network's code.
  ///
  /// - Throws: `TorchError` if an operator is unknown or refuses its inputs.
  func run(_ inputs: [String: Tensor]) throws(TorchError) -> [String: Tensor] {
    var values = inputs
    for (name, tensor) in weights { values[name] = tensor }
    for node in nodes {
      var arguments: [Tensor] = []
      for name in node.inputs {
        guard let value = values[name] else { throw node.failure("there is no '\(name)' before it") }
        arguments.append(value)
      }
      values[node.output] = try node.run(arguments)
    }
    return values.filter { name, _ in outputs.contains { $0.name == name } }
  }
}

private enum Operators {
  static let convolution = Operator("conv2d")
  static let timeConvolution = Operator("conv1d")
  static let isMissing = Operator("isnan")
  static let choose = Operator("where", "self")
  static let erf = Operator("erf")
  static let pad = Operator("constant_pad_nd")
  static let select = Operator("index_select")
  static let sign = Operator("sign")
  static let sum = Operator("sum", "dim_IntList")
  static let greatest = Operator("amax")
  static let maximum = Operator("maximum")
  static let length = Operator("linalg_vector_norm")
}

extension OnnxGraph.Node {
  fileprivate func failure(_ message: String) -> TorchError {
    TorchError(call: "ONNX \(operation) '\(output)'", message: message)
  }

  private func integers(_ name: String) throws(TorchError) -> [Int] {
    guard case .integers(let values) = attributes[name] else { throw failure("has no '\(name)'") }
    return values
  }

  private func integer(_ name: String) throws(TorchError) -> Int {
    guard case .integer(let value) = attributes[name] else { throw failure("has no '\(name)'") }
    return value
  }

  private func real(_ name: String) throws(TorchError) -> Double {
    guard case .real(let value) = attributes[name] else { throw failure("has no '\(name)'") }
    return value
  }

  /// The numbers of a list.
  private func whole(_ x: Tensor) throws(TorchError) -> [Int] { try x.values(as: Int64.self).map { Int($0) } }

  fileprivate func run(_ x: [Tensor]) throws(TorchError) -> Tensor {
    switch operation {
    case "Identity": return x[0]
    case "Relu": return try relu(x[0])
    case "Sigmoid": return try sigmoid(x[0])
    case "Softmax": return try softmax(x[0], integer("axis"))
    case "Erf": return try Operators.erf(.tensor(x[0]))
    case "IsNaN": return try Operators.isMissing(.tensor(x[0]))
    case "Where": return try Operators.choose(.tensor(x[0]), .tensor(x[1]), .tensor(x[2]))
    case "Add": return try x[0] + x[1]
    case "Mul": return try x[0] * x[1]
    case "Div": return try x[0] / x[1]
    case "MatMul": return try x[0].matmul(x[1])
    case "Gemm":
      let weight = try integer("transB") == 1 ? x[1].transposed(0, 1) : x[1]
      return try x[0].matmul(weight) + x[2]
    case "Conv":
      // The padding is equal on both sides.
      let convolution = x[1].shape.count == 3 ? Operators.timeConvolution : Operators.convolution
      return try convolution(
        .tensor(x[0]), .tensor(x[1]), .optional(x.count > 2 ? x[2] : nil), .integers(integers("strides")),
        .integers(Array(integers("pads").prefix(x[1].shape.count - 2))), .integers(integers("dilations")),
        .integer(integer("group")))
    case "MaxPool":
      return try maxPool2D(
        x[0], kernel: integers("kernel_shape")[0], stride: integers("strides")[0], padding: integers("pads")[0])
    case "GlobalAveragePool": return try x[0].mean([2, 3], keep: true)
    case "BatchNormalization":
      return try batchNorm(
        x[0], weight: x[1], bias: x[2], runningMean: x[3], runningVariance: x[4], isTraining: false, momentum: 0,
        epsilon: real("epsilon"))
    case "LayerNormalization":
      return try layerNorm(x[0], weight: x[1], bias: x[2], epsilon: real("epsilon"))
    case "Concat": return try concatenate(x, dimension: integer("axis"))
    case "Flatten": return try x[0].flattened(from: integer("axis"))
    case "Transpose": return try x[0].permuted(integers("perm"))
    case "ReduceMean": return try x[0].mean(integers("axes"), keep: integer("keepdims") == 1)
    case "Reshape":
      let shape = try whole(x[1])
      return try x[0].reshaped(shape.enumerated().map { $1 == 0 ? x[0].shape[$0] : $1 })
    case "Gather":
      // The axis is replaced by those of the indices; a single number has none.
      let axis = try integer("axis")
      guard x[0].shape.indices.contains(axis) else { throw failure("has no axis \(axis)") }
      let shape = x[0].shape.prefix(axis) + x[1].shape + x[0].shape.dropFirst(axis + 1)
      return try Operators.select(.tensor(x[0]), .integer(axis), .tensor(x[1].flattened())).reshaped(Array(shape))
    case "Cast":
      // To float32.
      guard try integer("to") == 1 else { throw failure("casts to a type that is never written") }
      return try x[0].to(dtype: .float32)
    case "Sign": return try Operators.sign(.tensor(x[0]))
    case "Max": return try Operators.maximum(.tensor(x[0]), .tensor(x[1]))
    case "Shape": return try Tensor(x[0].shape.map(Int64.init))
    case "Slice":
      // Of one axis, forwards.
      let (start, end, axis) = try (whole(x[1])[0], whole(x[2])[0], whole(x[3])[0])
      guard x[0].shape.indices.contains(axis), (0...end).contains(start), end <= x[0].shape[axis] else {
        throw failure("cuts \(start) to \(end) of \(x[0].shape)")
      }
      return try x[0].narrowed(axis, start..<end)
    case "Unsqueeze":
      var result = x[0]
      for axis in try whole(x[1]) { result = try result.unsqueezed(axis) }
      return result
    case "ReduceSum":
      return try Operators.sum(.tensor(x[0]), .integers(whole(x[1])), .boolean(integer("keepdims") == 1), nil)
    case "ReduceMax":
      return try Operators.greatest(.tensor(x[0]), .integers(integers("axes")), .boolean(integer("keepdims") == 1))
    case "ReduceL2":
      return try Operators.length(
        .tensor(x[0]), 2, .integers(integers("axes")), .boolean(integer("keepdims") == 1), nil)
    case "Pad":
      // ONNX gives the padding before each axis, first to last, and then the padding behind each. libtorch takes pairs,
      // from the last axis to the first.
      let widths = try whole(x[1])
      let rank = widths.count / 2
      let pairs = (0..<rank).reversed().flatMap { [widths[$0], widths[rank + $0]] }
      return try Operators.pad(.tensor(x[0]), .integers(pairs))
    default: throw failure("is not known here")
    }
  }
}
