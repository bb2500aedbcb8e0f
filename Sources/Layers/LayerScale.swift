import Torch

/// A learned factor for each feature (Touvron et al. 2021, "Going deeper with image transformers"), with timm's name:
/// x → γ x; [..., width] → the same shape.
final class LayerScale: Layer {
  private let gamma: Parameter

  /// - Parameter initial: what every factor begins with.
  init(width: Int, initial: Double) throws(TorchError) {
    gamma = try Parameter(.full([width], initial))
  }

  var parameters: [(name: String, parameter: Parameter)] { [("gamma", gamma)] }

  func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor { try x * gamma.tensor }
}
