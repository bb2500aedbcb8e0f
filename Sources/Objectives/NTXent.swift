import Torch

/// The normalised temperature-scaled cross entropy of SimCLR (Chen et al. 2020, equation 1).
///
/// Each of the 2N embeddings must pick the other view of its sample among the 2N − 1 others:
///
///     ℓ(i, j) = −log( exp(sim(zᵢ, zⱼ)/τ) / Σ_{k≠i} exp(sim(zᵢ, z_k)/τ) ),   loss = mean of ℓ over all 2N
///
/// with sim the cosine. The official code reports the sum over the two directions, which is twice this value.
///
/// Computes in float32 (float64 for float64 embeddings) for any precision of the backbone, with memory O(N·D).
public struct NTXent: Sendable {
  /// τ > 0
  public let temperature: Double
  private let tiles: ContrastTiles

  public init(temperature: Double) { self.init(temperature: temperature, tiles: .usual) }

  init(temperature: Double, tiles size: TileSize) {
    self.temperature = temperature
    tiles = ContrastTiles(temperature: temperature, size: size)
  }

  /// - Parameters:
  ///   - first: embeddings of one view [N, D], N ≥ 2; need not be normalised.
  ///   - second: embeddings of the other view, row for row.
  /// - Returns: a single value; its gradient is of first order.
  public func callAsFunction(_ first: Tensor, _ second: Tensor) throws(TorchError) -> Tensor {
    try self(first, second, in: .alone)
  }

  /// - Parameter world: whose processes have the same embeddings, and share the work.
  package func callAsFunction(_ first: Tensor, _ second: Tensor, in world: World) throws(TorchError) -> Tensor {
    try tiles(first, second, .partner, in: world, call: "NTXent")
  }
}
