import Backbones
import Settings
import Torch

/// What networks for texts let a user, a preset or the data choose.
enum TextNetworkOptions {
  /// Of the data alone: how many tokens there are.
  static let entries = OptionKey<Int>("entries", in: 2...1_000_000, help: "Entries of the vocabulary.")

  // Of weights alone, which a run begins with.
  static let hiddenWidth = OptionKey<Int>("hidden-width", in: 1...65_536, help: "Width inside of a block.")
  static let positions = OptionKey<Int>("token-positions", in: 2...65_536, help: "Places that a token can have.")
  static let normalises = OptionKey<Int>("normalises", in: 0...1, help: "1 for features of length 1.")

  static let start = OptionKey<TextBag.Start>(
    "bag-start",
    help:
      "What a bag of embeddings begins with: the main directions of the texts' tokens, or random vectors. Default: lsa."
  )
  static let pooling = OptionKey<TextPooling>(
    "text-pooling",
    help:
      "What stands for a text: the mean of its tokens, the first token, or the largest value of each feature. Default: the mean."
  )
  static let heads = OptionKey<Int>(
    "heads", in: 1...64, help: "Attention heads of a bert, a divisor of its width. Default: one for 64 of the width."
  ).rare
  static let dropout = OptionKey<Double>(
    "dropout", in: 0...0.9, help: "Part of the values that training drops in a bert. Default: 0.1."
  ).rare
}

/// How the vectors of tokens become that of a text.
package enum TextPooling: String, Codable, Sendable, CaseIterable, OptionConvertible {
  case mean, first, max
}

/// Operators that only networks for texts need.
private enum Operators {
  static let embedding = Operator("embedding")
  static let embeddingBag = Operator("embedding_bag", "padding_idx")
  static let attention = Operator("scaled_dot_product_attention")
  static let notEqual = Operator("ne", "Scalar")
}

/// The rows of a table [entries, width] for ids of any shape: […, width].
func embedded(_ ids: Tensor, in table: Tensor) throws(TorchError) -> Tensor {
  try Operators.embedding(.tensor(table), .tensor(ids))
}

/// The mean of the rows of a table [entries, width] for the ids of each text [batch, length], without those of id 0:
/// [batch, width], zero where there is no other.
func embeddedMean(_ ids: Tensor, in table: Tensor) throws(TorchError) -> Tensor {
  let (batch, length) = (ids.shape[0], ids.shape[1])
  let starts = try Tensor.arange(batch * length, on: ids.device).reshaped([batch, length]).selected(1, 0)
  let isMean = 1
  return try Operators.embeddingBag.all(
    .tensor(table), .tensor(ids.reshaped([batch * length])), .tensor(starts.contiguous()), false,
    .integer(isMean), false, nil, false, 0, capacity: 4)[0]
}

/// Attention in which some tokens are not seen.
///
/// - Parameter bias: [batch, 1, 1, keys], added to the similarities.
func attention(
  _ query: Tensor, _ key: Tensor, _ value: Tensor, bias: Tensor, dropout: Double
) throws(TorchError) -> Tensor {
  try Operators.attention(.tensor(query), .tensor(key), .tensor(value), .tensor(bias), .real(dropout))
}

/// 1 where an id is a token, 0 where it fills a text up: the shape of `ids`, float32.
func tokenMask(_ ids: Tensor) throws(TorchError) -> Tensor {
  try Operators.notEqual(.tensor(ids), 0).to(dtype: .float32)
}

/// The vector of each text, from those of its tokens.
///
/// - Parameters:
///   - tokens: [batch, length, width]
///   - mask: [batch, length], 1 for tokens; a text without any becomes zeros by the mean.
func pooled(_ tokens: Tensor, _ mask: Tensor, by pooling: TextPooling) throws(TorchError) -> Tensor {
  switch pooling {
  case .first: return try tokens.selected(1, 0)
  case .mean:
    let weights = try mask.unsqueezed(2).to(dtype: tokens.dtype)
    return try (tokens * weights).sum([1]) / weights.sum([1]).clamped(atLeast: 1e-9)
  case .max:
    let hidden = try (mask.unsqueezed(2) * -1 + 1).to(dtype: tokens.dtype) * -1e4
    return try (tokens + hidden).max(1).values
  }
}
