import Torch

/// One block of a transformer in pre-normalised form, with timm's names: attention, then a perceptron of two layers.
/// Both act on normalised tokens and are added to their input. [batch, tokens, width] → the same shape.
package final class TransformerBlock: Layer {
  private let norm1: LayerNorm
  private let attn: MultiHeadAttention
  private let ls1: LayerScale?
  private let norm2: LayerNorm
  private let mlp: FeedForward
  private let ls2: LayerScale?
  private let dropPath: DropPath

  /// - Parameters:
  ///   - width: a multiple of `heads`; the perceptron is four times as wide inside.
  ///   - dropPath: the probability of dropping each of the two branches for a sample, in training.
  ///   - layerScale: what the learned factors behind the two branches begin with; nil for none.
  package init(width: Int, heads: Int, dropPath: Double = 0, layerScale: Double? = nil) throws(TorchError) {
    norm1 = try LayerNorm(width)
    attn = try MultiHeadAttention(width: width, heads: heads)
    ls1 = try layerScale.map { initial throws(TorchError) in try LayerScale(width: width, initial: initial) }
    norm2 = try LayerNorm(width)
    mlp = try FeedForward(width: width, hidden: 4 * width)
    ls2 = try layerScale.map { initial throws(TorchError) in try LayerScale(width: width, initial: initial) }
    self.dropPath = DropPath(dropPath)
  }

  package var children: [(name: String, module: any Module)] {
    [("norm1", norm1), ("attn", attn)] + (ls1.map { [("ls1", $0)] } ?? []) + [("norm2", norm2), ("mlp", mlp)]
      + (ls2.map { [("ls2", $0)] } ?? []) + [("drop_path", dropPath)]
  }

  package func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    let y = try x + dropPath(scaled(attn(norm1(x)), by: ls1))
    return try y + dropPath(scaled(mlp(norm2(y)), by: ls2))
  }

  private func scaled(_ branch: Tensor, by scale: LayerScale?) throws(TorchError) -> Tensor {
    if let scale { try scale(branch) } else { branch }
  }
}

/// Linear, GELU, linear.
private final class FeedForward: Layer {
  private let fc1: Linear
  private let fc2: Linear

  init(width: Int, hidden: Int) throws(TorchError) {
    fc1 = try Linear(width, hidden, deviation: 0.02)
    fc2 = try Linear(hidden, width, deviation: 0.02)
  }

  var children: [(name: String, module: any Module)] { [("fc1", fc1), ("fc2", fc2)] }

  func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor { try fc2(gelu(fc1(x))) }
}
