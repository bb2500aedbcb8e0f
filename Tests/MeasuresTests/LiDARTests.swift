import Foundation
import Measures
import Testing
import Torch

@Suite struct LiDARTests {
  /// Samples at ± each axis, the noise of their views alike in every direction.
  private func even(_ dimensions: Int, noise: Double, views: Int = 6) throws -> [Tensor] {
    var random = TestNumbers(5)
    let centres = (0..<2 * dimensions).map { place in
      (0..<dimensions).map { $0 == place / 2 ? (place.isMultiple(of: 2) ? 1.0 : -1) : 0 }
    }
    return try (0..<views).map { _ in try tensor(centres.map { $0.map { $0 + noise * random.normal() } }) }
  }

  /// float64, from the definition, in plain loops; the eigenvalues of Σw⁻¹ Σb, which are those of Σw^-½ Σb Σw^-½, by their
  /// power sums: in two dimensions trace and determinant say all.
  @Test func agreesWithTheDefinitionInTwoDimensions() throws {
    var random = TestNumbers(8)
    let centres = random.matrix(7, 2)
    let views = (0..<4).map { _ in centres.map { $0.map { $0 + 0.4 * random.normal() } } }
    let count = 28.0
    let all = views.flatMap { $0 }
    let mean = (0..<2).map { d in all.reduce(0) { $0 + $1[d] } / count }
    let variance = all.reduce(0) { $0 + pow($1[0] - mean[0], 2) + pow($1[1] - mean[1], 2) } / (2 * count)
    let scaled = views.map { $0.map { row in (0..<2).map { (row[$0] - mean[$0]) / variance.squareRoot() } } }
    let means = (0..<7).map { s in (0..<2).map { d in scaled.reduce(0) { $0 + $1[s][d] } / 4 } }
    func covariance(_ rows: [[Double]]) -> [[Double]] {
      (0..<2).map { i in (0..<2).map { j in rows.reduce(0) { $0 + $1[i] * $1[j] } / Double(rows.count) } }
    }
    let between = covariance(means)
    var within = covariance(
      scaled.flatMap { zip($0, means).map { row, mean in [row[0] - mean[0], row[1] - mean[1]] } })
    within[0][0] += 1e-4
    within[1][1] += 1e-4
    let determinant = within[0][0] * within[1][1] - within[0][1] * within[1][0]
    let inverse = [
      [within[1][1] / determinant, -within[0][1] / determinant],
      [-within[1][0] / determinant, within[0][0] / determinant],
    ]
    let m = (0..<2).map { i in (0..<2).map { j in (0..<2).reduce(0) { $0 + inverse[i][$1] * between[$1][j] } } }
    let (trace, product) = (m[0][0] + m[1][1], m[0][0] * m[1][1] - m[0][1] * m[1][0])
    let root = (trace * trace / 4 - product).squareRoot()
    let shares = [trace / 2 + root, trace / 2 - root].map { $0 / trace + 1e-7 }
    let expected = exp(-shares.reduce(0) { $0 + $1 * log($1) })
    #expect(abs(try EmbeddingStatistics.lidar(views.map(tensor)) - expected) < 1e-6)
  }

  @Test func evenSamplesUseAllDimensions() throws {
    #expect(try EmbeddingStatistics.lidar(even(8, noise: 0.01)) > 7.5)
  }

  @Test func aLineIsOneDimension() throws {
    let line = try (0..<3).map { view in try tensor((1...9).map { [Double($0), 2 * Double($0) + 0.01 * Double(view)] })
    }
    #expect(abs(try EmbeddingStatistics.lidar(line) - 1) < 0.05)
  }

  /// What RankMe cannot see: dimensions in which only the views of a sample differ.
  @Test func noiseOfViewsIsNoDimension() throws {
    var random = TestNumbers(4)
    let centres = random.matrix(40, 2)
    let views = try (0..<8).map { _ in
      try tensor(centres.map { $0.map { 5 * $0 } + (0..<6).map { _ in 5 * random.normal() } })
    }
    #expect(try EmbeddingStatistics.lidar(views) < 4.5)
    #expect(try EmbeddingStatistics.effectiveRank(views[0]) > 7)
  }

  @Test func scaleAndRotationChangeNothing() throws {
    let views = try even(3, noise: 0.3)
    let expected = try EmbeddingStatistics.lidar(views)
    let turn = try tensor([[0.6, 0.8, 0], [-0.8, 0.6, 0], [0, 0, 1]])
    let turned = try views.map { try $0.matmul(turn) * 1000 + 5 }
    #expect(abs(try EmbeddingStatistics.lidar(turned) - expected) < 1e-8)
  }

  @Test func refusesWhatHasNoMeaning() throws {
    let one = try tensor([[1, 2], [3, 4]])
    #expect(throws: MeasureError.self) { try EmbeddingStatistics.lidar([one]) }
    #expect(throws: MeasureError.self) { try EmbeddingStatistics.lidar([one, tensor([[1, 2]])]) }
    #expect(throws: MeasureError.self) { try EmbeddingStatistics.lidar([one, tensor([[1, .nan], [2, 3]])]) }
    #expect(try EmbeddingStatistics.lidar([tensor([[1, 1], [1, 1]]), tensor([[1, 1], [1, 1]])]) == 0)
  }
}

@Suite struct KendallTauTests {
  @Test func closedForms() throws {
    #expect(try kendallTau([1, 2, 3], [10, 20, 30]) == 1)
    #expect(try kendallTau([1, 2, 3], [3, 2, 1]) == -1)
    // Of six pairs four agree and two do not.
    #expect(try kendallTau([1, 2, 3, 4], [2, 1, 4, 3]) == (4.0 - 2) / 6)
    // scipy.stats.kendalltau([1, 2, 2, 3], [1, 2, 3, 3]): 4 agreeing, of 5 and 5 that are not tied.
    #expect(try kendallTau([1, 2, 2, 3], [1, 2, 3, 3]) == 0.8)
    #expect(try kendallTau([1, 1], [1, 2]) == nil)
    #expect(throws: MeasureError.self) { try kendallTau([1], [1, 2]) }
    #expect(throws: MeasureError.self) { try kendallTau([1, .nan], [1, 2]) }
  }
}
