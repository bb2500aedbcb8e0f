/// The labels and splits of samples. Never an input of a model.
public struct Labels: Sendable, Equatable, Codable {
  /// A part of the data that its author fixed.
  public enum Split: String, Sendable, Codable, CaseIterable {
    case train, validation, test
  }

  /// In byte order, or in numerical order if all are whole numbers.
  public let classes: [String]
  /// Index into `classes` for each sample; nil if it has no label.
  public let classIndices: [Int?]
  /// The split of each sample; nil if none is given.
  public let splits: [Split?]
  /// What a user should know about how the labels were read, a sentence each.
  public let notes: [String]

  /// - Parameters:
  ///   - labels: one for each sample, as they are; nil if it has none.
  ///   - splits: one for each sample; nil if the data have none.
  public init(_ labels: [String?], splits: [Split?]? = nil) {
    let missing = labels.count { $0 == nil }
    self.init(
      labels, splits: splits,
      notes: missing == 0 || missing == labels.count
        ? [] : ["\(missing) of \(labels.count) samples \(missing == 1 ? "has" : "have") no label."])
  }

  /// Labels as they are written; see `LabelReading`.
  package init(_ reading: LabelReading, splits: [Split?]? = nil) {
    self.init(reading.labels, splits: splits, notes: reading.notes)
  }

  private init(_ labels: [String?], splits: [Split?]?, notes: [String]) {
    self.notes = notes
    let names = Set(labels.compactMap { $0 })
    let areNumbers = names.allSatisfy { Int($0) != nil }
    classes = names.sorted { first, second in
      if areNumbers, let a = Int(first), let b = Int(second), a != b { return a < b }
      return first.utf8.lexicographicallyPrecedes(second.utf8)
    }
    let index = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    classIndices = labels.map { label in label.flatMap { index[$0] } }
    self.splits = splits ?? labels.map { _ in nil }
  }

  public var hasSplits: Bool { splits.contains { $0 != nil } }

  /// The labelled samples in one split.
  public func samples(in split: Split) -> [Int] {
    classIndices.indices.filter { classIndices[$0] != nil && splits[$0] == split }
  }

  /// All samples that have a label.
  public var labelledSamples: [Int] { classIndices.indices.filter { classIndices[$0] != nil } }

  /// Labels from folders: the first component of each path from its root. Nil unless every sample lies in a subfolder
  /// and there are at least two of them.
  public init?(foldersOf files: FileList) {
    var labels: [String] = []
    for sample in files.samples {
      guard let slash = sample.relativePath.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
      labels.append(String(sample.relativePath[..<slash]))
    }
    guard Set(labels.map(ExactText.init)).count >= 2 else { return nil }
    self.init(LabelReading(labels, absent: "in no folder"))
  }
}
