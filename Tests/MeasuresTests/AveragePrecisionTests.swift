import TestSupport
import Testing

@testable import Measures

@Suite struct AveragePrecisionTests {
  /// By scikit-learn 1.9's average_precision_score; the second has ties.
  @Test func agreesWithScikitLearn() throws {
    let truth = [false, true, false, true, true, false, false, true]
    let plain = try averagePrecision([0.1, 0.9, 0.4, 0.35, 0.8, 0.7, 0.2, 0.05], isPositive: truth)
    #expect(abs(try #require(plain) - 0.775) < 1e-12)
    let tied = try averagePrecision([1, 2, 2, 2, 1, 0, 0, 0], isPositive: truth)
    #expect(abs(try #require(tied) - 0.6083333333333334) < 1e-12, "\(String(describing: tied))")
  }

  @Test func boundsAndRefusals() throws {
    #expect(try averagePrecision([3, 2, 1], isPositive: [true, false, false]) == 1)
    #expect(try averagePrecision([1, 1, 1, 1], isPositive: [true, false, false, false]) == 0.25)
    #expect(try averagePrecision([1, 2], isPositive: [false, false]) == nil)
    #expect(throws: MeasureError.self) { try averagePrecision([1, .nan], isPositive: [false, true]) }
    #expect(throws: MeasureError.self) { try averagePrecision([1], isPositive: [false, true]) }
  }
}
