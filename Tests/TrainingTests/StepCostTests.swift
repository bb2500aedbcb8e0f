import Testing

@testable import Training

@Suite struct StepCostTests {
  /// 10 steps an epoch of a second each, then of half a second.
  @Test(arguments: [(5.0, 5), (10, 10), (12, 14), (100, 190), (0, 1), (-3, 1), (0.4, 1)])
  func theFirstEpochCostsMore(_ seconds: Double, _ steps: Int) {
    #expect(StepCost(first: 1, later: 0.5).steps(in: seconds, perEpoch: 10) == steps)
  }

  @Test func whatIsTooLargeForANumberIsTheLargest() {
    #expect(StepCost(first: 1e-300, later: 1e-300).steps(in: 1e9, perEpoch: 10) == .max)
  }
}
