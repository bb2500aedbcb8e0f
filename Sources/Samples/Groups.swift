/// Which samples belong together: the pictures of a patient, the frames of a recording.
///
/// Whatever divides samples (a test part, folds, a part that is held out, nearest neighbours that leave one out) never
/// divides a group: samples of one group are too much alike to judge what was learned from the others.
public struct Groups: Sendable, Equatable, Codable {
  /// In the order in which they were first seen.
  public let names: [String]
  /// Index into `names` for each sample; nil where a sample belongs to none, and is a group of its own.
  public let indices: [Int?]

  /// - Parameter groups: the name of each sample's group; nil or empty where it has none.
  public init(_ groups: [String?]) {
    var known: [String: Int] = [:]
    var names: [String] = []
    indices = groups.map { group in
      guard let group, !group.isEmpty else { return nil }
      if let index = known[group] { return index }
      known[group] = names.count
      names.append(group)
      return names.count - 1
    }
    self.names = names
  }

  /// Those of some samples, with the same names.
  public func of(_ samples: [Int]) -> [Int?] { samples.map { indices[$0] } }
}

/// Where a user said that the groups are.
public enum GroupSource: Sendable, Equatable, Codable {
  /// A column beside the labels: of the CSV that names files, or of a table.
  case column(String)
  /// The folder that directly holds a file.
  case folder
}

/// What is known of samples beside their data, and where it is.
public struct Annotations: Sendable, Equatable, Codable {
  public var labels: LabelSource?
  public var groups: GroupSource?

  public init(labels: LabelSource? = nil, groups: GroupSource? = nil) {
    self.labels = labels
    self.groups = groups
  }
}
