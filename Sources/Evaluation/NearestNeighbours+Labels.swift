import Measures
import Samples
import Torch

extension NearestNeighbours {
  /// How often the nearest neighbours of a labelled sample, among the other labelled ones, name its class: 0 to 1.
  ///
  /// - Parameters:
  ///   - vectors: [samples, features], a row for each sample that `labels` was read for.
  ///   - labels: samples without one take no part.
  ///   - groups: of the same samples; those of one group are not asked about each other.
  /// - Throws: `MeasureError`, also where fewer than two classes are known.
  public func accuracy(of vectors: Tensor, labels: Labels, groups: Groups? = nil) throws -> Double {
    guard vectors.shape.first == labels.classIndices.count else {
      throw MeasureError.count("vectors", found: vectors.shape.first ?? 0, expected: labels.classIndices.count)
    }
    if let groups, groups.indices.count != labels.classIndices.count {
      throw MeasureError.count("groups", found: groups.indices.count, expected: labels.classIndices.count)
    }
    let labelled = labels.labelledSamples
    let truth = labelled.compactMap { labels.classIndices[$0] }
    guard let first = truth.first else { throw MeasureError.tooFew("labelled samples", found: 0, needed: 2) }
    if truth.allSatisfy({ $0 == first }) { throw MeasureError.oneClass(first, count: truth.count) }
    let bank = try vectors.indexed(by: Tensor(labelled.map(Int64.init)))
    let found = try answersLeavingOneOut(bank: bank, labels: truth, groups: groups?.of(labelled))
    return Double(zip(found, truth).count { $0 == $1 }) / Double(truth.count)
  }
}
