import Torch

/// How far embeddings are from a standard normal distribution, judged along directions.
package protocol NormalityMeasure: Sendable {
  /// - Parameters:
  ///   - z: embeddings [N, D].
  ///   - directions: [D, M], columns of length 1.
  /// - Returns: a single value ≥ 0.
  func callAsFunction(_ z: Tensor, along directions: Tensor) throws(TorchError) -> Tensor
}
