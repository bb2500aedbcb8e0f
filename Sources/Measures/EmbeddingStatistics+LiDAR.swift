import Foundation
import Torch

extension EmbeddingStatistics {
  /// LiDAR (Thilak et al. 2024, arXiv:2312.04000): how many dimensions tell samples apart beyond what their own views
  /// differ by, from 1 to min(samples − 1, features).
  ///
  /// Each sample is a class of its own, and its views are the members. Σb is the covariance of the classes' means; Σw is that
  /// within classes, plus δ = 1e-4 on its diagonal. The result is the exponential of the entropy of the shares of the
  /// eigenvalues of Σw^-½ Σb Σw^-½. Embeddings are first scaled to a mean variance of 1 a dimension, so that δ means the
  /// same for all of them; the paper takes them as they are.
  ///
  /// - Parameter views: at least two, each [samples, features] of at least two samples, row by row of the same samples;
  ///   finite.
  /// - Returns: 0 where all embeddings are equal.
  /// - Throws: `MeasureError` where one of these conditions does not hold.
  package static func lidar(_ views: [Tensor]) throws(MeasureError) -> Double {
    guard views.count > 1 else { throw .tooFew("views", found: views.count, needed: 2) }
    let (rows, columns) = try checkMatrix("embeddings of the first view", views[0])
    guard rows > 1 else { throw .tooFew("embeddings", found: rows, needed: 2) }
    for view in views.dropFirst() {
      let (others, _) = try checkMatrix("embeddings of another view", view, width: columns)
      guard others == rows else { throw .count("embeddings of another view", found: others, expected: rows) }
    }
    return try computing { () throws(TorchError) in
      var plain: [Tensor] = []
      for view in views { plain.append(try doublePrecision(view)) }
      // [views, samples, features]
      let all = try stack(plain)
      let centred = try all - all.mean([0, 1], keep: true)
      let variance = try centred.squared().mean().item()
      guard variance > 0 else { return 0 }
      let scaled = try centred / variance.squareRoot()
      let means = try scaled.mean([0])
      let within = try (scaled - means).reshaped([views.count * rows, columns])
      let (values, vectors) = try covariance(within).symmetricEigen()
      // Σw^-½ up to a rotation, which changes no eigenvalue.
      let whitening = try vectors / (values.clamped(atLeast: 0) + noise).squareRoot()
      let between = try covariance(means)
      let eigenvalues = try whitening.transposed().matmul(between).matmul(whitening)
        .symmetricEigenvalues().values(as: Double.self)
      return exponentOfEntropy(eigenvalues.map { max(0, $0) })
    }
  }

  private static let noise = 1e-4

  /// The covariance of the columns, whose means are zero.
  private static func covariance(_ x: Tensor) throws(TorchError) -> Tensor {
    try x.transposed().matmul(x) / Double(x.shape[0])
  }

  /// The exponential of the entropy of the shares p = λ / Σλ + 1e-7; 0 where all values are zero.
  static func exponentOfEntropy(_ values: [Double]) -> Double {
    let total = values.reduce(0, +)
    guard total > 0 else { return 0 }
    return exp(
      values.reduce(0) { sum, value in
        let share = value / total + 1e-7
        return sum - share * log(share)
      })
  }
}
