import Torch

extension ViT.Configuration: OnnxNetwork {
  public func features(_ x: String, _ graph: inout OnnxBuilder) throws(TorchError) -> String { try graph.viT(x, self) }
}

extension OnnxBuilder {
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
}
