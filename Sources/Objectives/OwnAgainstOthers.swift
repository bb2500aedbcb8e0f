import Torch

/// How well anchors tell their own positive p from the others of their row, in float32 as well as in float64.
///
///     x = log Σ_{k≠p} exp(Sₖ) − S_p,   −log P_p = log(1 + exp(x)),   1 − P_p = σ(x)
///
/// with P the softmax of S over the positive and the others. Where views agree, P_p is nearly 1. Then the differences
/// log Σ − S_p and P_p − 1 are mostly rounding error, but these forms are not: they have no difference of nearly equal
/// numbers.
struct OwnAgainstOthers {
  /// −log P_p, [rows, 1].
  let losses: Tensor
  /// 1 − P_p, the part of the probability that the others have, [rows, 1].
  let missed: Tensor

  /// - Parameters:
  ///   - own: S_p, [rows, 1].
  ///   - others: log Σ_{k≠p} exp(Sₖ), [rows, 1].
  init(_ own: Tensor, others: Tensor) throws(TorchError) {
    let x = try others - own
    losses = try softplus(x)
    missed = try sigmoid(x)
  }

  /// Decoupled: the positive is not in the denominator, so that the loss is x itself, and the others have all of the
  /// probability.
  init(decoupling own: Tensor, from others: Tensor) throws(TorchError) {
    losses = try others - own
    missed = try .ones(own.shape, own.dtype ?? .float32, on: own.device)
  }
}
