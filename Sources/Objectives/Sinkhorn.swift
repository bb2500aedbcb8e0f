import Torch

/// Assigns samples to prototypes evenly (Sinkhorn & Knopp 1967; Cuturi 2013), as SwAV does.
///
/// From Q = exp(scores / ε), the columns (prototypes) and then the rows (samples) are scaled to equal sums,
/// `iterations` times. Each row of the result sums to 1. Each column sums to samples / prototypes at convergence, and
/// to nearly that after three iterations.
///
/// - Parameters:
///   - scores: [samples, prototypes], in float32 or better; from −1 to 1 for unit vectors.
///   - epsilon: ε > 0; smaller values give harder assignments. 0.05 in SwAV.
///   - iterations: at least 1; 3 in SwAV.
/// - Returns: [samples, prototypes], without autograd history.
package func sinkhorn(_ scores: Tensor, epsilon: Double = 0.05, iterations: Int = 3) throws(TorchError) -> Tensor {
  guard scores.rank == 2, epsilon > 0, iterations >= 1 else {
    throw TorchError(
      call: "sinkhorn",
      message: "needs [samples, prototypes], an epsilon above 0 and an iteration, not \(scores.shape), \(epsilon) and "
        + "\(iterations)")
  }
  return try noGrad { () throws(TorchError) in
    // Logarithms, because for a small ε the exponentials of a whole row or column are 0 in float32.
    var logarithms = try scores.detach() / epsilon
    for _ in 0..<iterations {
      logarithms = try logarithms - logarithms.logSumExp(0, keep: true)
      logarithms = try logarithms - logarithms.logSumExp(1, keep: true)
    }
    return try logarithms.exp()
  }
}
