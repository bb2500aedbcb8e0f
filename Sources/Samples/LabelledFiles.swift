import Settings

/// Files, one for each sample, with their labels and groups: the basis of every kind of data that is stored in files.
public struct LabelledFiles: Sendable {
  public let files: FileList
  /// Files that looked like samples and are not, with the reason.
  public let skipped: [SampleError]
  /// From a CSV or from subfolders; nil if there are none. Never an input of a model.
  public let labels: Labels?
  public let groups: Groups?
  public let annotations: Annotations

  public var count: Int { files.count }

  /// - Parameters:
  ///   - labels: a CSV with the columns path, label and perhaps split. Without it the subfolders are the labels, if
  ///     every file is in one and there are at least two.
  ///   - kind: what the samples are, for people: "pictures".
  /// - Throws: `DatasetError.labels` if the CSV does not fit the files; `.labelsNotProvided` for a column.
  public init(
    _ files: FileList, skipped: [SampleError] = [], _ annotations: Annotations = Annotations(), kind: String
  ) throws(DatasetError) {
    self.files = files
    self.skipped = skipped
    self.annotations = annotations
    var file: String?
    switch annotations.labels {
    case nil: break
    case .file(let path): file = path
    case .column: throw .labelsNotProvided(by: annotations.labels ?? .file(""), kind: kind)
    }
    do {
      if let file {
        labels = try Labels(csv: file, for: files, isOptional: annotations.groups != nil)
      } else {
        labels = Labels(foldersOf: files)
      }
      switch annotations.groups {
      case nil: groups = nil
      case .folder: groups = Groups(foldersOf: files)
      case .column(let name):
        guard let file else { throw DatasetError.noTargetFile(columns: [name]) }
        groups = try Groups(csv: file, column: name, for: files)
      }
    } catch let error as CSVError {
      throw .labels(error)
    } catch let error as DatasetError {
      throw error
    } catch {
      throw .labels(CSVError(file: file ?? "", line: nil, problem: .unreadable(reason: "\(error)")))
    }
  }

  /// Files with labels that are already known.
  public init(_ files: FileList, skipped: [SampleError] = [], labels: Labels?) {
    self.files = files
    self.skipped = skipped
    self.labels = labels
    groups = nil
    annotations = Annotations()
  }

  /// The files that a run has listed; no folder is searched.
  public init(_ listing: FileListing, kind: String) throws(DatasetError) {
    try self.init(
      listing.files, Annotations(labels: listing.labels.map { .file($0) }, groups: listing.groups), kind: kind)
  }

  /// The listing by which a run finds some of these files again.
  public func listing(of samples: [Int]) -> FileListing {
    FileListing(
      FileList(roots: files.roots, samples: samples.map { files.samples[$0] }), labels: labelFile.map(absolutePath),
      groups: annotations.groups)
  }

  /// The CSV that the labels came from, if there is one.
  public var labelFile: String? {
    if case .file(let path) = annotations.labels { path } else { nil }
  }

  /// As `SampleCollection.numbers(in:of:parse:)`.
  public func numbers(
    in columns: [String], of file: String?, parse: (String) -> Double?
  ) throws(DatasetError) -> (columns: [[Double?]], splits: [Labels.Split?]) {
    guard let file = file ?? labelFile else { throw .noTargetFile(columns: columns) }
    do {
      let rows = try FileRows(csv: file, for: files, columns: columns)
      let values = try rows.numbers(
        file: file, names: columns, parse: parse, expected: columns.count == 1 ? "a number" : "0 or 1")
      return (values, rows.splits ?? files.samples.map { _ in nil })
    } catch {
      throw .labels(error)
    }
  }
}

/// The files that a run trains on. It is recorded so that a resumed run does not search again and find other files.
public struct FileListing: Codable, Sendable, Equatable {
  public let files: FileList
  /// The CSV that was given, if any.
  public let labels: String?
  public let groups: GroupSource?

  public init(_ files: FileList, labels: String? = nil, groups: GroupSource? = nil) {
    self.files = files
    self.labels = labels
    self.groups = groups
  }

  public var count: Int { files.count }

  private enum CodingKeys: String, CodingKey { case files, labels, groups }
  /// Version 0.1 recorded a case of an enumeration: {"files": {"_0": {…}, "labels": …}}.
  private enum FormerKeys: String, CodingKey {
    case files = "_0"
    case labels
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let former = try? container.nestedContainer(keyedBy: FormerKeys.self, forKey: .files), former.contains(.files) {
      files = try former.decode(FileList.self, forKey: .files)
      labels = try former.decodeIfPresent(String.self, forKey: .labels)
      groups = nil
      return
    }
    files = try container.decode(FileList.self, forKey: .files)
    labels = try container.decodeIfPresent(String.self, forKey: .labels)
    groups = try container.decodeIfPresent(GroupSource.self, forKey: .groups)
  }
}

extension FileListing: Validated {
  public func validate() throws(SettingError) {
    try Settings.validate(files, under: "files")
    guard !files.samples.isEmpty else {
      throw SettingError("files.samples", "an empty list", expected: "a list of at least one sample")
    }
  }
}

extension Groups {
  /// The folder that directly holds each file.
  public init(foldersOf files: FileList) {
    self.init(
      files.samples.indices.map { sample in
        let path = files.path(of: sample)
        return path.lastIndex(of: "/").map { String(path[..<$0]) }
      })
  }

  /// A column of the CSV that names the files.
  public init(csv path: String, column: String, for files: FileList) throws(CSVError) {
    let rows = try FileRows(csv: path, for: files, columns: [column])
    self.init(
      rows.records.map { record in record.flatMap { LabelReading.label($0.fields[rows.columns[0]]) } })
  }
}
