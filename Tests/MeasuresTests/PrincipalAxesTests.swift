import Measures
import TestSupport
import Testing
import Torch

@Suite struct PrincipalAxesTests {
  /// With all axes, distances between standardised samples stay as they are.
  @Test(arguments: [(30, 6), (6, 30)]) func distancesAreKept(_ shape: (Int, Int)) throws {
    var random = TestNumbers(21)
    let rows = random.matrix(shape.0, shape.1).map { $0.enumerated().map { $1 * Double($0 + 1) + 5 } }
    let features = try tensor(rows)
    let axes = try PrincipalAxes(of: features, limit: 100)
    #expect(axes.count == min(shape.0 - 1, shape.1))
    let z = try (features - features.mean([0])) / features.standardDeviation([0], correction: 0)
    let coordinates = try axes.coordinates(of: features)
    func gram(_ matrix: Tensor) throws -> [Double] {
      let centred = try matrix - matrix.mean([0])
      return try centred.matmul(centred.transposed()).values(as: Double.self)
    }
    expectClose(try gram(coordinates.to(dtype: .float64)), try gram(z.to(dtype: .float64)), absolute: 1e-3)
  }

  @Test func aConstantFeatureAndTheLimit() throws {
    var random = TestNumbers(22)
    let features = try tensor(random.matrix(20, 5).map { $0 + [7] })
    let axes = try PrincipalAxes(of: features, limit: 3)
    #expect(axes.count == 3)
    // What never varied where axes were fitted counts nothing.
    let other = try tensor(random.matrix(4, 5).map { $0 + [900] })
    #expect(try axes.coordinates(of: other).values(as: Float.self).allSatisfy { abs($0) < 50 })
    #expect(throws: MeasureError.self) { try PrincipalAxes(of: features, limit: 0) }
    #expect(throws: MeasureError.self) { try axes.coordinates(of: .ones([2, 5])) }
    #expect(
      try PrincipalAxes(of: .ones([4, 3]), limit: 2).coordinates(of: .ones([1, 3])).values(as: Float.self) == [0])
  }

  /// Along all axes, without bringing them to one size again, the regression is that of the standardised features.
  @Test func aProbeIsTheSameAlongTheAxes() throws {
    let (features, labels) = try clusters(3, 60, 8, spread: 0.6, seed: 33)
    let plain = try LogisticRegression().fit(features, labels: labels, classCount: 3)
    let coordinates = try PrincipalAxes(of: features, limit: 8).coordinates(of: features)
    let turned = try LogisticRegression(scaling: .none).fit(coordinates, labels: labels, classCount: 3)
    #expect(turned.regularization == plain.regularization)
    expectClose(
      try turned.probabilities(of: coordinates).values, try plain.probabilities(of: features).values, absolute: 2e-3)
    let numbers = labels.map { Double($0) }
    let ridge = try RidgeRegression().fit(features, targets: numbers)
    let other = try RidgeRegression(standardizes: false).fit(coordinates, targets: numbers)
    #expect(ridge.regularization == other.regularization)
  }
}
