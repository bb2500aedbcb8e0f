// The trailing underscore is libtorch's own mark of an operation in place.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import Torch

/// A map on which neighbours stay neighbours: t-SNE (van der Maaten & Hinton 2008), exact, by gradient descent.
///
/// Every pair of samples is looked at: time and memory grow with the square of their number, so that about 2,500 samples
/// are a sensible limit. It starts from the principal components (Kobak & Berens 2019), so that the whole picture keeps its order, and
/// is deterministic. Distances between far groups, and the sizes of groups, mean nothing on such a map.
package struct TSNE: Sendable {
  /// About how many neighbours of a sample count, above 1; at most a third of the number of samples is used.
  package var perplexity: Double
  /// Steps of the descent, at least 1; the first third of them, at most 250, exaggerates attraction.
  package var iterations: Int

  package init(perplexity: Double = 30, iterations: Int = 600) {
    self.perplexity = perplexity
    self.iterations = iterations
  }

  private static let exaggeration = 12.0

  private enum Step {
    static let clampMin_ = Operator("clamp_min_")
    static let reciprocal_ = Operator("reciprocal_")
    static let fillDiagonal_ = Operator("fill_diagonal_")
    static let addProduct_ = Operator("addcmul_")
    static let exp_ = Operator("exp_")
    static let greaterScalar = Operator("gt", "Scalar")
  }

  /// Coordinates [samples, 2], centred, in the type of `features`.
  ///
  /// - Parameter features: [samples, features], float32 or float64, at least 4 samples; finite. Distances are Euclidean:
  ///   give rows of unit length where cosine similarity is meant.
  /// - Throws: `MeasureError` where one of these conditions does not hold, or `perplexity` or `iterations` is out of its
  ///   range.
  package func coordinates(of features: Tensor) throws(MeasureError) -> Tensor {
    guard perplexity > 1, perplexity.isFinite else {
      throw .parameter("perplexity", found: "\(perplexity)", expected: "a number above 1")
    }
    guard iterations > 0 else { throw .parameter("iterations", found: "\(iterations)", expected: "at least 1") }
    let (count, _) = try checkMatrix("features", features)
    guard count >= 4 else { throw .tooFew("features", found: count, needed: 4) }
    let start = try Self.start(features)
    return try computing { () throws(TorchError) in
      let affinities = try Self.affinities(of: features, perplexity: min(perplexity, Double(count) / 3))
      return try descend(from: start, affinities)
    }
  }

  /// The first two principal components, scaled down; with a trace of noise that sets equal samples apart.
  private static func start(_ features: Tensor) throws(MeasureError) -> Tensor {
    let components = try PrincipalComponents(of: features, count: 2).coordinates
    var random = RandomSource(seed: 0)
    let noise = (0..<components.count).map { _ in random.uniform() - 0.5 }
    return try computing { () throws(TorchError) in
      let spread = try components.standardDeviation([0], correction: 0).max().item()
      let scaled = try components * (spread > 0 ? 1e-4 / spread : 0)
      return try (scaled + Tensor(noise, shape: components.shape) * 1e-6).to(dtype: features.dtype)
    }
  }

  /// Descent with momentum and a gain for each coordinate, with the learning rate of Belkina et al. 2019.
  private func descend(from start: Tensor, _ affinities: Tensor) throws(TorchError) -> Tensor {
    let early = min(250, iterations / 3)
    let rate = max(Double(start.shape[0]) / Self.exaggeration / 4, 50)
    let exaggerated = try affinities * Self.exaggeration
    var y = start
    var velocity = try y * 0
    var gains = try velocity + 1
    for iteration in 0..<iterations {
      let gradient = try Self.gradient(at: y, iteration < early ? exaggerated : affinities)
      // A gain grows while its coordinate keeps its direction, else it shrinks (Jacobs 1988).
      let turns = try Step.greaterScalar(.tensor(gradient * velocity), 0).to(dtype: y.dtype)
      gains = try (gains + 0.2 - turns * (gains * 0.2 + 0.2)).clamped(atLeast: 0.01)
      velocity = try velocity * (iteration < early ? 0.5 : 0.8) - gains * gradient * rate
      y = try y + velocity
      y = try y - y.mean([0], keep: true)
    }
    return y
  }

  /// The gradient of KL(P ‖ Q) with respect to the coordinates `y` [samples, 2].
  static func gradient(at y: Tensor, _ affinities: Tensor) throws(TorchError) -> Tensor {
    let squares = try y.squared().sum([1], keep: true)
    let ones = try squares * 0 + 1
    // 1 + ‖yᵢ − yⱼ‖² as one product: what follows passes over memory as seldom as it can.
    let kernel = try concatenate([y * -2, squares + 1, ones], dimension: 1)
      .matmul(concatenate([y, ones, squares], dimension: 1).transposed())
    try Step.clampMin_(.tensor(kernel), 1)
    try Step.reciprocal_(.tensor(kernel))
    try Step.fillDiagonal_(.tensor(kernel), 0)
    let total = try kernel.sum().item()
    let weights = try affinities * kernel
    try Step.addProduct_(.tensor(weights), .tensor(kernel), .tensor(kernel), .real(-1 / max(total, 1e-30)))
    let pulled = try weights.matmul(concatenate([y, ones], dimension: 1))
    return try (y * pulled.narrowed(1, 2..<3) - pulled.narrowed(1, 0..<2)) * 4
  }

  /// P: how much each pair belongs together, [samples, samples], symmetric, of sum 1. The width of each sample's
  /// Gaussian is such that its neighbours have the entropy of `perplexity` equal ones.
  static func affinities(of features: Tensor, perplexity: Double) throws(TorchError) -> Tensor {
    let count = features.shape[0]
    let distances = try squaredDistances(features)
    let target = Foundation.log(perplexity)
    var precisions = [Double](repeating: 1, count: count)
    var low = [Double](repeating: 0, count: count)
    var high = [Double](repeating: .infinity, count: count)
    var conditional = distances
    for _ in 0..<100 {
      let column = try Tensor(precisions, shape: [count, 1]).to(dtype: features.dtype)
      conditional = try distances * (-column)
      try Step.exp_(.tensor(conditional))
      try Step.fillDiagonal_(.tensor(conditional), 0)
      let sums = try conditional.sum([1], keep: true)
      let means = try (distances * conditional).sum([1], keep: true) / sums
      let entropies = try (sums.log() + means * column).values(as: Double.self)
      conditional = try conditional / sums
      if entropies.allSatisfy({ Swift.abs($0 - target) < 1e-4 }) { break }
      for row in 0..<count {
        if entropies[row] > target { low[row] = precisions[row] } else { high[row] = precisions[row] }
        // Where many samples are equal, no width is narrow enough.
        precisions[row] = high[row].isFinite ? (low[row] + high[row]) / 2 : min(precisions[row] * 2, 1e9)
      }
    }
    return try (conditional + conditional.transposed()) / Double(2 * count)
  }

  /// Squared distances, less that to the nearest other sample: no Gaussian then vanishes. Zero on the diagonal.
  private static func squaredDistances(_ features: Tensor) throws(TorchError) -> Tensor {
    let squares = try features.squared().sum([1], keep: true)
    let distances = try squares + squares.transposed() - features.matmul(features.transposed()) * 2
    try Step.clampMin_(.tensor(distances), 0)
    try Step.fillDiagonal_(.tensor(distances), .real(.infinity))
    let nearest = try -((-distances).max(1, keep: true).values)
    let relative = try distances - nearest
    try Step.fillDiagonal_(.tensor(relative), 0)
    return relative
  }
}
