import Backbones
import Torch

/// A network that can be written as a graph of ONNX operators.
protocol OnnxNetwork {
  /// - Parameter x: the name of the input.
  /// - Returns: the name of the features.
  func features(_ x: String, _ graph: inout OnnxBuilder) throws(TorchError) -> String
}

extension ResNet.Configuration: OnnxNetwork {
  func features(_ x: String, _ graph: inout OnnxBuilder) throws(TorchError) -> String { try graph.resNet(x, self) }
}

extension ViT.Configuration: OnnxNetwork {
  func features(_ x: String, _ graph: inout OnnxBuilder) throws(TorchError) -> String { try graph.viT(x, self) }
}

extension MLP.Configuration: OnnxNetwork {
  func features(_ x: String, _ graph: inout OnnxBuilder) throws(TorchError) -> String {
    try graph.perceptron(x, layers: layers)
  }
}

extension OnnxBuilder {
  /// The features of a backbone in evaluation mode: without dropout, with running statistics.
  ///
  /// - Throws: `TorchError` for a network that is not `OnnxNetwork`.
  mutating func features(_ x: String, _ backbone: BackboneConfiguration) throws(TorchError) -> String {
    guard let network = backbone.settings as? any OnnxNetwork else {
      throw TorchError(call: "onnx", message: "cannot be written for \(backbone.title) yet")
    }
    return try network.features(x, &self)
  }

  // MARK: ResNet

  fileprivate mutating func resNet(_ x: String, _ configuration: ResNet.Configuration) throws(TorchError) -> String {
    var x = x
    switch configuration.stem {
    case .imageNet:
      x = add("Relu", try batchNorm(convolution(x, "conv1", stride: 2, padding: 3), "bn1"))
      x = add(
        "MaxPool", x,
        attributes: [
          "kernel_shape": .integers([3, 3]), "strides": .integers([2, 2]), "pads": .integers([1, 1, 1, 1]),
        ])
    case .cifar: x = add("Relu", try batchNorm(convolution(x, "conv1", stride: 1, padding: 1), "bn1"))
    }
    for stage in 1...4 {
      var block = 0
      while has("layer\(stage).\(block).conv1.weight") {
        x = try residualBlock(x, "layer\(stage).\(block)", stride: stage > 1 && block == 0 ? 2 : 1)
        block += 1
      }
    }
    return add("Flatten", add("GlobalAveragePool", x), attributes: ["axis": .integer(1)])
  }

  /// A block of two or three convolutions. The first 3 × 3 convolution has the stride.
  private mutating func residualBlock(_ x: String, _ name: String, stride: Int) throws(TorchError) -> String {
    let isBottleneck = has("\(name).conv3.weight")
    var residual = x
    for index in 1...(isBottleneck ? 3 : 2) {
      if index > 1 { residual = add("Relu", residual) }
      let isStrided = index == (isBottleneck ? 2 : 1)
      residual = try batchNorm(
        convolution(
          residual, "\(name).conv\(index)", stride: isStrided ? stride : 1,
          padding: isBottleneck && index != 2 ? 0 : 1), "\(name).bn\(index)")
    }
    var shortcut = x
    if has("\(name).downsample.0.weight") {
      shortcut = try batchNorm(
        convolution(x, "\(name).downsample.0", stride: stride, padding: 0), "\(name).downsample.1")
    }
    return add("Relu", add("Add", residual, shortcut))
  }

  // MARK: ViT

  fileprivate mutating func viT(_ x: String, _ configuration: ViT.Configuration) throws(TorchError) -> String {
    let width = configuration.size.width
    let grid = try convolution(x, "patch_embed.proj", stride: configuration.patchSize, padding: 0)
    var tokens = add(
      "Transpose", try reshaped(grid, [0, width, -1]), attributes: ["perm": .integers([0, 2, 1])])
    if configuration.form.pooling == .classToken {
      // Adds a row of zeros for the class token. The token itself is added with the positions, because that works for
      // any batch size.
      let room = constant("room_for_class_token", try Tensor([0, 1, 0, 0, 0, 0] as [Int64]))
      let positions = try tensor("pos_embed")
      let first = try tensor("cls_token") + positions.narrowed(1, 0..<1)
      let rest = try positions.narrowed(1, 1..<positions.shape[1])
      let table = constant("cls_token_and_pos_embed", try concatenate([first, rest], dimension: 1))
      tokens = add("Add", add("Pad", tokens, room), table)
    } else {
      tokens = add("Add", tokens, try weight("pos_embed"))
    }
    for index in 0..<configuration.depth {
      let name = "blocks.\(index)"
      let attended = try attention(layerNorm(tokens, "\(name).norm1"), "\(name).attn", heads: configuration.size.heads)
      tokens = add("Add", tokens, attended)
      let hidden = try gelu(tokenwiseLinear(layerNorm(tokens, "\(name).norm2"), "\(name).mlp.fc1"))
      tokens = add("Add", tokens, try tokenwiseLinear(hidden, "\(name).mlp.fc2"))
    }
    tokens = try layerNorm(tokens, "norm")
    switch configuration.form.pooling {
    case .classToken: return add("Gather", tokens, try index(0), attributes: ["axis": .integer(1)])
    case .patches:
      return add("ReduceMean", tokens, attributes: ["axes": .integers([1]), "keepdims": .integer(0)])
    }
  }

  private mutating func attention(_ x: String, _ name: String, heads: Int) throws(TorchError) -> String {
    let width = try tensor("\(name).proj.weight").shape[0]
    let (side, all) = (width / heads, try tokenwiseLinear(x, "\(name).qkv"))
    // [3, batch, heads, tokens, side]
    let parts = add(
      "Transpose", try reshaped(all, [0, 0, 3, heads, side]), attributes: ["perm": .integers([2, 0, 3, 1, 4])])
    var part: [String] = []
    for number in 0..<3 { part.append(add("Gather", parts, try index(number), attributes: ["axis": .integer(0)])) }
    let keys = add("Transpose", part[1], attributes: ["perm": .integers([0, 1, 3, 2])])
    let scores = add("Mul", add("MatMul", part[0], keys), try number(1 / Double(side).squareRoot(), "attention_scale"))
    let mixed = add("MatMul", add("Softmax", scores, attributes: ["axis": .integer(-1)]), part[2])
    let joined = add("Transpose", mixed, attributes: ["perm": .integers([0, 2, 1, 3])])
    return try tokenwiseLinear(reshaped(joined, [0, 0, width]), "\(name).proj")
  }

  private mutating func index(_ value: Int) throws(TorchError) -> String {
    constant("index_\(value)", try Tensor([Int64(value)], shape: []))
  }

  // MARK: Perceptrons

  /// Linear layers, each followed by a ReLU, except the last layer of a head.
  mutating func perceptron(
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
