import Measures
import Samples
import Settings

/// Groups that stand on both sides of a division that a user's own split column made.
package struct DividedGroups: Codable, Sendable, Equatable {
  package let count: Int
  /// Groups with samples on either side.
  package let total: Int
  /// The first of those on both.
  package let names: [String]
  /// The parts in the split column: "train" and "test".
  package let parts: [String]

  static let shownCount = 3

  /// Nil where every group is whole.
  init?(
    of groups: Groups?, _ first: (name: String, samples: [Int]), _ second: (name: String, samples: [Int])
  ) throws(MeasureError) {
    guard let groups else { return nil }
    let known = groups.of(first.samples) + groups.of(second.samples)
    let divided = try straddlingGroups(
      known, parts: first.samples.map { _ in 0 } + second.samples.map { _ in 1 })
    guard !divided.isEmpty else { return nil }
    count = divided.count
    total = Set(known.compactMap(\.self)).count
    names = Array(groups.shortNames(divided).prefix(Self.shownCount))
    parts = [first.name, second.name]
  }

  /// One sentence without a full stop.
  package var sentence: String {
    let rest = count - names.count
    let shown = names.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    let found = count == 1 ? "1 group (\(shown)) has" : "\(count) groups (\(shown)) have"
    let consequence =
      parts.contains("test")
      ? "results look better than they are" : "choices are made by samples too much like those learned from"
    return "\(found) samples in both \(parts.joined(separator: " and ")): \(consequence)"
  }
}

extension DividedGroups {
  /// What the split column of labels divides between training and test part; nil where it divides nothing.
  package static func found(in labels: Labels?, _ groups: Groups?) throws(MeasureError) -> DividedGroups? {
    guard let labels, labels.hasSplits else { return nil }
    return try DividedGroups(
      of: groups, ("train", labels.samples(in: .train)), ("test", labels.samples(in: .test)))
  }

  private static let ownParts = "the parts that the data name (split column or folders)"

  /// Where a division by a split column, or by folders, comes from, for people.
  static func origin(_ groups: Groups?, of samples: [Int], divided: [DividedGroups]) -> String {
    guard let groups else { return ownParts }
    let total = Set(groups.of(samples).compactMap(\.self)).count
    let worst = divided.map(\.count).max() ?? 0
    return ownParts + ", which "
      + (worst > 0 ? "divides \(worst) of \(total) groups" : "keeps all \(total) groups whole")
  }
}

extension Groups {
  /// The group that all of these samples belong to; nil where there are several, or a sample belongs to none.
  package func only(of samples: [Int]) -> Int? {
    guard let first = samples.first, let group = indices[first] else { return nil }
    return samples.allSatisfy { indices[$0] == group } ? group : nil
  }

  /// Names for people: of folders, without what the paths of all groups begin with.
  package func shortNames(_ chosen: [Int]) -> [String] {
    let paths = names.map { $0.split(separator: "/") }
    guard names.allSatisfy({ $0.hasPrefix("/") }), var shared = paths.first?.dropLast() else {
      return chosen.map { names[$0] }
    }
    for path in paths {
      shared = shared.prefix(zip(shared, path.dropLast()).prefix { $0 == $1 }.count)
    }
    return chosen.map { paths[$0].dropFirst(shared.count).joined(separator: "/") }
  }
}
