import Foundation
import Torch

/// The directions in which samples differ most, and the samples seen along them (principal component analysis).
///
/// Computed in float64 from the smaller of the two Gram matrices. Each component is turned so that its coordinate of
/// greatest magnitude is positive: the same data give the same picture.
package struct PrincipalComponents {
  /// [samples, components], in float64, centred.
  package let coordinates: Tensor
  /// The share of the variance that each component explains, falling, 0 to 1; zeros where nothing varies.
  package let explained: [Double]

  /// - Parameters:
  ///   - features: [samples, features], at least one sample; finite.
  ///   - count: how many components, at least 1; those beyond the rank of the data are zero.
  /// - Throws: `MeasureError` where one of these conditions does not hold.
  package init(of features: Tensor, count: Int) throws(MeasureError) {
    guard count > 0 else { throw .parameter("count", found: "\(count)", expected: "at least 1") }
    let (rows, columns) = try checkMatrix("features", features)
    (coordinates, explained) = try computing { () throws(TorchError) in
      let plain = try doublePrecision(features)
      let centred = try plain - plain.mean([0], keep: true)
      let isWide = columns > rows
      let gram = try isWide ? centred.matmul(centred.transposed()) : centred.transposed().matmul(centred)
      let (values, vectors) = try gram.symmetricEigen()
      let variances = try values.values(as: Double.self).map { max(0, $0) }
      let total = variances.reduce(0, +)
      var parts: [Tensor] = []
      var shares: [Double] = []
      for component in 0..<count {
        // Eigenvalues rise.
        let place = variances.count - 1 - component
        guard place >= 0, total > 0, variances[place] > 1e-12 * total else {
          parts.append(try .zeros([rows], .float64))
          shares.append(0)
          continue
        }
        let vector = try vectors.selected(1, place)
        let along = try isWide ? vector * variances[place].squareRoot() : centred.matmul(vector)
        let greatest = try along.values(as: Double.self).max { abs($0) < abs($1) } ?? 0
        parts.append(try along * (greatest < 0 ? -1 : 1))
        shares.append(variances[place] / total)
      }
      return (try stack(parts, dimension: 1), shares)
    }
  }
}
