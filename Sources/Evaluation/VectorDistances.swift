import Torch

/// How far vectors are from the nearest of those of the training data.
struct VectorDistances {
  /// [vectors, width], and the squared length of each, in float64.
  private let vectors: Tensor
  private let norms: Tensor

  /// - Parameter vectors: [vectors, width], at least one.
  init(_ vectors: Tensor) throws(TorchError) {
    let exact = try vectors.to(dtype: .float64)
    self.vectors = exact
    norms = try exact.squared().sum([1])
  }

  /// The distance of each row of `others`, [rows, width].
  func nearest(_ others: Tensor) throws(TorchError) -> [Double] {
    let own = try others.to(dtype: .float64)
    let nearest = try (own.matmul(vectors.transposed()) * 2 - norms).max(1).values
    return try (own.squared().sum([1]) - nearest).clamped(atLeast: 0).squareRoot().values(as: Double.self)
  }
}
