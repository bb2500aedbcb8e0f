import Foundation
import Torch

/// Whether the representation is learning or collapsing: some numbers about the embeddings of one batch, in one view or
/// more.
///
/// Computed in float64 and without recording gradients; a batch of 256 × 512 takes some tens of milliseconds.
package struct EmbeddingStatistics: Codable, Sendable, Hashable {
  /// Mean squared distance of the first two views of a sample, from 0 (equal) to 4; nil where there is one view. See
  /// ``alignment(_:_:)``.
  package let alignment: Double?
  /// How evenly the samples fill the sphere, from 0 (all equal) towards −4 and below; the mean over the views. See
  /// ``uniformity(_:)``.
  package let uniformity: Double
  /// From 0 (collapsed to a point) to 1 (even over all dimensions); the mean over the views. See
  /// ``standardDeviation(_:)``.
  package let standardDeviation: Double
  /// How many dimensions the first view uses, from 1 to min(samples, features). See ``effectiveRank(_:)``.
  package let effectiveRank: Double
  /// The effective rank of the embeddings after their mean is subtracted: in how many dimensions samples differ.
  package let centredRank: Double
  /// The standard deviation of each dimension of the first view, averaged over dimensions, in the units of the embeddings:
  /// these are not scaled to unit length. It falls where a network shrinks them all towards one point.
  package let scale: Double

  /// - Parameter views: at least one, each [samples, features] with at least two samples, of the same shape and row by
  ///   row of the same samples; finite.
  /// - Throws: `MeasureError` where one of these conditions does not hold.
  package init(_ views: [Tensor]) throws(MeasureError) {
    guard let first = views.first else { throw .tooFew("views", found: 0, needed: 1) }
    try Self.checkPairs(first)
    for view in views.dropFirst() { try Self.checkPair(first, view) }
    (alignment, uniformity, standardDeviation, effectiveRank, centredRank, scale) = try computing {
      () throws(TorchError) in
      let embeddings = try doublePrecision(first)
      var units: [Tensor] = []
      for view in views { units.append(try normalized(doublePrecision(view))) }
      var (uniformity, deviation) = (0.0, 0.0)
      for unit in units {
        uniformity += try Self.logMeanPotential(unit) / Double(units.count)
        deviation += try Self.relativeDeviation(unit) / Double(units.count)
      }
      return (
        units.count > 1 ? try Self.meanSquaredDistance(units[0], units[1]) : nil, uniformity, deviation,
        try Self.rank(embeddings), try Self.rank(embeddings - embeddings.mean([0], keep: true)),
        try embeddings.standardDeviation([0], correction: 0).mean().item()
      )
    }
  }

  // MARK: Each statistic by itself

  /// Mean squared distance of positive pairs after scaling to unit length, from 0 to 4 (Wang & Isola 2020, α = 2).
  ///
  /// - Parameters:
  ///   - first: [samples, features], at least one sample; finite.
  ///   - second: of the same shape, row by row of the same samples.
  package static func alignment(_ first: Tensor, _ second: Tensor) throws(MeasureError) -> Double {
    try checkPair(first, second)
    return try computing { () throws(TorchError) in
      try meanSquaredDistance(normalized(doublePrecision(first)), normalized(doublePrecision(second)))
    }
  }

  /// log mean exp(−2 ‖x − y‖²) over distinct pairs of samples of unit length (Wang & Isola 2020, t = 2): 0 where all are
  /// equal; towards −4 where they are spread over a sphere of many dimensions.
  ///
  /// - Parameter embeddings: [samples, features], at least two samples; finite.
  package static func uniformity(_ embeddings: Tensor) throws(MeasureError) -> Double {
    try checkPairs(embeddings)
    return try computing { () throws(TorchError) in try logMeanPotential(normalized(doublePrecision(embeddings))) }
  }

  /// The standard deviation of each dimension of the embeddings scaled to unit length, averaged over dimensions, times
  /// √features: the collapse check of SimSiam (Chen & He 2021), from 0 (all samples equal) to 1 (spread evenly over the
  /// sphere). Divides by the number of samples, so that 1 is never exceeded.
  ///
  /// - Parameter embeddings: [samples, features], at least one sample; finite.
  package static func standardDeviation(_ embeddings: Tensor) throws(MeasureError) -> Double {
    _ = try checkMatrix("embeddings", embeddings)
    return try computing { () throws(TorchError) in try relativeDeviation(normalized(doublePrecision(embeddings))) }
  }

  /// RankMe (Garrido et al. 2023): the exponential of the entropy of the singular values' shares p = σ / Σσ + 1e-7,
  /// from 1 (all rows are multiples of one) to min(samples, features); 0 where all embeddings are zero.
  ///
  /// - Parameter embeddings: [samples, features], at least one sample; finite; neither centred nor scaled.
  package static func effectiveRank(_ embeddings: Tensor) throws(MeasureError) -> Double {
    _ = try checkMatrix("embeddings", embeddings)
    return try computing { () throws(TorchError) in try rank(doublePrecision(embeddings)) }
  }

  private static func checkPair(_ first: Tensor, _ second: Tensor) throws(MeasureError) {
    let (rows, columns) = try checkMatrix("embeddings of the first view", first)
    _ = try checkMatrix("embeddings of the second view", second, width: columns)
    let others = second.shape[0]
    guard others == rows else { throw .count("embeddings of the second view", found: others, expected: rows) }
  }

  private static func checkPairs(_ embeddings: Tensor) throws(MeasureError) {
    let (rows, _) = try checkMatrix("embeddings", embeddings)
    guard rows > 1 else { throw .tooFew("embeddings", found: rows, needed: 2) }
  }

  // MARK: On float64; the first three on rows of unit length

  private static func meanSquaredDistance(_ a: Tensor, _ b: Tensor) throws(TorchError) -> Double {
    try (a - b).squared().sum([1]).mean().item()
  }

  private static func logMeanPotential(_ x: Tensor) throws(TorchError) -> Double {
    let count = Double(x.shape[0])
    // ‖x − y‖² = ‖x‖² + ‖y‖² − 2 x·y, with lengths as they are: a row of zeros has none.
    let squares = try x.squared().sum([1], keep: true)
    // Some rows at a time: a batch may be too large for all its pairs.
    let height = max(1, (1 << 20) / x.shape[0])
    var pairs = 0.0
    for start in stride(from: 0, to: x.shape[0], by: height) {
      let range = start..<min(start + height, x.shape[0])
      let rows = try x.rows(range)
      let distances = try squares.rows(range) + squares.transposed() - rows.matmul(x.transposed()) * 2
      let potentials = try (distances.clamped(atLeast: 0) * -2).exp()
      pairs += try potentials.sum().item() - potentials.diagonal(offset: start).sum().item()
    }
    return Foundation.log(pairs / (count * (count - 1)))
  }

  private static func relativeDeviation(_ x: Tensor) throws(TorchError) -> Double {
    try x.standardDeviation([0], correction: 0).mean().item() * Double(x.shape[1]).squareRoot()
  }

  private static func rank(_ x: Tensor) throws(TorchError) -> Double {
    // The squares of the singular values are the eigenvalues of the smaller of xᵀx and xxᵀ. Scaled to at most 1 first,
    // so that squares neither overflow nor vanish.
    let greatest = try x.magnitude().max().item()
    guard greatest > 0 else { return 0 }
    let scaled = try x / greatest
    let (rows, columns) = (x.shape[0], x.shape[1])
    let gram = try rows < columns ? scaled.matmul(scaled.transposed()) : scaled.transposed().matmul(scaled)
    let singular = try gram.symmetricEigenvalues().values(as: Double.self).map { max(0, $0).squareRoot() }
    return exponentOfEntropy(singular)
  }
}
