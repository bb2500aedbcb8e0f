/// The samples that choose how strongly a model is regularised, in folds for cross-validation.
struct ChoosingSamples {
  let folds: [[Int]]
  /// Whether they are all samples.
  let isAll: Bool

  /// The share of the samples that choose, at least.
  private static let leastShare = 0.8

  /// Rare classes do not choose, where the others are many: few samples of one would leave few folds for all.
  ///
  /// - Parameter targets: the class of each sample.
  /// - Returns: nil where no division into folds lets every class be both learned and held out.
  init?(_ targets: [Int], foldCount: Int, groups: [Int?]?) throws(MeasureError) {
    let numbers = try SampleGroups(groups, sampleCount: targets.count).numbers
    var groupsOfClass: [Int: Set<Int>] = [:]
    for (target, group) in zip(targets, numbers) { groupsOfClass[target, default: []].insert(group) }
    for least in stride(from: foldCount, through: 2, by: -1) {
      let kept = targets.indices.filter { groupsOfClass[targets[$0], default: []].count >= least }
      guard Double(kept.count) >= Self.leastShare * Double(targets.count) else { continue }
      let own = kept.map { targets[$0] }
      guard Set(own).count > 1 else { continue }
      let parts = try SampleGroups(kept.map { numbers[$0] }, sampleCount: kept.count)
      guard let folds = crossValidationFolds(own, foldCount, groups: parts) else { continue }
      self.folds = folds.map { $0.map { kept[$0] } }
      isAll = kept.count == targets.count
      return
    }
    return nil
  }

  /// An even part of many samples, in folds; nil where it could not choose. Folds keep groups whole, so parts of folds do, too.
  func atMost(_ count: Int, _ targets: [Int]) -> [[Int]]? {
    let most = count / folds.count
    let some = folds.map { fold in
      stride(from: 0, to: fold.count, by: max(1, (fold.count + most - 1) / most)).map { fold[$0] }
    }
    // Of a class that lies in one fold alone, nothing could be learned without it.
    var homes: [Int: Set<Int>] = [:]
    for (fold, members) in some.enumerated() {
      for sample in members { homes[targets[sample], default: []].insert(fold) }
    }
    let kept = some.map { $0.filter { homes[targets[$0], default: []].count > 1 } }
    guard Set(kept.joined().map { targets[$0] }).count > 1, kept.allSatisfy({ !$0.isEmpty }) else { return nil }
    return kept
  }
}

/// Values that say how strongly weights are held small are numbers above 0.
func checkRegularization(_ name: String, _ values: [Double]) throws(MeasureError) {
  for value in values where !(value > 0 && value.isFinite) {
    throw .parameter(name, found: "\(value)", expected: "a number above 0")
  }
}

func checkFoldCount(_ count: Int) throws(MeasureError) {
  guard count > 1 else { throw .parameter("foldCount", found: "\(count)", expected: "at least 2") }
}

/// Whether each of the last two losses was above the one before, so that what follows need not be tried.
func hasRisenTwice(_ losses: [Double]) -> Bool {
  let last = Array(losses.suffix(3))
  return last.count == 3 && last[0] < last[1] && last[1] < last[2]
}
