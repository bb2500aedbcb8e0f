/// Precision and recall of each class, and which classes are taken for which.
package struct ClassResults: Codable, Sendable, Hashable {
  package struct Class: Codable, Sendable, Hashable {
    package let name: String
    /// Test samples of the class; where labels were drawn several times, counted each time.
    package let support: Int
    /// The share of the samples taken for the class that belong to it, 0 to 1; nil if none is taken for it.
    package let precision: Double?
    /// The share of the samples of the class that are recognised, 0 to 1; nil if there are none.
    package let recall: Double?
  }

  package struct Mistake: Codable, Sendable, Hashable {
    package let truth: String
    package let predicted: String
    package let count: Int
  }

  /// In the order of the classes.
  package let classes: [Class]
  /// Samples by their class (rows) and the class that they are taken for (columns); nil for more than `mostForMatrix`
  /// classes, and where a sample may have several.
  package let confusion: [[Int]]?
  /// The most frequent mistakes, at most 20, the most frequent first; nil where a sample may have several classes.
  package let mistakes: [Mistake]?
  /// How many draws of the labels are counted together.
  package let drawCount: Int

  /// A matrix of more classes is nothing to read, and would make files large.
  package static let mostForMatrix = 100

  /// - Parameter names: of the tally's classes.
  package init(_ tally: ClassTally, names: [String], drawCount: Int = 1) {
    let (supports, predicted) = (tally.supports, tally.predictedCounts)
    classes = names.indices.map { label in
      let found = tally.count(of: label, as: label)
      return Class(
        name: names[label], support: supports[label], precision: Self.share(found, of: predicted[label]),
        recall: Self.share(found, of: supports[label]))
    }
    confusion =
      names.count > Self.mostForMatrix
      ? nil : names.indices.map { truth in names.indices.map { tally.count(of: truth, as: $0) } }
    mistakes = tally.mistakes.prefix(20).map {
      Mistake(truth: names[$0.truth], predicted: names[$0.predicted], count: $0.count)
    }
    self.drawCount = drawCount
  }

  /// Of samples that may have several classes: each is named from a probability of one half on.
  ///
  /// - Parameters:
  ///   - probabilities: [samples, classes].
  ///   - targets: as many, 1 for a class that a sample has.
  package init(memberships probabilities: ClassScores, targets: [Float], names: [String]) {
    let rows = 0..<probabilities.count
    classes = names.indices.map { label in
      let places = rows.map { $0 * names.count + label }
      let named = places.filter { probabilities.values[$0] >= 0.5 }
      let support = places.count { targets[$0] >= 0.5 }
      let found = named.count { targets[$0] >= 0.5 }
      return Class(
        name: names[label], support: support, precision: Self.share(found, of: named.count),
        recall: Self.share(found, of: support))
    }
    confusion = nil
    mistakes = nil
    drawCount = 1
  }

  private static func share(_ part: Int, of whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}
