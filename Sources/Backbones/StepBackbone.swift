import Torch

/// A network that also represents each step of a sample, such as each moment of a time series.
public protocol StepBackbone: Backbone {
  /// One view of a batch → a vector for each step [batch, steps, featureCount], and how many steps each sample has: the
  /// vectors behind them mean nothing.
  func steps(of view: ViewBatch) throws(TorchError) -> (vectors: Tensor, lengths: [Int])
  /// The vector of the last step of each sample, [batch, featureCount]; every sample has a step.
  func lastStep(of view: ViewBatch) throws(TorchError) -> Tensor
}

extension StepBackbone {
  /// By default, one of the vectors of all steps.
  public func lastStep(of view: ViewBatch) throws(TorchError) -> Tensor {
    let (vectors, lengths) = try steps(of: view)
    return try stack(
      lengths.enumerated().map { row, length throws(TorchError) in
        try vectors.selected(0, row).selected(0, max(0, length - 1))
      })
  }
}
