import Learning
import Samples
import Settings

/// A result that some samples judge after others were learned from.
///
/// Every command that makes one says `facts` and `warnings`, on the console and as JSON, so that what a division leaves out,
/// merges or cannot use is reported everywhere in the same words.
package protocol DividedResult {
  /// What a user should know about data, labels and their division, a sentence each.
  var facts: [String] { get }
  /// What makes results look better than they are, or little to rely on, a sentence each, without a full stop.
  var warnings: [String] { get }
  /// What would use the data better, a sentence each.
  var hints: [Explanation] { get }
}

extension DividedResult {
  package var hints: [Explanation] { [] }

  static func warnings(_ leakage: Leakage?, _ groups: [DividedGroups]) -> [String] {
    [leakage?.copiesSentence].compactMap(\.self) + groups.map(\.sentence)
  }
}

extension TargetDivision {
  /// The sentences of a result on some data, by this division.
  func facts(on data: any SampleCollection, _ targets: Targets) -> [String] { data.notes + targets.notes + notes }
}

extension RepresentationReport: DividedResult {
  package var facts: [String] { notes ?? [] }
  package var warnings: [String] {
    Self.warnings(leakage, [dividedGroups].compactMap(\.self))
      + [TestPart.warning(count: testCount, accuracy: bestOwnRow?.accuracy)].compactMap(\.self)
  }
  package var hints: [Explanation] {
    let count = (unlabelledCount ?? 0) + trainingCount + testCount
    return [TestPart.hint(unlabelled: unlabelledCount ?? 0, of: count)].compactMap(\.self)
  }
}

extension FineTuningReport: DividedResult {
  package var facts: [String] { notes }
  package var warnings: [String] {
    Self.warnings(leakage, dividedGroups)
      + [TestPart.warning(count: testCount, accuracy: rows.first?.results.first?.accuracy?.value)].compactMap(\.self)
  }
  package var hints: [Explanation] {
    // Labels can be spread where each says one class among several.
    guard case .oneOf = target, !spreadsLabels else { return [] }
    return [TestPart.hint(unlabelled: unlabelledCount, of: sampleCount)].compactMap(\.self)
  }
}

extension RobustnessReport: DividedResult {
  package var facts: [String] { notes }
  package var warnings: [String] {
    Self.warnings(leakage, dividedGroups)
      + (target == nil
        ? [] : [TestPart.warning(count: count, accuracy: clean?.accuracy?.value)].compactMap(\.self))
  }
}

extension LabelCurve: DividedResult {
  package var facts: [String] { notes }
  package var warnings: [String] {
    Self.warnings(leakage, [leakage.dividedGroups].compactMap(\.self))
      + [TestPart.warning(count: testCount, accuracy: points.last?.results.first?.accuracy?.value)].compactMap(\.self)
  }
}
