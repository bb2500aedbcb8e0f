import Torch

/// A network that also represents each step of a sample, such as each moment of a time series.
public protocol StepBackbone: Backbone {
  /// One view of a batch → a vector for each step [batch, steps, featureCount], and how many steps each sample has: the
  /// vectors behind them mean nothing.
  func steps(of view: ViewBatch) throws(TorchError) -> (vectors: Tensor, lengths: [Int])
}
