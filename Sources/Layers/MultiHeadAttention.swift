import Torch

/// Self-attention with several heads (Vaswani et al. 2017), with timm's names: `qkv` makes queries, keys and values,
/// and `proj` joins the heads. [batch, tokens, width] → the same shape.
package final class MultiHeadAttention: Layer {
  package let heads: Int
  private let qkv: Linear
  private let proj: Linear

  /// - Parameter width: a multiple of `heads`.
  package init(width: Int, heads: Int) throws(TorchError) {
    guard heads > 0, width.isMultiple(of: heads) else {
      throw TorchError(call: "MultiHeadAttention", message: "\(heads) heads do not divide a width of \(width)")
    }
    self.heads = heads
    qkv = try Linear(width, 3 * width, deviation: 0.02)
    proj = try Linear(width, width, deviation: 0.02)
  }

  package var children: [(name: String, module: any Module)] { [("qkv", qkv), ("proj", proj)] }

  package func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    let (batch, tokens, width) = (x.shape[0], x.shape[1], x.shape[2])
    // [3, batch, heads, tokens, width / heads]
    let parts = try qkv(x).reshaped([batch, tokens, 3, heads, width / heads]).permuted([2, 0, 3, 1, 4]).unstacked()
    let joined = try scaledDotProductAttention(parts[0], parts[1], parts[2])
    return try proj(joined.transposed(1, 2).reshaped([batch, tokens, width]))
  }
}
