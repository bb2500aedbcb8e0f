import Torch

/// Decoupled contrastive learning (Yeh et al. 2022, equation 6): NT-Xent without the positive in the denominator, where
/// it makes the gradient of small batches vanish.
///
///     ℓ(i, j) = −sim(zᵢ, zⱼ)/τ + log Σ_{k≠i,j} exp(sim(zᵢ, z_k)/τ),   loss = mean of ℓ over all 2N
///
/// with sim the cosine and j the other view of the sample of i. The loss may be negative. Precision and memory as for
/// NT-Xent.
package struct DecoupledContrast: Sendable {
  /// τ > 0
  package let temperature: Double
  private let tiles: ContrastTiles

  package init(temperature: Double) { self.init(temperature: temperature, tiles: .usual) }

  init(temperature: Double, tiles size: TileSize) {
    self.temperature = temperature
    tiles = ContrastTiles(temperature: temperature, size: size)
  }

  /// - Parameters:
  ///   - first: embeddings of one view [N, D], N ≥ 2; need not be normalised.
  ///   - second: embeddings of the other view, row for row.
  /// - Returns: a single value; its gradient is of first order.
  package func callAsFunction(_ first: Tensor, _ second: Tensor) throws(TorchError) -> Tensor {
    try self(first, second, in: .alone)
  }

  /// - Parameter world: whose processes have the same embeddings, and share the work.
  package func callAsFunction(_ first: Tensor, _ second: Tensor, in world: World) throws(TorchError) -> Tensor {
    try tiles(first, second, .partnerApart, in: world, call: "DecoupledContrast")
  }
}
