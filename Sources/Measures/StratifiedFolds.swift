/// Samples divided into folds so that each has about the same share of every class and no group is divided.
///
/// Groups are dealt out, large ones first, each to the fold that has the least of its classes. Samples that belong to no
/// group are dealt out class by class, in their order, like cards.
///
/// - Parameters:
///   - targets: the class of each sample.
///   - foldCount: at least 1. Of fewer groups some folds stay empty.
///   - groups: of the same samples.
/// - Returns: the samples of each fold.
func stratifiedFolds(_ targets: [Int], _ foldCount: Int, groups: SampleGroups) -> [[Int]] {
  var sizes: [Int: Double] = [:]
  for target in targets { sizes[target, default: 0] += 1 }
  let members = groups.members
  let order = members.indices.sorted { first, second in
    let (one, other) = (members[first], members[second])
    return (-one.count, targets[one[0]], one[0]) < (-other.count, targets[other[0]], other[0])
  }
  var folds = [[Int]](repeating: [], count: foldCount)
  var counts = [[Int: Double]](repeating: [:], count: foldCount)
  for group in order {
    var own: [Int: Double] = [:]
    for sample in members[group] { own[targets[sample], default: 0] += 1 }
    // How much Σ count² / size over the classes grows, less what is the same for all folds. In the order of classes, for
    // the order of a sum decides its last bits.
    let classes = own.sorted { $0.key < $1.key }
    let costs = counts.map { fold in
      classes.reduce(0) { $0 + (fold[$1.key] ?? 0) * $1.value / (sizes[$1.key] ?? 1) }
    }
    let best = folds.indices.min { (costs[$0], folds[$0].count) < (costs[$1], folds[$1].count) } ?? 0
    folds[best] += members[group]
    for (label, count) in own { counts[best][label, default: 0] += count }
  }
  return folds
}

/// As many folds as a cross-validation can have, up to `foldCount`, of which none holds the whole of a class: where it was
/// held out, nothing would be known about the class.
///
/// - Parameter targets: the class of each sample.
/// - Returns: nil where there is no such division, as for a class that has a single sample or a single group.
func crossValidationFolds(_ targets: [Int], _ foldCount: Int, groups: SampleGroups) -> [[Int]]? {
  var groupsOfClass: [Int: Set<Int>] = [:]
  for (target, group) in zip(targets, groups.numbers) { groupsOfClass[target, default: []].insert(group) }
  let smallest = groupsOfClass.values.map(\.count).min() ?? 0
  guard smallest > 1 else { return nil }
  // With fewer folds than groups of every class each fold can have all classes. Groups of several classes may need more
  // folds to keep each class out of one.
  for count in min(foldCount, smallest)...min(foldCount, groups.count) {
    let folds = stratifiedFolds(targets, count, groups: groups)
    let isInOneFold = folds.contains { fold in
      var found: [Int: Set<Int>] = [:]
      for sample in fold { found[targets[sample], default: []].insert(groups.numbers[sample]) }
      return found.contains { $0.value.count == groupsOfClass[$0.key]?.count }
    }
    if !isInOneFold { return folds }
  }
  return nil
}
