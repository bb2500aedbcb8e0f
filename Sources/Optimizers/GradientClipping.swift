import Settings
import Torch

/// Scales gradients that are longer than a limit to that length, before weight decay is added.
public struct GradientClipping: Codable, Sendable, Equatable {
  public enum Scope: String, Codable, Sendable {
    /// The gradient of each parameter separately, as in DINO.
    case eachParameter = "each parameter"
    /// All gradients as one vector, as `torch.nn.utils.clip_grad_norm_` does.
    case allParameters = "all parameters"
  }

  public var scope: Scope
  /// The greatest Euclidean length, above 0.
  public var norm: Double

  public init(_ scope: Scope, norm: Double) {
    self.scope = scope
    self.norm = norm
  }

  /// Multiplies each by min(1, norm / (length + 1e-6)), in place and without waiting for the device.
  func apply(to gradients: [Tensor]) throws(TorchError) {
    guard !gradients.isEmpty else { return }
    let lengths = try stack(MultiTensor.norms(gradients))
    switch scope {
    case .eachParameter: try MultiTensor.multiply_(gradients, factor(for: lengths).unstacked())
    case .allParameters:
      let one = try factor(for: lengths.norm())
      try MultiTensor.multiply_(gradients, gradients.map { _ in one })
    }
  }

  private func factor(for length: Tensor) throws(TorchError) -> Tensor {
    try ((length + 1e-6).power(-1) * norm).clamped(atMost: 1)
  }
}

extension GradientClipping: Validated {
  public func validate() throws(SettingError) { try check(norm, above: 0, through: 1_000_000, "norm") }
}
