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
    let (placed, registers) = (configuration.placedTokens, configuration.registers ?? 0)
    let before = (configuration.form.pooling == .classToken ? 1 : 0) + registers
    if before > 0 {
      // Adds rows of zeros for the tokens before the patches. The tokens themselves are added with the positions, because
      // that works for any batch size.
      var rows: [Tensor] = []
      if before > registers {
        let own = try tensor("cls_token")
        rows.append(placed > 0 ? try own + table.narrowed(1, 0..<1) : own)
      }
      if registers > 0 { rows.append(try tensor("reg_token")) }
      rows.append(try table.narrowed(1, placed..<table.shape[1]))
      let room = constant("room_for_tokens", try Tensor([0, Int64(before), 0, 0, 0, 0]))
      tokens = add(
        "Add", add("Pad", tokens, room), constant("tokens_and_pos_embed", try concatenate(rows, dimension: 1)))
    } else {
      tokens = add("Add", tokens, constant("pos_embed", table))
    }
    for index in 0..<configuration.depth {
      let name = "blocks.\(index)"
      let attended = try attention(layerNorm(tokens, "\(name).norm1"), "\(name).attn", heads: configuration.size.heads)
      tokens = add("Add", tokens, try scaled(attended, "\(name).ls1", configuration))
      let hidden = try gelu(tokenwiseLinear(layerNorm(tokens, "\(name).norm2"), "\(name).mlp.fc1"))
      let mapped = try tokenwiseLinear(hidden, "\(name).mlp.fc2")
      tokens = add("Add", tokens, try scaled(mapped, "\(name).ls2", configuration))
    }
    tokens = try layerNorm(tokens, "norm")
    switch configuration.form.pooling {
    case .classToken: return add("Gather", tokens, try index(0), attributes: ["axis": .integer(1)])
    case .patches:
      if registers > 0 {
        let indices = constant("patches", try Tensor((0..<table.shape[1]).map { Int64($0 + registers) }))
        tokens = add("Gather", tokens, indices, attributes: ["axis": .integer(1)])
      }
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

  /// A branch by its layer scale, where the network has one.
  private mutating func scaled(
    _ branch: String, _ name: String, _ configuration: ViT.Configuration
  ) throws(TorchError) -> String {
    configuration.layerScale == nil ? branch : add("Mul", branch, try weight("\(name).gamma"))
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
