import Foundation
import Torch

/// Spreads the labels of a few samples over all, along the nearest neighbours of each (Zhou et al. 2004, "Learning with
/// local and global consistency"; on learned features and weighted by certainty, Iscen et al. 2019, "Label propagation for
/// deep semi-supervised learning").
///
/// Each sample is joined with its `k` most similar ones by the weight max(cosine, 0)^`power`. With W that graph made
/// symmetric and S = D^(−1/2) W D^(−1/2), memberships F solve (I − αS) F = Y, where Y holds what is known; they are scaled
/// so that each class has the share of all samples that it has of the labels (Zhu et al. 2003), and so that those of a
/// sample sum to 1.
package struct LabelSpreading: Sendable, Codable, Hashable {
  /// How many neighbours of a sample count, at least 1; of a small set all others do.
  package var k: Int
  /// How far labels reach, from 0 to below 1.
  package var alpha: Double
  /// The greater it is, the more the nearest neighbours decide; above 0.
  package var power: Double

  /// α and the power are those of Iscen et al. Their k of 50 is for 50,000 samples; among some thousands fewer are near, and
  /// on SimCLR's features of digits a k of 5 gave more right labels than 10 or 20.
  package init(k: Int = 5, alpha: Double = 0.99, power: Double = 3) {
    self.k = k
    self.alpha = alpha
    self.power = power
  }

  /// The classes that samples are taken to belong to.
  package struct Memberships: Sendable {
    /// [samples, classes], from 0 to 1, each row summing to 1; equal for a sample that no label reaches.
    package let shares: ClassScores
    /// 1 − entropy / log(classes) of each sample, from 0 to 1; 1 where the label is known.
    package let certainties: [Double]
  }

  /// How much each sample belongs to each class.
  ///
  /// - Parameters:
  ///   - labels: one per sample, from 0 to `classCount` − 1, nil where it is not known; at least one is known.
  ///   - features: [samples, features], at least two samples; finite.
  ///   - classCount: at least 2.
  /// - Throws: `MeasureError` where one of these conditions does not hold, or a number of this value is out of its range.
  package func spread(
    _ labels: [Int?], over features: Tensor, classCount: Int
  ) throws(MeasureError) -> Memberships {
    guard classCount > 1 else { throw .parameter("classCount", found: "\(classCount)", expected: "at least 2") }
    guard alpha >= 0, alpha < 1 else { throw .parameter("alpha", found: "\(alpha)", expected: "from 0 to below 1") }
    guard power > 0, power.isFinite else {
      throw .parameter("power", found: "\(power)", expected: "a number above 0")
    }
    guard labels.count == features.shape.first else {
      throw .count("labels", found: labels.count, expected: features.shape.first ?? 0)
    }
    let known = labels.compactMap(\.self)
    guard !known.isEmpty else { throw .tooFew("labels", found: 0, needed: 1) }
    try checkLabels(known, count: known.count, classCount: classCount)
    let graph = SimilarityGraph(try NeighbourLists(of: features, count: k), power: power)
    var columns = (0..<classCount).map { label in
      graph.solve(labels.map { $0 == label ? 1.0 : 0 }, alpha: alpha).map { max($0, 0) }
    }
    for label in columns.indices {
      let mass = columns[label].reduce(0, +)
      let share = Double(known.count { $0 == label }) / Double(known.count)
      if mass > 0 { columns[label] = columns[label].map { $0 * share / mass } }
    }
    var shares: [Double] = []
    var certainties: [Double] = []
    for (sample, label) in labels.enumerated() {
      let row = columns.map { $0[sample] }
      let sum = row.reduce(0, +)
      let own =
        label.map { label in columns.indices.map { $0 == label ? 1.0 : 0 } }
        ?? row.map { sum > 0 ? $0 / sum : 1 / Double(classCount) }
      let entropy = -own.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
      shares += own
      certainties.append(min(max(1 - entropy / log(Double(classCount)), 0), 1))
    }
    return Memberships(shares: try ClassScores(values: shares, classCount: classCount), certainties: certainties)
  }
}

/// Samples joined with their neighbours: S of `LabelSpreading`, whose eigenvalues lie between −1 and 1.
private struct SimilarityGraph {
  private var edges: [[(other: Int, weight: Double)]]

  init(_ neighbours: NeighbourLists, power: Double) {
    let lists = neighbours.lists
    edges = lists.map { list in list.map { ($0.sample, pow(max($0.similarity, 0), power)) } }
    for (sample, list) in lists.enumerated() {
      // Where each of two samples is a neighbour of the other, both have the edge already.
      for (place, other) in list.enumerated() where !lists[other.sample].contains(where: { $0.sample == sample }) {
        edges[other.sample].append((sample, edges[sample][place].weight))
      }
    }
    let scales = edges.map { row in
      let degree = row.reduce(0) { $0 + $1.weight }
      return degree > 0 ? 1 / degree.squareRoot() : 0
    }
    for sample in edges.indices {
      for place in edges[sample].indices {
        edges[sample][place].weight *= scales[sample] * scales[edges[sample][place].other]
      }
    }
  }

  /// x with (I − αS) x = b, by conjugate gradients: the matrix is symmetric and positive definite.
  func solve(_ b: [Double], alpha: Double) -> [Double] {
    func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    var x = [Double](repeating: 0, count: b.count)
    var residual = b
    var direction = b
    var squared = dot(residual, residual)
    let wanted = 1e-16 * squared
    for _ in 0..<1000 where squared > wanted {
      let image = direction.indices.map { sample in
        direction[sample] - alpha * edges[sample].reduce(0) { $0 + $1.weight * direction[$1.other] }
      }
      let length = squared / dot(direction, image)
      for index in x.indices {
        x[index] += length * direction[index]
        residual[index] -= length * image[index]
      }
      let next = dot(residual, residual)
      for index in x.indices { direction[index] = residual[index] + next / squared * direction[index] }
      squared = next
    }
    return x
  }
}
