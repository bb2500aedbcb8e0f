import Foundation
import Torch

/// The directions in which standardised samples differ most, fitted on some samples and used for others.
///
/// Features are standardised by the samples of the fit, and a constant one counts nothing. The coordinates keep the sizes
/// that they have along the axes: distances, and what a regularised linear model can do with them, stay nearly as they are.
package struct PrincipalAxes {
  /// How many there are.
  package let count: Int
  /// [features]
  private let mean: Tensor
  /// [features], 1 / deviation; 0 for a constant feature.
  private let scale: Tensor
  /// [features, axes], orthonormal columns.
  private let axes: Tensor

  /// - Parameters:
  ///   - features: [samples, features], at least one sample; finite.
  ///   - limit: the most axes, at least 1; fewer where the samples do not vary in as many directions.
  /// - Throws: `MeasureError` where one of these conditions does not hold.
  package init(of features: Tensor, limit: Int) throws(MeasureError) {
    guard limit > 0 else { throw .parameter("limit", found: "\(limit)", expected: "at least 1") }
    let (rows, columns) = try checkMatrix("features", features)
    (mean, scale, axes) = try computing { () throws(TorchError) in
      let plain = try doublePrecision(features)
      let spread = try FeatureSpread(of: plain)
      let (mean, isConstant, deviation) = (spread.mean, spread.isConstant, try spread.divisor())
      let z = try ((plain - mean) / deviation).filled(where: isConstant, with: 0)
      let isWide = columns > rows
      let gram = try isWide ? z.matmul(z.transposed()) : z.transposed().matmul(z)
      let (values, vectors) = try gram.symmetricEigen()
      // Rising.
      let spreads = try values.values(as: Double.self)
      let varying = spreads.firstIndex { $0 > 1e-10 * max(spreads.last ?? 0, 1e-300) } ?? spreads.count - 1
      let first = max(varying, spreads.count - limit)
      let kept = try vectors.narrowed(1, first..<spreads.count)
      let axes: Tensor
      if isWide {
        let lengths = try values.narrowed(0, first..<spreads.count).clamped(atLeast: 1e-300).squareRoot()
        axes = try z.transposed().matmul(kept) / lengths
      } else {
        axes = kept
      }
      let scale = try (Tensor.ones([columns], .float64, on: plain.device) / deviation).filled(
        where: isConstant, with: 0)
      return (
        try mean.to(dtype: .float32), try scale.to(dtype: .float32), try axes.to(dtype: .float32)
      )
    }
    count = axes.shape[1]
  }

  /// - Parameter features: [samples, features], as many features as in the fit.
  /// - Returns: [samples, axes], float32.
  package func coordinates(of features: Tensor) throws(MeasureError) -> Tensor {
    let (rows, width) = try checkMatrix("features", features, width: mean.shape[0])
    return try computing { () throws(TorchError) in
      var parts: [Tensor] = []
      for range in tiles(of: rows, width: width) {
        let z = try (features.rows(range).to(dtype: .float32, device: mean.device) - mean) * scale
        parts.append(try z.matmul(axes))
      }
      return try concatenate(parts)
    }
  }
}
