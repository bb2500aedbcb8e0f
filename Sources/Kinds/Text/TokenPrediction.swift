import Layers
import Torch

private enum Operators {
  static let crossEntropy = Operator("cross_entropy_loss")
}

/// The cross-entropy of predicted tokens, of which some count: the mean of −log p(token) over those.
package struct TokenPrediction: Sendable {
  package init() {}

  /// - Parameters:
  ///   - logits: […, entries]
  ///   - tokens: […] int64
  ///   - weights: […], 1 for those that count, else 0.
  /// - Returns: a single value in float32 (float64 for float64 logits); 0 if none counts.
  package func callAsFunction(_ logits: Tensor, tokens: Tensor, weights: Tensor) throws(TorchError) -> Tensor {
    let entries = logits.shape[logits.rank - 1]
    guard Array(logits.shape.dropLast()) == tokens.shape, tokens.shape == weights.shape else {
      throw TorchError(
        call: "TokenPrediction",
        message:
          "\(logits.shape) of the logits, \(tokens.shape) of the tokens and \(weights.shape) of the weights differ")
    }
    let precision: DType = logits.dtype == .float64 ? .float64 : .float32
    let isSeparate = 0
    let losses = try Operators.crossEntropy(
      .tensor(logits.to(dtype: precision).reshaped([-1, entries])), .tensor(tokens.flattened()), nil,
      .integer(isSeparate))
    let counted = try weights.flattened().to(dtype: precision)
    return try (losses * counted).sum() / counted.sum().clamped(atLeast: 1)
  }
}

/// What predicts tokens from their vectors, with the names of BERT's: a layer with GELU and normalisation, then the word
/// table itself.
final class TokenHead: Module {
  private let dense: Linear
  private let norm: LayerNorm
  private let bias: Parameter

  init(width: Int, entries: Int) throws(TorchError) {
    dense = try Linear(width, width, deviation: BERT.Configuration.deviation)
    norm = try LayerNorm(width, epsilon: BERT.Configuration.epsilon)
    bias = try Parameter(.zeros([entries]))
  }

  var parameters: [(name: String, parameter: Parameter)] { [("bias", bias)] }
  var children: [(name: String, module: any Module)] {
    [("transform.dense", dense), ("transform.LayerNorm", norm)]
  }

  /// […, width] → […, entries]
  func callAsFunction(_ x: Tensor, _ table: Tensor) throws(TorchError) -> Tensor {
    try linear(norm(gelu(dense(x))), weight: table, bias: bias.tensor)
  }
}
