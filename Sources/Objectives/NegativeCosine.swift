import Torch

/// The negative cosine between a prediction from one view and the embedding of the other view: −1 for the same
/// direction, 1 for opposite directions (SimSiam, Chen & He 2021, equation 1).
///
///     loss = −mean of cos(pᵢ, zᵢ)
///
/// BYOL's mean squared error of unit vectors (Grill et al. 2020, equation 2) is 2 + 2 · this. Gradients reach only the
/// predictions, not the embeddings. Computes in float32 (float64 for float64 predictions).
public struct NegativeCosine: Sendable {
  public init() {}

  /// - Parameters:
  ///   - predictions: [N, D], need not be normalised.
  ///   - embeddings: of the other view, row for row.
  /// - Returns: a single value, from −1 to 1.
  public func callAsFunction(_ predictions: Tensor, _ embeddings: Tensor) throws(TorchError) -> Tensor {
    guard predictions.rank == 2, predictions.shape == embeddings.shape, predictions.shape[0] >= 1 else {
      throw TorchError(
        call: "NegativeCosine",
        message: "needs predictions and embeddings [N, D], not \(predictions.shape) and \(embeddings.shape)")
    }
    let precision: DType = predictions.dtype == .float64 ? .float64 : .float32
    let p = try normalized(predictions.to(dtype: precision), epsilon: 1e-8)
    let z = try normalized(embeddings.detach().to(dtype: precision), epsilon: 1e-8)
    return try -((p * z).sum([1]).mean())
  }
}
