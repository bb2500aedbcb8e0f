/// Counts the values of a column or channel that lie far from those of the training data, as with another unit.
package struct FarValues {
  private var far = 0
  private var known = 0
  private let usual: ClosedRange<Float>

  /// What is said of a column or channel that they are most of; names follow.
  package static let sentence = "Most values lie far from those of the training data, as with another unit, in "

  /// - Parameter usual: of scaled values. Of the training values themselves at most a hundredth lie further than ten deviations
  ///   from their mean (Chebyshev's inequality).
  package init(outsideOf usual: ClosedRange<Float> = -10...10) { self.usual = usual }

  /// - Parameter scaled: by the training data; NaN if unknown.
  package mutating func count(_ scaled: Float) {
    guard !scaled.isNaN else { return }
    known += 1
    if !usual.contains(scaled) { far += 1 }
  }

  package var areMost: Bool { 2 * far > known }
}
