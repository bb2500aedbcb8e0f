import Settings

/// Files, one for each sample, with their labels and groups: the basis of every kind of data that is stored in files.
public struct LabelledFiles: Sendable {
  public let files: FileList
  /// Files that looked like samples and are not, with the reason.
  public let skipped: [SampleError]
  /// What lies beside the samples, by ending and reason.
  public let leftOut: [LeftOutFiles]
  /// From a CSV or from folders; nil if there are none. Never an input of a model.
  public let labels: Labels?
  public let groups: Groups?
  public let annotations: Annotations
  /// Sentences for the user about what the folders were taken for.
  public let notes: [String]
  /// Nil if a CSV says the labels, or version 0.1 listed the files.
  private let rule: FolderRule?
  /// The list that these files were opened from; nil if they were looked for.
  private var recorded: FileListing?

  public var count: Int { files.count }

  /// - Parameters:
  ///   - annotations: a CSV with the columns path, label and perhaps split. Without it folders are the labels, see
  ///     `FolderLayout`.
  ///   - kind: what the samples are, for people: "pictures".
  /// - Throws: `DatasetError.labels` if the CSV does not fit the files; `.labelsNotProvided` for a column.
  public init(
    _ files: FileList, skipped: [SampleError] = [], leftOut: [LeftOutFiles] = [],
    _ annotations: Annotations = Annotations(), kind: String
  ) throws(DatasetError) {
    // A folder whose name must not be seen is no class.
    let layout = annotations.labels == nil && !files.isPrivate ? FolderLayout(of: files, kind: kind) : nil
    try self.init(
      files, skipped: skipped, leftOut: leftOut, annotations, kind: kind, folders: layout?.labels, rule: layout?.rule,
      notes: layout?.notes ?? [])
  }

  /// - Parameter folders: what folders say; it counts where no CSV is given.
  private init(
    _ files: FileList, skipped: [SampleError], leftOut: [LeftOutFiles], _ annotations: Annotations, kind: String,
    folders: Labels?, rule: FolderRule?, notes: [String]
  ) throws(DatasetError) {
    self.files = files
    self.skipped = skipped
    self.leftOut = leftOut.compactMap { Self.without(annotations.labels, $0, files.roots) }
    self.annotations = annotations
    self.rule = rule
    self.notes = notes
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
        labels = folders
      }
      switch annotations.groups {
      case nil: groups = Groups(partsOf: files)
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

  /// The group without the CSV of the labels, which is used; nil if nothing else is in it.
  private static func without(
    _ source: LabelSource?, _ group: LeftOutFiles, _ roots: [FileList.Root]
  ) -> LeftOutFiles? {
    guard case .file(let path) = source, let file = resolve(path)?.path else { return group }
    let names = group.names.filter { name in
      !roots.contains { root in
        root.path + "/" + name == file
          || name.hasPrefix(root.prefix + "/") && !root.prefix.isEmpty
            && root.path + name.dropFirst(root.prefix.count) == file
      }
    }
    let count = group.count - (group.names.count - names.count)
    return count == 0 ? nil : LeftOutFiles(suffix: group.suffix, reason: group.reason, count: count, names: names)
  }

  /// Files with labels that are already known.
  public init(_ files: FileList, skipped: [SampleError] = [], labels: Labels?) {
    self.files = files
    self.skipped = skipped
    self.labels = labels
    leftOut = []
    groups = nil
    annotations = Annotations()
    notes = []
    rule = nil
  }

  /// The files that a run has listed; no folder is searched.
  public init(_ listing: FileListing, kind: String) throws(DatasetError) {
    try self.init(
      listing.files, skipped: [], leftOut: listing.leftOut ?? [],
      Annotations(labels: listing.labels.map { .file($0) }, groups: listing.groups), kind: kind,
      folders: listing.files.isPrivate
        ? nil : listing.folders.map { $0.labels(of: listing.files) } ?? Labels(foldersOf: listing.files),
      rule: listing.folders, notes: [])
    recorded = listing
  }

  /// The listing by which a run finds some of these files again.
  public func listing(of samples: [Int]) -> FileListing {
    let list = FileList(roots: files.roots, samples: samples.map { files.samples[$0] })
    let isListed = Set(samples)
    let others = files.samples.indices.filter { !isListed.contains($0) }.map { files.fileName(of: $0) }
    return FileListing(
      list, labels: labelFile.map(absolutePath), groups: annotations.groups, folders: rule,
      leftOut: leftOut.isEmpty ? nil : leftOut,
      stamps: list.stamps(), others: Array(Set(others)).sorted() + skipped.map(\.name),
      labelHash: labelHash(of: samples), ownKey: key)
  }

  /// Which file stands behind each name, where names of files must not be seen; nil elsewhere.
  package var key: String? { files.isPrivate ? files.key(skipped: skipped) : nil }

  /// What cannot be read, by names that may be seen.
  package var shownSkipped: [SampleError] {
    files.isPrivate
      ? skipped.enumerated().map { SampleError(name: FileList.alias(ofSkipped: $0), reason: $1.reason) } : skipped
  }

  /// What lies beside the samples, by names that may be seen.
  package var shownLeftOut: [LeftOutFiles] {
    guard files.isPrivate else { return leftOut }
    return Dictionary(grouping: leftOut, by: \.reason).map { reason, groups in
      LeftOutFiles(suffix: "", reason: reason, count: groups.reduce(0) { $0 + $1.count }, names: [])
    }.sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
  }

  /// A hash of the labels that a CSV says of some samples, in their order; nil where no CSV does.
  private func labelHash(of samples: [Int]) -> String? {
    guard labelFile != nil, let labels else { return nil }
    var hash = fingerprint(of: [])
    for sample in samples {
      let name = labels.classIndices[sample].map { labels.classes[$0] }
      hash = fingerprint(of: name.map { Array($0.utf8) + [0] } ?? [1], after: hash)
    }
    return String(hash, radix: 16)
  }

  /// How the files differ from what they were when a run listed them; nil if no list recorded that.
  ///
  /// - Parameter search: finds the samples in a folder; nil for none.
  package func changes(search: (_ folder: String) -> FileList?) -> SampleChanges? {
    guard let recorded, let stamps = recorded.stamps, stamps.count == files.count else { return nil }
    var changes = SampleChanges()
    for (sample, stamp) in stamps.enumerated() {
      // What could not be read then has not become worse.
      guard let stamp else { continue }
      switch stamp.holds(at: files.path(of: sample)) {
      case true?: break
      case false?: changes.changed.append(files.name(of: sample))
      case nil: changes.missing.append(files.name(of: sample))
      }
    }
    if let hash = recorded.labelHash, hash != labelHash(of: Array(0..<count)) { changes.relabelled = labelFile }
    let known = Set(files.samples.indices.map(files.fileName(of:)) + (recorded.others ?? []))
    for root in files.roots where root.isSearched == true {
      let paths = search(root.path)?.samples.map(\.relativePath) ?? []
      let names = paths.map { root.prefix.isEmpty ? $0 : root.prefix + "/" + $0 }
      changes.added += names.filter { !known.contains($0) }
    }
    return changes
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
      return (values, rows.splits ?? labels?.splits ?? files.samples.map { _ in nil })
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
  /// How folders are read; nil where version 0.1 listed the files, or the CSV says the labels.
  let folders: FolderRule?
  /// What lay beside the files when they were looked for.
  package let leftOut: [LeftOutFiles]?
  /// What each file was when it was listed, nil for one that could not be read; nil where version 0.1 listed them.
  let stamps: [FileStamp?]?
  /// Names of the files that were found and are not listed: those held out, and those that cannot be read.
  let others: [String]?
  /// A hash of the labels that the CSV said of the files; nil without a CSV, and where an earlier version listed them.
  let labelHash: String?
  /// The key to all names that were found with the files of the list; it is not recorded with them.
  let ownKey: String?

  public init(_ files: FileList, labels: String? = nil, groups: GroupSource? = nil) {
    self.init(
      files, labels: labels, groups: groups, folders: nil, leftOut: nil, stamps: nil, others: nil, labelHash: nil)
  }

  init(
    _ files: FileList, labels: String?, groups: GroupSource?, folders: FolderRule?, leftOut: [LeftOutFiles]?,
    stamps: [FileStamp?]?, others: [String]?, labelHash: String?, ownKey: String? = nil
  ) {
    self.ownKey = ownKey
    self.stamps = stamps
    self.others = others
    self.labelHash = labelHash
    self.files = files
    self.labels = labels
    self.groups = groups
    self.folders = folders
    self.leftOut = leftOut
  }

  public var count: Int { files.count }

  private enum CodingKeys: String, CodingKey { case files, labels, groups, folders, leftOut, stamps, others, labelHash }
  /// Version 0.1 recorded a case of an enumeration: {"files": {"_0": {…}, "labels": …}}.
  private enum FormerKeys: String, CodingKey {
    case files = "_0"
    case labels
  }

  public init(from decoder: any Decoder) throws {
    ownKey = nil
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let former = try? container.nestedContainer(keyedBy: FormerKeys.self, forKey: .files), former.contains(.files) {
      files = try former.decode(FileList.self, forKey: .files)
      labels = try former.decodeIfPresent(String.self, forKey: .labels)
      groups = nil
      folders = nil
      leftOut = nil
      stamps = nil
      others = nil
      labelHash = nil
      return
    }
    files = try container.decode(FileList.self, forKey: .files)
    labels = try container.decodeIfPresent(String.self, forKey: .labels)
    groups = try container.decodeIfPresent(GroupSource.self, forKey: .groups)
    folders = try container.decodeIfPresent(FolderRule.self, forKey: .folders)
    leftOut = try container.decodeIfPresent([LeftOutFiles].self, forKey: .leftOut)
    stamps = try container.decodeIfPresent([FileStamp?].self, forKey: .stamps)
    others = try container.decodeIfPresent([String].self, forKey: .others)
    labelHash = try container.decodeIfPresent(String.self, forKey: .labelHash)
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
  /// The folder that directly holds each file; it has a number for its name where names must not be seen.
  public init(foldersOf files: FileList) {
    let folders = files.samples.indices.map { sample in
      let path = files.path(of: sample)
      return path.lastIndex(of: "/").map { String(path[..<$0]) }
    }
    guard files.isPrivate else {
      self.init(folders)
      return
    }
    self.init(Groups(folders).indices.map { index in index.map { "folder \($0 + 1)" } })
  }

  /// A column of the CSV that names the files.
  public init(csv path: String, column: String, for files: FileList) throws(CSVError) {
    let rows = try FileRows(csv: path, for: files, columns: [column])
    self.init(
      rows.records.map { record in record.flatMap { LabelReading.label($0.fields[rows.columns[0]]) } })
  }
}
