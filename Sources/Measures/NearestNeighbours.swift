import Foundation
import Torch

/// The weighted k-nearest-neighbour classifier of Wu et al. 2018 (Instance Discrimination) as DINO's `eval_knn.py` uses
/// it: the `k` most similar samples by cosine vote for their class, each with weight exp(similarity / temperature).
///
/// Works as well on raw pixels as on embeddings. Needs no training and has nothing to tune, so it shows early whether a
/// representation is learning.
public struct NearestNeighbours: Sendable, Codable, Hashable {
  /// How many neighbours vote; all of a smaller bank.
  public var k: Int
  /// In units of cosine similarity; above 0. The smaller, the more the nearest decide.
  public var temperature: Double

  public init(k: Int = 20, temperature: Double = 0.07) {
    self.k = k
    self.temperature = temperature
  }

  /// Which share of the neighbours' votes each class receives: DINO's votes divided by their sum over classes.
  ///
  /// - Parameters:
  ///   - bank: [samples, features], of which `labels` gives the classes, from 0 to `classCount` − 1.
  ///   - queries: [queries, features].
  /// - Returns: [queries, classes], from 0 to 1, each row summing to 1.
  public func predict(bank: Tensor, labels: [Int], queries: Tensor, classCount: Int) throws(MeasureError) -> ClassScores
  {
    let (count, width) = try check(bank, labels, classCount)
    _ = try checkMatrix("queries", queries, width: width)
    return try vote(bank, labels, queries, classCount, neighbours: min(k, count), isQueryInBank: false)
  }

  /// The same for every sample of a bank, asked against all the others.
  ///
  /// - Parameter bank: [samples, features], at least two samples.
  public func predictLeavingOneOut(bank: Tensor, labels: [Int], classCount: Int) throws(MeasureError) -> ClassScores {
    let (count, _) = try check(bank, labels, classCount)
    guard count > 1 else { throw .tooFew("bank", found: count, needed: 2) }
    return try vote(bank, labels, bank, classCount, neighbours: min(k, count - 1), isQueryInBank: true)
  }

  private func check(_ bank: Tensor, _ labels: [Int], _ classCount: Int) throws(MeasureError) -> (Int, Int) {
    guard k > 0 else { throw .parameter("k", found: "\(k)", expected: "at least 1") }
    guard temperature > 0, temperature.isFinite else {
      throw .parameter("temperature", found: "\(temperature)", expected: "a number above 0")
    }
    let (count, width) = try checkMatrix("bank", bank)
    try checkLabels(labels, count: count, classCount: classCount)
    return (count, width)
  }

  private func vote(
    _ bank: Tensor, _ labels: [Int], _ queries: Tensor, _ classCount: Int, neighbours: Int, isQueryInBank: Bool
  ) throws(MeasureError) -> ClassScores {
    var votes = [Double](repeating: 0, count: queries.shape[0] * classCount)
    try forEachQuery(in: queries, bank: bank, count: neighbours, isQueryInBank: isQueryInBank) { query, nearest in
      // Relative to the nearest, so that no temperature overflows; the shares are the same.
      let weights = nearest.map { exp(($0.similarity - nearest[0].similarity) / temperature) }
      let total = weights.reduce(0, +)
      for (neighbour, weight) in zip(nearest, weights) {
        votes[query * classCount + labels[neighbour.sample]] += weight / total
      }
    }
    return try ClassScores(values: votes, classCount: classCount)
  }
}
