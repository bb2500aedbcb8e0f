import Torch

/// Assigns samples to prototypes evenly (Sinkhorn & Knopp 1967; Cuturi 2013), as SwAV does.
///
/// From Q = exp(scores / ε), the columns (prototypes) and then the rows (samples) are scaled to equal sums, `iterations`
/// times. Each row of the result sums to 1; each column to samples / prototypes once it has converged, and about that
/// after three iterations.
///
/// - Parameters:
///   - scores: [samples, prototypes], in float32 or better; of unit vectors, from −1 to 1.
///   - epsilon: ε > 0; the smaller, the harder the assignment. 0.05 in SwAV.
///   - iterations: at least 1; 3 in SwAV.
/// - Returns: [samples, prototypes], without a history.
public func sinkhorn(_ scores: Tensor, epsilon: Double = 0.05, iterations: Int = 3) throws(TorchError) -> Tensor {
  guard scores.rank == 2, epsilon > 0, iterations >= 1 else {
    throw TorchError(
      call: "sinkhorn",
      message: "needs [samples, prototypes], an epsilon above 0 and an iteration, not \(scores.shape), \(epsilon) and "
        + "\(iterations)")
  }
  return try noGrad { () throws(TorchError) in
    let scaled = try scores.detach() / epsilon
    // A factor for all changes nothing, and keeps the exponentials in range.
    var q = try (scaled - scaled.max()).exp()
    for _ in 0..<iterations {
      q = try q / q.sum([0], keep: true)
      q = try q / q.sum([1], keep: true)
    }
    return q
  }
}
