/// Which samples belong together: the pictures of a patient, the frames of a recording.
///
/// No division of samples (test part, folds, held-out part, leave-one-out neighbours) splits a group: samples of one
/// group are too similar for one to test what was learned from another.
public struct Groups: Sendable, Equatable, Codable {
  /// In the order of first appearance.
  public let names: [String]
  /// Index into `names` for each sample; nil if the sample is in no group, which makes it a group of its own.
  public let indices: [Int?]

  /// - Parameter groups: the name of each sample's group; nil or empty if it has none.
  public init(_ groups: [String?]) {
    var known: [ExactText: Int] = [:]
    var names: [String] = []
    indices = groups.map { group in
      guard let group, !group.isEmpty else { return nil }
      if let index = known[ExactText(group)] { return index }
      known[ExactText(group)] = names.count
      names.append(group)
      return names.count - 1
    }
    self.names = names
  }

  /// The group indices of some samples.
  public func of(_ samples: [Int]) -> [Int?] { samples.map { indices[$0] } }
}

/// The place of the groups that a user named.
public enum GroupSource: Sendable, Equatable, Codable {
  /// A column of the CSV that names files, or of a table.
  case column(String)
  /// The folder that directly holds a file.
  case folder
}

/// Where to find the labels and groups of samples.
public struct Annotations: Sendable, Equatable, Codable {
  public var labels: LabelSource?
  public var groups: GroupSource?

  public init(labels: LabelSource? = nil, groups: GroupSource? = nil) {
    self.labels = labels
    self.groups = groups
  }
  /// The column of the labels, if they are in a column of the data.
  package var labelColumn: String? {
    if case .column(let name) = labels { name } else { nil }
  }

  /// The column of the groups, if they are in a column.
  package var groupColumn: String? {
    if case .column(let name) = groups { name } else { nil }
  }
}
