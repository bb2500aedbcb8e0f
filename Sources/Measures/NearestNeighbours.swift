import Foundation
import Torch

/// The weighted k-nearest-neighbour classifier of Wu et al. 2018 (Instance Discrimination) as DINO's `eval_knn.py` uses
/// it: the `k` most similar samples by cosine vote for their class, each with weight exp(similarity / temperature).
///
/// It works on raw pixels as well as on embeddings. It needs no training and has nothing to tune, so it shows early whether
/// a representation is learning.
public struct NearestNeighbours: Sendable, Codable, Hashable {
  /// How many neighbours vote, at least 1; where the bank is smaller, all of it votes.
  public var k: Int
  /// In units of cosine similarity; above 0. The smaller it is, the more the nearest decide.
  public var temperature: Double

  public init(k: Int = 20, temperature: Double = 0.07) {
    self.k = k
    self.temperature = temperature
  }

  /// Which share of the neighbours' votes each class receives: DINO's votes divided by their sum over classes.
  ///
  /// - Parameters:
  ///   - bank: [samples, features], at least one sample; finite. `labels` gives their classes, from 0 to
  ///     `classCount` − 1.
  ///   - queries: [queries, features], at least one; finite.
  /// - Returns: [queries, classes], from 0 to 1, each row summing to 1.
  /// - Throws: `MeasureError` where one of these conditions does not hold, or `k` or `temperature` is out of its range.
  public func predict(bank: Tensor, labels: [Int], queries: Tensor, classCount: Int) throws(MeasureError) -> ClassScores
  {
    let (count, width) = try check(bank, labels, classCount)
    _ = try checkMatrix("queries", queries, width: width)
    return try vote(bank, labels, queries, classCount, neighbours: min(k, count), groups: nil)
  }

  /// The same for every sample of a bank, for which the other samples vote, or, where there are groups, the samples of
  /// other groups.
  ///
  /// - Parameters:
  ///   - bank: [samples, features], at least two samples; finite. `labels` gives their classes, from 0 to
  ///     `classCount` − 1.
  ///   - groups: one per sample, any integers, nil for a sample that belongs to none. At least two groups, where a sample
  ///     that belongs to none is one of its own. Fewer than `k` samples vote where fewer are of other groups.
  /// - Returns: [samples, classes], from 0 to 1, each row summing to 1.
  /// - Throws: `MeasureError` where one of these conditions does not hold.
  public func predictLeavingOneOut(
    bank: Tensor, labels: [Int], classCount: Int, groups: [Int?]? = nil
  ) throws(MeasureError) -> ClassScores {
    let (count, _) = try check(bank, labels, classCount)
    guard count > 1 else { throw .tooFew("bank", found: count, needed: 2) }
    let groups = try leavingOneOut(groups, sampleCount: count)
    return try vote(bank, labels, bank, classCount, neighbours: min(k, count - 1), groups: groups)
  }

  /// The class that `predictLeavingOneOut` finds the most likely for every sample of a bank; of equally likely ones the
  /// first.
  ///
  /// Only the classes of a sample's neighbours are looked at, so that neither time nor memory grows with the number of
  /// classes.
  ///
  /// - Parameters: as those of `predictLeavingOneOut`; classes are any numbers from 0.
  /// - Returns: one class per sample.
  /// - Throws: `MeasureError` as `predictLeavingOneOut`.
  package func answersLeavingOneOut(
    bank: Tensor, labels: [Int], groups: [Int?]? = nil
  ) throws(MeasureError) -> [Int] {
    let (count, _) = try check(bank, labels, (labels.max() ?? 0) + 1)
    guard count > 1 else { throw .tooFew("bank", found: count, needed: 2) }
    let groups = try leavingOneOut(groups, sampleCount: count)
    var answers: [Int] = []
    answers.reserveCapacity(count)
    try forEachQuery(in: bank, bank: bank, count: min(k, count - 1), groups: groups) { _, nearest in
      var votes: [Int: Double] = [:]
      for (neighbour, share) in zip(nearest, shares(of: nearest)) {
        votes[labels[neighbour.sample], default: 0] += share
      }
      answers.append(votes.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? 0)
    }
    return answers
  }

  /// The share of the vote that each neighbour has.
  private func shares(of nearest: [NeighbourLists.Neighbour]) -> [Double] {
    // Relative to the nearest, so that no temperature overflows; the shares are the same.
    let weights = nearest.map { exp(($0.similarity - nearest[0].similarity) / temperature) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
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
    _ bank: Tensor, _ labels: [Int], _ queries: Tensor, _ classCount: Int, neighbours: Int, groups: [Int]?
  ) throws(MeasureError) -> ClassScores {
    var votes = [Double](repeating: 0, count: queries.shape[0] * classCount)
    try forEachQuery(in: queries, bank: bank, count: neighbours, groups: groups) { query, nearest in
      for (neighbour, share) in zip(nearest, shares(of: nearest)) {
        votes[query * classCount + labels[neighbour.sample]] += share
      }
    }
    return try ClassScores(values: votes, classCount: classCount)
  }
}
