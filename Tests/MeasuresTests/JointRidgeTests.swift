import Samples
import TestSupport
import Testing
import Torch

@testable import Measures

@Suite struct JointRidgeTests {
  private func numbers(_ count: Int, _ seed: Int) -> [Double] {
    var generator = ViewGenerator(seed: 4, epoch: 0, sample: seed, view: 0)
    return (0..<count).map { _ in Double(generator.normal()) }
  }

  /// With one strength, the weights fulfil the normal equations: the gradient of what is minimised is 0.
  @Test(arguments: [0.1, 50]) func theGradientIsZero(alpha: Double) throws {
    let (count, width, targets) = (30, 4, 3)
    let x = numbers(count * width, 1)
    let y = numbers(count * targets, 2)
    let ridge = try JointRidge(
      Tensor(x, shape: [count, width]), targets: Tensor(y, shape: [count, targets]), validationCount: 8,
      candidates: [alpha])
    func predicted(_ row: [Double]) throws -> [Double] {
      try ridge.predictions(for: Tensor(row, shape: [1, width])).values(as: Double.self)
    }
    // A linear function is known from its values at 0 and along each axis.
    let start = try predicted([Double](repeating: 0, count: width))
    let slopes = try (0..<width).map { axis in
      zip(try predicted((0..<width).map { $0 == axis ? 1 : 0 }), start).map { $0 - $1 }
    }
    for target in 0..<targets {
      let residuals = (0..<count).map { row in
        y[row * targets + target] - start[target]
          - (0..<width).reduce(0) { $0 + slopes[$1][target] * x[row * width + $1] }
      }
      #expect(abs(residuals.reduce(0, +)) < 1e-9)
      for axis in 0..<width {
        let column = (0..<count).map { x[$0 * width + axis] }
        let mean = column.reduce(0, +) / Double(count)
        let deviation = (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
        // Of standardised features, whose weights are slope · deviation.
        let gradient = zip(residuals, column).reduce(0) { $0 + $1.0 * ($1.1 - mean) / deviation }
        #expect(abs(gradient - alpha * slopes[axis][target] * deviation) < 1e-8)
      }
    }
  }

  /// What cannot be learned is regularised away, and what can is not.
  @Test func validationChoosesTheStrength() throws {
    let (count, width) = (80, 20)
    let x = numbers(count * width, 3)
    let features = try Tensor(x, shape: [count, width])
    let noise = try JointRidge(features, targets: Tensor(numbers(count, 4), shape: [count, 1]), validationCount: 20)
    let line = (0..<count).map { 3 * x[$0 * width] - x[$0 * width + 1] + 2 }
    let rule = try JointRidge(features, targets: Tensor(line, shape: [count, 1]), validationCount: 20)
    #expect(noise.regularization >= 50 && rule.regularization == 0.1)
    expectClose(try rule.predictions(for: features).values(as: Double.self), line, absolute: 0.05)
  }

  @Test func constantFeaturesAndOddInputs() throws {
    let features = try Tensor((0..<12).flatMap { [Double($0), 7] }, shape: [12, 2])
    let targets = try Tensor((0..<12).map { Double(2 * $0) }, shape: [12, 1])
    let ridge = try JointRidge(features, targets: targets, validationCount: 2)
    expectClose(
      try ridge.predictions(for: features).values(as: Double.self), (0..<12).map { Double(2 * $0) }, absolute: 0.3)
    #expect(throws: MeasureError.self) { try JointRidge(features, targets: targets, validationCount: 11) }
    #expect(throws: MeasureError.self) { try JointRidge(features, targets: targets, validationCount: 0) }
    #expect(throws: MeasureError.self) { try JointRidge(features, targets: targets.rows(0..<3), validationCount: 1) }
    #expect(throws: MeasureError.self) { try ridge.predictions(for: Tensor([1.0, 2, 3], shape: [1, 3])) }
  }
}
