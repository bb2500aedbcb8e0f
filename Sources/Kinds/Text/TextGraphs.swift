import Backbones
import Torch

// The networks for texts as graphs of ONNX operators, for any number of texts of any length that the network takes.

extension TextBag.Configuration: OnnxNetwork {
  package func features(_ x: String, _ graph: inout OnnxBuilder) throws(TorchError) -> String {
    let tokens = graph.add(
      "Gather", try graph.weight("embeddings.word_embeddings.weight"), x, attributes: ["axis": .integer(0)])
    return try graph.meanOfTokens(tokens, graph.tokenMask(x), least: 1)
  }
}

extension BERT.Configuration: OnnxNetwork {
  package func features(_ x: String, _ graph: inout OnnxBuilder) throws(TorchError) -> String {
    let mask = graph.tokenMask(x)
    // 0 for what is seen, else so low that nothing is left of it: [batch, 1, 1, length]
    let hidden = graph.add(
      "Mul", graph.add("Add", mask, try graph.number(-1, "minus_one")), try graph.number(1e4, "lowest"))
    let bias = graph.add("Unsqueeze", hidden, graph.constant("axes_1_2", try Tensor([1, 2] as [Int64])))
    var tokens = try graph.embeddings(x)
    for layer in 0..<layers { tokens = try graph.block(tokens, "encoder.layer.\(layer)", heads: heads, bias: bias) }
    let features =
      switch pooling {
      case .first: graph.add("Gather", tokens, try graph.index(0), attributes: ["axis": .integer(1)])
      case .mean: try graph.meanOfTokens(tokens, mask, least: 1e-9)
      case .max: try graph.largestOfTokens(tokens, mask)
      }
    guard normalises == true else { return features }
    let length = graph.add("ReduceL2", features, attributes: ["axes": .integers([-1]), "keepdims": .integer(1)])
    return graph.add("Div", features, graph.add("Max", length, try graph.number(1e-12, "least_length")))
  }
}

extension OnnxBuilder {
  /// 1 for tokens and 0 for id 0: [batch, length]
  fileprivate mutating func tokenMask(_ ids: String) -> String {
    let float32 = 1
    return add("Sign", add("Cast", ids, attributes: ["to": .integer(float32)]))
  }

  private mutating func lastAxis() throws(TorchError) -> String { constant("axes_2", try Tensor([2] as [Int64])) }

  private mutating func firstAxis() throws(TorchError) -> String { constant("axes_1", try Tensor([1] as [Int64])) }

  fileprivate mutating func meanOfTokens(
    _ tokens: String, _ mask: String, least: Double
  ) throws(TorchError) -> String {
    let weights = add("Unsqueeze", mask, try lastAxis())
    let sum = add("ReduceSum", add("Mul", tokens, weights), try firstAxis(), attributes: ["keepdims": .integer(0)])
    let count = add("ReduceSum", weights, try firstAxis(), attributes: ["keepdims": .integer(0)])
    return add("Div", sum, add("Max", count, try number(least, "least_count")))
  }

  fileprivate mutating func largestOfTokens(_ tokens: String, _ mask: String) throws(TorchError) -> String {
    let hidden = add("Add", mask, try number(-1, "minus_one"))
    let lowered = add("Add", tokens, add("Unsqueeze", add("Mul", hidden, try number(1e4, "lowest")), try lastAxis()))
    return add("ReduceMax", lowered, attributes: ["axes": .integers([1]), "keepdims": .integer(0)])
  }

  /// The vectors of tokens, of their places and of the first type, summed and normalised.
  fileprivate mutating func embeddings(_ ids: String) throws(TorchError) -> String {
    let words = add("Gather", try weight("embeddings.word_embeddings.weight"), ids, attributes: ["axis": .integer(0)])
    let length = add("Gather", add("Shape", ids), try firstAxis(), attributes: ["axis": .integer(0)])
    // The first row, and the first axis.
    let zero = constant("axes_0", try Tensor([0] as [Int64]))
    let places = add("Slice", try weight("embeddings.position_embeddings.weight"), zero, length, zero)
    let type = constant("first_type", try tensor("embeddings.token_type_embeddings.weight").narrowed(0, 0..<1))
    return try layerNorm(
      add("Add", words, add("Add", places, type)), "embeddings.LayerNorm", epsilon: BERT.Configuration.epsilon)
  }

  fileprivate mutating func block(
    _ x: String, _ name: String, heads: Int, bias: String
  ) throws(TorchError) -> String {
    let width = try tensor("\(name).attention.output.dense.weight").shape[0]
    let side = width / heads
    var parts: [String] = []
    for part in ["query", "key", "value"] {
      // [batch, heads, length, side]; keys [batch, heads, side, length]
      let split = try reshaped(tokenwiseLinear(x, "\(name).attention.self.\(part)"), [0, 0, heads, side])
      parts.append(
        add("Transpose", split, attributes: ["perm": .integers(part == "key" ? [0, 2, 3, 1] : [0, 2, 1, 3])]))
    }
    let scores = add(
      "Mul", add("MatMul", parts[0], parts[1]), try number(1 / Double(side).squareRoot(), "attention_scale"))
    let shares = add("Softmax", add("Add", scores, bias), attributes: ["axis": .integer(-1)])
    let mixed = add("Transpose", add("MatMul", shares, parts[2]), attributes: ["perm": .integers([0, 2, 1, 3])])
    let attended = try tokenwiseLinear(reshaped(mixed, [0, 0, width]), "\(name).attention.output.dense")
    let y = try layerNorm(
      add("Add", x, attended), "\(name).attention.output.LayerNorm", epsilon: BERT.Configuration.epsilon)
    let output = try tokenwiseLinear(gelu(tokenwiseLinear(y, "\(name).intermediate.dense")), "\(name).output.dense")
    return try layerNorm(add("Add", y, output), "\(name).output.LayerNorm", epsilon: BERT.Configuration.epsilon)
  }
}
