import Foundation
import TestSupport
import Testing
import Torch

@testable import Measures

@Suite struct TSNETests {
  /// The definition, pair by pair.
  private func divergence(_ y: [[Double]], _ p: [[Double]]) -> Double {
    var total = 0.0
    var kernel = p
    for i in y.indices {
      for j in y.indices {
        let squared = (y[i][0] - y[j][0]) * (y[i][0] - y[j][0]) + (y[i][1] - y[j][1]) * (y[i][1] - y[j][1])
        kernel[i][j] = i == j ? 0 : 1 / (1 + squared)
        total += kernel[i][j]
      }
    }
    var sum = 0.0
    for i in y.indices { for j in y.indices where i != j { sum += p[i][j] * log(p[i][j] * total / kernel[i][j]) } }
    return sum
  }

  private func rows(_ matrix: Tensor) throws -> [[Double]] {
    let values = try matrix.values(as: Double.self)
    let width = matrix.shape[1]
    return (0..<matrix.shape[0]).map { Array(values[$0 * width..<($0 + 1) * width]) }
  }

  @Test func theGradientIsThatOfTheDivergence() throws {
    var random = TestNumbers(3)
    let affinities = try TSNE.affinities(of: tensor(random.matrix(9, 5)), perplexity: 3)
    var y = random.matrix(9, 2)
    let p = try rows(affinities)
    let gradient = try rows(TSNE.gradient(at: tensor(y), affinities))
    var expected: [Double] = []
    for i in y.indices {
      for axis in 0..<2 {
        let kept = y[i][axis]
        y[i][axis] = kept + 1e-5
        let above = divergence(y, p)
        y[i][axis] = kept - 1e-5
        let below = divergence(y, p)
        y[i][axis] = kept
        expected.append((above - below) / 2e-5)
      }
    }
    expectClose(gradient.flatMap(\.self), expected, absolute: 1e-8, relative: 1e-6)
  }

  /// Each row of the conditional distribution has the entropy that was asked for, by the definition.
  @Test func affinitiesHaveThePerplexity() throws {
    var random = TestNumbers(4)
    let samples = random.matrix(40, 6)
    let p = try rows(TSNE.affinities(of: tensor(samples), perplexity: 8))
    expectClose([p.joined().reduce(0, +)], [1], absolute: 1e-9)
    for i in samples.indices { for j in samples.indices { #expect(abs(p[i][j] - p[j][i]) < 1e-12) } }
    // The width of each Gaussian by bisection on the definition; P is the mean of both directions.
    func conditional(_ i: Int) -> [Double] {
      var (low, high) = (1e-6, 1e6)
      var result: [Double] = []
      for _ in 0..<200 {
        let precision = (low * high).squareRoot()
        let weights = samples.indices.map { j in
          i == j ? 0 : exp(-precision * zip(samples[i], samples[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
        }
        let total = max(weights.reduce(0, +), 1e-300)
        result = weights.map { $0 / total }
        let entropy = -result.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
        if entropy > log(8) { low = precision } else { high = precision }
      }
      return result
    }
    let all = samples.indices.map(conditional)
    let expected = samples.indices.flatMap { i in samples.indices.map { j in (all[i][j] + all[j][i]) / 80 } }
    expectClose(p.flatMap(\.self), expected, absolute: 1e-7, relative: 1e-3)
  }

  @Test func clustersStayTogether() throws {
    let (features, labels) = try clusters(4, 160, 12, spread: 3, seed: 5)
    let map = try TSNE(perplexity: 15, iterations: 300).coordinates(of: features)
    #expect(map.shape == [160, 2])
    // On the map, Euclidean distance counts.
    let y = try rows(map)
    let agree = y.indices.count { i in
      let nearest = y.indices.filter { $0 != i }.min {
        hypot(y[$0][0] - y[i][0], y[$0][1] - y[i][1]) < hypot(y[$1][0] - y[i][0], y[$1][1] - y[i][1])
      }
      return nearest.map { labels[$0] == labels[i] } ?? false
    }
    #expect(agree > 155)
    let again = try TSNE(perplexity: 15, iterations: 300).coordinates(of: features)
    #expect(try map.values(as: Float.self) == again.values(as: Float.self))
  }

  @Test func equalSamplesAndFewSamplesGiveNumbers() throws {
    let equal = try TSNE(iterations: 60).coordinates(of: .ones([12, 3]))
    #expect(try equal.isFinite().allTrue())
    var random = TestNumbers(6)
    let few = try TSNE(iterations: 60).coordinates(of: tensor(random.matrix(4, 3)))
    #expect(try few.isFinite().allTrue())
    #expect(throws: MeasureError.self) { try TSNE().coordinates(of: .ones([3, 3])) }
    #expect(throws: MeasureError.self) { try TSNE(perplexity: 1).coordinates(of: .ones([9, 3])) }
    #expect(throws: MeasureError.self) { try TSNE(iterations: 0).coordinates(of: .ones([9, 3])) }
  }

  @Test func nothingLeaks() throws {
    try expectNoLeak { _ = try TSNE(iterations: 20).coordinates(of: .randn([20, 4])) }
  }
}
