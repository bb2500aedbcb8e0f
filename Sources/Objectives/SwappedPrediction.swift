import Torch

/// The loss of SwAV (Caron et al. 2020, equation 2): the code of one view is predicted from every other.
///
///     loss = mean over assigned views i of the mean over views v ≠ i of −Σ_k qᵢₖ log softmax(s_v / τ)ₖ
///
/// with s the scores of a view with the prototypes and q its code; each term is a mean over samples.
package struct SwappedPrediction: Sendable {
  /// τ > 0; 0.1 in the paper.
  package let temperature: Double

  package init(temperature: Double) { self.temperature = temperature }

  /// - Parameters:
  ///   - scores: [N, prototypes] for each view, at least two.
  ///   - codes: [N, prototypes], rows of sum 1, for the first of these views.
  /// - Returns: a single value, in float32 (float64 for float64 scores).
  package func callAsFunction(_ scores: [Tensor], codes: [Tensor]) throws(TorchError) -> Tensor {
    guard scores.count >= 2, !codes.isEmpty, codes.count <= scores.count,
      (scores + codes).allSatisfy({ $0.rank == 2 && $0.shape == scores[0].shape })
    else {
      throw TorchError(
        call: "SwappedPrediction",
        message: "needs scores of two views or more and codes of the first of them, all [N, prototypes], not "
          + "\(scores.map(\.shape)) and \(codes.map(\.shape))")
    }
    let precision: DType = scores[0].dtype == .float64 ? .float64 : .float32
    var predictions: [Tensor] = []
    for score in scores { predictions.append(try logSoftmax(score.to(dtype: precision) / temperature)) }
    var sum = try Tensor.zeros([], precision, on: scores[0].device)
    for (assigned, code) in codes.enumerated() {
      for (view, prediction) in predictions.enumerated() where view != assigned {
        sum = try sum - (code.to(dtype: precision) * prediction).sum([1]).mean()
      }
    }
    return try sum / Double(codes.count * (scores.count - 1))
  }
}
