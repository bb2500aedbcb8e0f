import Learning
import Samples
import Settings
import Training

extension RunFolder {
  /// Finds data as the run reads them, and groups them as the run's own were where `annotations` do not say how.
  ///
  /// - Parameters:
  ///   - inheritsGroups: false where data that are files are in no groups unless `annotations` name them.
  ///   - needsLabels: false where a file of labels is read for nothing but a column of groups.
  ///   - reading: what is to be read otherwise than the run did, such as columns that have other names here.
  /// - Returns: the data, and what a user should know about their groups, a sentence each.
  /// - Throws: `DatasetError`, also where a column that `annotations` name is not there.
  package func scan(
    _ places: [String], _ annotations: Annotations = Annotations(), inheritsGroups: Bool = true,
    needsLabels: Bool = true, readBy reading: OptionValues = [:]
  ) throws -> (data: any SampleCollection, notes: [String]) {
    let (configuration, samples) = try open()
    var annotations = annotations
    var notes: [String] = []
    let rule = samples.list.groups ?? configuration.data.groupSource
    let isInherited = annotations.groups == nil
    if isInherited, inheritsGroups, let rule {
      switch try Self.inherited(rule, configuration.data, labels: annotations.labels) {
      case .rule(let rule): annotations.groups = rule
      case .note(let note): notes.append(note)
      }
    }
    if !needsLabels {
      if case .column = annotations.groups {} else { annotations.labels = nil }
    }
    let data = try configuration.data.changed(by: reading).scan(places, annotations)
    if let groups = data.groups {
      notes.append(Self.sentence(on: groups, by: annotations.groups ?? rule, isInherited: isInherited))
    } else if notes.isEmpty, isInherited, inheritsGroups, case .column(let name) = rule {
      notes.append("The run's samples were grouped by '\(name)', which these data do not have: no groups are known.")
    }
    return (data, notes)
  }

  private enum Inherited {
    case rule(GroupSource?)
    case note(String)
  }

  private static func inherited(
    _ rule: GroupSource, _ data: DataConfiguration, labels: LabelSource?
  ) throws(DatasetError) -> Inherited {
    guard case .column(let name) = rule, case .file = data.labelPlace else {
      // A table's configuration knows its column.
      if case .column = rule { return .rule(nil) }
      return .rule(rule)
    }
    let beginning = "The run's samples were grouped by the column '\(name)'"
    guard case .file(let file) = labels else {
      return .note("\(beginning) of their labels; give the labels with this column to group these too.")
    }
    do {
      if try CSVReader(contentsOf: file).place(of: name) != nil { return .rule(rule) }
    } catch {
      throw .labels(error)
    }
    return .note("\(beginning), which \(file) does not have: no groups are known here.")
  }

  private static func sentence(on groups: Groups, by rule: GroupSource?, isInherited: Bool) -> String {
    let count = Set(groups.indices.compactMap(\.self)).count
    let alone = groups.indices.count { $0 == nil }
    let source: String
    switch rule {
    case .column(let name): source = ", by the column '\(name)'"
    case .folder: source = ", the files of one folder each"
    case nil: source = ""
    }
    return "\(count) \(count == 1 ? "group" : "groups") of samples\(source)\(isInherited ? ", as in the run" : "")"
      + (alone == 0 ? "" : "; \(alone) samples belong to none") + ": no division divides a group."
  }
}
