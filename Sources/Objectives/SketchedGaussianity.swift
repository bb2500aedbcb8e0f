import Foundation
import Torch

/// How far embeddings are from a standard normal distribution in every dimension, independent of each other: SIGReg
/// (Balestriero & LeCun 2025, arXiv:2511.08544, section 4).
///
/// A distribution is the standard normal one if it is so along every direction. Along M random directions a, the empirical
/// characteristic function of x = z a is compared with that of a normal distribution, φ(t) = exp(−t²/2) (Epps & Pulley 1983):
///
///     loss = mean over a of N Σ_j w_j [ (mean_n cos t_j x_n − φ(t_j))² + (mean_n sin t_j x_n)² ]
///
/// with 17 points t_j from 0 to 3. The weights w_j are those of the trapezoidal rule for the integral over −3 … 3, times φ(t_j).
/// The points are those of the authors' code; the paper's text has −5 … 5.
///
/// Computes in float32 (float64 for float64 embeddings) for any precision of the backbone, with memory O(N·(M + D)): the
/// gradient is computed beside the value.
package struct SketchedGaussianity: NormalityMeasure {
  static let points = 17
  static let greatestPoint = 3.0

  package init() {}

  /// - Parameters:
  ///   - z: embeddings [N, D], N ≥ 1.
  ///   - directions: [D, M], columns of length 1.
  /// - Returns: a single value ≥ 0; its gradient is of first order.
  package func callAsFunction(_ z: Tensor, along directions: Tensor) throws(TorchError) -> Tensor {
    try Self.check(z)
    let precision = Self.precision(of: z)
    let projected = try z.to(dtype: precision).matmul(directions.to(dtype: precision))
    let (value, gradient) = try noGrad { () throws(TorchError) in
      try Self.distance(of: projected.detach(), withGradient: projected.requiresGrad)
    }
    guard let gradient else { return value }
    return try value.attaching([(projected, gradient)])
  }

  private static func precision(of z: Tensor) -> DType { z.dtype == .float64 ? .float64 : .float32 }

  private static func check(_ z: Tensor) throws(TorchError) {
    guard z.rank == 2, z.shape[0] >= 1 else {
      throw TorchError(
        call: "SketchedGaussianity", message: "needs embeddings [N, D] of a sample or more, not \(z.shape)")
    }
  }

  /// The value for projections [N, M], and its gradient: for C and S the means of the cosines and sines,
  ///
  ///     ∂/∂x_nm = 2/M Σ_j w_j t_j [ S_jm cos t_j x_nm − (C_jm − φ_j) sin t_j x_nm ]
  private static func distance(
    of x: Tensor, withGradient: Bool
  ) throws(TorchError) -> (value: Tensor, gradient: Tensor?) {
    let (count, width) = (Double(x.shape[0]), Double(x.shape[1]))
    let value = try Tensor.zeros([], precision(of: x), on: x.device)
    let gradient = withGradient ? try Tensor.zeros(x.shape, precision(of: x), on: x.device) : nil
    let distance = greatestPoint / Double(points - 1)
    for point in 0..<points {
      let t = Double(point) * distance
      let normal = exp(-t * t / 2)
      // At 0 both characteristic functions are 1.
      guard point > 0 else { continue }
      let weight = (point == points - 1 ? 1 : 2) * distance * normal
      let angles = try x * t
      let (cosines, sines) = (try angles.cosine(), try angles.sine())
      let real = try cosines.mean([0], keep: true) - normal
      let imaginary = try sines.mean([0], keep: true)
      try value.add_(real.squared().sum() + imaginary.squared().sum(), scale: weight * count / width)
      try gradient?.add_(cosines * imaginary - sines * real, scale: 2 * weight * t / width)
    }
    return (value, gradient)
  }
}
