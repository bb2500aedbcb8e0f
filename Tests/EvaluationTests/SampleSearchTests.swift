import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Evaluation

@Suite struct SampleSearchTests {
  @Test func ranksAreCountedByTheirDefinition() {
    let retrieval = PairRetrieval(ranks: [1, 1, 3, 6, 20])
    #expect(retrieval.count == 5 && retrieval.medianRank == 3)
    expectClose(
      [retrieval.recallAt1, retrieval.recallAt5, retrieval.recallAt10, retrieval.nDCGAt10],
      [0.4, 0.6, 0.8, (2 + 1 / log2(4.0) + 1 / log2(7.0)) / 5], absolute: 1e-12)
    #expect(PairRetrieval(ranks: [2, 4]).medianRank == 3)
  }

  /// Against all cosines in Doubles; what is as similar counts as found before.
  @Test func eachPartLooksForItsOwn() throws {
    try Runtime.seed(3)
    let (queries, documents) = try (Tensor.randn([300, 4]), Tensor.randn([300, 4]))
    let found = try PairRetrieval(of: queries, in: documents)
    func rows(_ x: Tensor) throws -> [[Double]] {
      try x.unstacked().map { row in
        let values = try row.values(as: Double.self)
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { $0 / length }
      }
    }
    let (first, second) = try (rows(queries), rows(documents))
    let ranks = first.indices.map { row in
      let scores = second.map { zip(first[row], $0).reduce(0) { $0 + $1.0 * $1.1 } }
      return scores.count { $0 >= scores[row] - 1e-9 }
    }
    #expect(abs(found.recallAt1 - PairRetrieval(ranks: ranks).recallAt1) < 0.01)
    #expect(abs(found.medianRank - PairRetrieval(ranks: ranks).medianRank) <= 1)
    let same = try PairRetrieval(of: Tensor.ones([5, 2]), in: Tensor.ones([5, 2]))
    #expect(same.recallAt1 == 0 && same.medianRank == 5)
  }
}
