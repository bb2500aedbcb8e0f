// A group is a set of samples that belong together, such as the pictures of one patient or the pieces of one recording.
// What was learned from some of them tells about the others more than it could about new samples, so that a group must
// never be divided between what is learned from and what is judged.

/// The groups that have samples in more than one part: a check that no part knows about another.
///
/// - Parameters:
///   - groups: one per sample, any integers; nil for a sample that belongs to none, which is in one part at most.
///   - parts: the part of each sample, any integers; nil for a sample that is in no part, which is passed over.
/// - Returns: such groups, rising; none where no group is divided.
/// - Throws: `MeasureError.count` where there are not as many parts as groups.
package func straddlingGroups(_ groups: [Int?], parts: [Int?]) throws(MeasureError) -> [Int] {
  guard parts.count == groups.count else { throw .count("parts", found: parts.count, expected: groups.count) }
  var first: [Int: Int] = [:]
  var straddling = Set<Int>()
  for case (let group?, let part?) in zip(groups, parts) {
    if let other = first[group] {
      if other != part { straddling.insert(group) }
    } else {
      first[group] = part
    }
  }
  return straddling.sorted()
}

/// Each sample's group, numbered from 0 in the order in which groups first occur. A sample that belongs to none is a group
/// of its own; without groups, every sample is.
struct SampleGroups {
  /// One per sample, from 0 to `count` − 1.
  let numbers: [Int]
  let count: Int

  /// - Parameters:
  ///   - groups: one per sample, any integers, nil where a sample belongs to none; nil where there are no groups.
  ///   - sampleCount: how many samples there are.
  init(_ groups: [Int?]?, sampleCount: Int) throws(MeasureError) {
    guard let groups else {
      numbers = Array(0..<sampleCount)
      count = sampleCount
      return
    }
    guard groups.count == sampleCount else { throw .count("groups", found: groups.count, expected: sampleCount) }
    var numberOfGroup: [Int: Int] = [:]
    var count = 0
    numbers = groups.map { group in
      if let group, let number = numberOfGroup[group] { return number }
      if let group { numberOfGroup[group] = count }
      count += 1
      return count - 1
    }
    self.count = count
  }

  /// The samples of each group, rising.
  var members: [[Int]] {
    var members = [[Int]](repeating: [], count: count)
    for (sample, number) in numbers.enumerated() { members[number].append(sample) }
    return members
  }
}
