import Torch

extension ViT.Configuration: OnnxNetwork {
  public func features(_ x: String, _ graph: inout OnnxBuilder) throws(TorchError) -> String { try graph.viT(x, self) }
}

extension OnnxBuilder {
  fileprivate mutating func viT(_ x: String, _ configuration: ViT.Configuration) throws(TorchError) -> String {
    let width = configuration.size.width
    let table = try positions(of: x, configuration)
    let grid = try convolution(x, "patch_embed.proj", stride: configuration.patchSize, padding: 0)
    var tokens = add(
      "Transpose", try reshaped(grid, [0, width, -1]), attributes: ["perm": .integers([0, 2, 1])])
    if configuration.form.pooling == .classToken {
      // Adds a row of zeros for the class token. The token itself is added with the positions, because that works for
      // any batch size.
      let room = constant("room_for_class_token", try Tensor([0, 1, 0, 0, 0, 0] as [Int64]))
      let first = try tensor("cls_token") + table.narrowed(1, 0..<1)
      let rest = try table.narrowed(1, 1..<table.shape[1])
      let all = constant("cls_token_and_pos_embed", try concatenate([first, rest], dimension: 1))
      tokens = add("Add", add("Pad", tokens, room), all)
    } else {
      tokens = add("Add", tokens, constant("pos_embed", table))
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

  /// [1, tokens, width] for pictures as large as the input `x`: those of the network, or for another grid interpolated as it
  /// does.
  private func positions(of x: String, _ configuration: ViT.Configuration) throws(TorchError) -> Tensor {
    let own = try tensor("pos_embed")
    let (side, patch) = (configuration.gridSide, configuration.patchSize)
    guard let shape = graph.inputs.first(where: { $0.name == x })?.shape, shape.count == 4, let height = shape[2],
      let width = shape[3], (height / patch, width / patch) != (side, side)
    else { return own }
    let extra = own.shape[1] - side * side
    let patches = try ViT.resized(
      own.narrowed(1, extra..<own.shape[1]), side: side, rows: height / patch, columns: width / patch)
    return extra == 0 ? patches : try concatenate([own.narrowed(1, 0..<extra), patches], dimension: 1)
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
}
