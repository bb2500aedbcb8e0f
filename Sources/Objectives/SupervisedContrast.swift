import Torch

/// Supervised contrastive learning (Khosla et al. 2020, L_out of equation 2): all embeddings of a class attract each
/// other, all others repel.
///
///     ℓᵢ = −1/|P(i)| Σ_{p ∈ P(i)} log( exp(sim(zᵢ, z_p)/τ) / Σ_{k≠i} exp(sim(zᵢ, z_k)/τ) ),   loss = mean over all 2N
///
/// with sim the cosine and P(i) the other embeddings of the class of i. The only positive of a sample without a class
/// is its other view, so that without any classes this is NT-Xent. The official code multiplies the loss by τ/0.07.
/// Precision and memory as for NT-Xent.
package struct SupervisedContrast: Sendable {
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
  ///   - classes: [N] int64, −1 for unknown.
  ///   - world: whose processes have the same embeddings, and share the work.
  /// - Returns: a single value; its gradient is of first order.
  package func callAsFunction(
    _ first: Tensor, _ second: Tensor, classes: Tensor, in world: World = .alone
  ) throws(TorchError) -> Tensor {
    guard classes.shape == [first.shape.first ?? 0], classes.dtype == .int64 else {
      throw TorchError(
        call: "SupervisedContrast", message: "needs one int64 class a sample, not \(classes.shape) for \(first.shape)")
    }
    return try tiles(
      first, second, .sameClass(concatenate([classes, classes])), in: world, call: "SupervisedContrast")
  }
}
