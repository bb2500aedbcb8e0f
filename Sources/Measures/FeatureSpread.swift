import Torch

/// The mean and the deviation of each feature over some samples, [features] each, in float64.
struct FeatureSpread {
  let mean: Tensor
  let deviation: Tensor
  /// Below a millionth of the mean a float32 feature holds nothing but its rounding.
  let isConstant: Tensor

  /// - Parameter features: [samples, features], in float64.
  init(of features: Tensor) throws(TorchError) {
    try self.init(
      mean: features.mean([0]), deviation: features.standardDeviation([0], correction: 0))
  }

  init(mean: Tensor, deviation: Tensor) throws(TorchError) {
    (self.mean, self.deviation) = (mean, deviation)
    isConstant = try (deviation - mean.magnitude() * 1e-6).clamped(atLeast: 0).equals(0)
  }

  /// What a feature is divided by: its deviation, or 1 where it is constant.
  func divisor() throws(TorchError) -> Tensor { try deviation.filled(where: isConstant, with: 1) }
}
