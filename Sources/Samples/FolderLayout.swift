import Settings

/// What the folders that hold files say about them: which folders are classes, and which are parts of the data such as
/// `train` and `test`.
///
///     photos/cat, photos/dog                       classes
///     photos/train/cat, photos/test/cat, …         parts with classes in them
///     photos/train/1.png, photos/test/2.png        parts without classes
///     photos/cat/train, photos/cat/test, …         classes with parts in them
package struct FolderLayout: Sendable, Equatable {
  /// Nil if the folders are neither classes nor parts.
  package let labels: Labels?
  /// How the labels are found again in a part of these files.
  let rule: FolderRule
  /// Sentences for the user about what was recognised.
  package let notes: [String]

  /// Files that lie beside folders of classes have no label. Folders are no classes if more files lie beside than in
  /// them.
  ///
  /// - Parameter kind: what the files are, for people: "pictures".
  package init(of files: FileList, kind: String) {
    let folders = files.samples.map { $0.relativePath.pathComponents.dropLast() }
    let outer = Parts(of: folders.map { $0.first.map(String.init) })
    let inner = outer == nil ? Parts(inClasses: folders.map { $0.map(String.init) }) : nil
    let classLevel = outer == nil ? 0 : 1
    var notes = Self.notes(on: files.roots, kind)
    var classes: [String?] = folders.map { $0.count > classLevel ? String($0[$0.startIndex + classLevel]) : nil }
    let beside = classes.indices.filter { classes[$0] == nil }
    let found = Set(classes.compactMap(\.self))
    let isInvented = found.isEmpty || (outer == nil && found.count < 2)
    if isInvented || 2 * beside.count > classes.count && outer == nil {
      if found.count >= 2 {
        notes.append(
          "\(beside.count) of \(classes.count) \(kind) lie beside the \(found.count) folders: these are not taken for "
            + "classes.")
      }
      classes = classes.map { _ in nil }
    } else if !beside.isEmpty {
      let names = listed(beside.prefix(4).map { files.name(of: $0) }, limit: 3)
      let rest = beside.count > 4 ? " and \(beside.count - 3) in all" : ""
      notes.append(
        beside.count == 1
          ? "1 of the \(kind) lies in no folder of a class and has no label: \(names)."
          : "\(beside.count) \(kind) lie in no folder of a class and have no label: \(names)\(rest).")
    }
    let areClassified = classes.contains { $0 != nil }
    guard let parts = outer ?? (areClassified ? inner : nil) else {
      labels = areClassified ? Labels(namesOfFolders: classes) : nil
      rule = FolderRule(classLevel: areClassified ? 0 : nil)
      self.notes = notes
      return
    }
    let splits = parts.splits(isLabelled: classes.map { $0 != nil }, areClassified: areClassified)
    labels = areClassified || splits != nil ? Labels(namesOfFolders: classes, splits: splits) : nil
    rule = FolderRule(classLevel: areClassified ? classLevel : nil)
    let place = areClassified ? (outer == nil ? "around" : "in") : nil
    notes.append(parts.sentence(splits, classes: place, kind))
    self.notes = notes
  }

  /// Parts that were named one by one are not told apart, and their user should know.
  private static func notes(on roots: [FileList.Root], _ kind: String) -> [String] {
    let named = roots.filter { $0.isSearched == true }.map { $0.path.pathComponents.last.map(String.init) ?? "" }
    let known = named.filter { Labels.Split(folder: $0) != nil }
    guard known.count > 1, known.contains(where: { Labels.Split(folder: $0) != .train }) else { return [] }
    return [
      "The folders \(listed(known, limit: 5)) were named one by one: their \(kind) are used alike, those of a test part "
        + "too. Name the folder that holds them to learn from one part and to judge by another."
    ]
  }
}

/// The folders of one level that are parts of the data.
private struct Parts: Equatable {
  /// The name of each file's folder; nil for files in none.
  let folders: [String?]

  /// Nil unless a folder for training and one to judge by are there, or all folders have the name of a part.
  init?(of folders: [String?]) {
    let names = Set(folders.compactMap(\.self))
    let known = names.compactMap { Labels.Split(folder: $0) }
    guard !known.isEmpty, known.count == names.count || known.contains(.train) && Set(known).count > 1 else {
      return nil
    }
    self.folders = folders
  }

  /// Parts within classes, as in `cat/train`, `cat/test`, `dog/train`: the folders below those of the first level. Nil unless
  /// all have the name of a part, at least two classes have one, and one part is for training and another to judge by.
  init?(inClasses folders: [[String]]) {
    let second = folders.map { $0.count > 1 ? $0[1] : nil }
    let names = Set(second.compactMap(\.self))
    let known = Set(names.compactMap { Labels.Split(folder: $0) })
    guard names.allSatisfy({ Labels.Split(folder: $0) != nil }), known.contains(.train), known.count > 1,
      Set(folders.compactMap { $0.count > 1 ? ExactText($0[0]) : nil }).count > 1
    else { return nil }
    self.folders = second
  }

  private func split(_ sample: Int) -> Labels.Split? { folders[sample].flatMap { Labels.Split(folder: $0) } }

  /// The split of each file; nil if there is not both something to learn from and something to judge by.
  ///
  /// Where no test part has labels, the validation part serves as one.
  func splits(isLabelled: [Bool], areClassified: Bool) -> [Labels.Split?]? {
    var found: Set<Labels.Split> = []
    for sample in folders.indices where isLabelled[sample] || !areClassified {
      if let split = split(sample) { found.insert(split) }
    }
    guard found.contains(.train), found.count > 1 else { return nil }
    let validation: Labels.Split = found.contains(.test) ? .validation : .test
    return folders.indices.map { sample in
      split(sample).map { $0 == .validation ? validation : $0 }
    }
  }

  /// - Parameter classes: where the classes are, "in" the parts or "around" them; nil if there are none.
  func sentence(_ splits: [Labels.Split?]?, classes: String?, _ kind: String) -> String {
    var counts: [String: Int] = [:]
    var roles: [String: Labels.Split] = [:]
    for (sample, folder) in folders.enumerated() {
      guard let folder else { continue }
      counts[folder, default: 0] += 1
      if let split = splits?[sample] { roles[folder] = split }
    }
    let names = counts.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    func list(_ names: [String]) -> String { names.map { "\($0) (\(counts[$0] ?? 0))" }.joined(separator: ", ") }
    let inside = classes.map { "; the classes are the folders \($0) them" } ?? ""
    guard splits != nil else {
      return names.count == 1
        ? "The folder \(list(names)) is a part of the data by its name\(inside)."
        : "The folders \(list(names)) are parts of the data by their names, but not both one to learn from and one with "
          + "labels to judge by: their \(kind) are used alike, those of a test part too\(inside)."
    }
    func named(_ split: Labels.Split) -> String? {
      let named = names.filter { roles[$0] == split }
      return named.isEmpty ? nil : list(named)
    }
    let others = names.filter { roles[$0] == nil }
    let purposes = [
      named(.train).map { "\($0) to learn from" }, named(.validation).map { "\($0) to make choices by" },
      named(.test).map { "\($0) to judge by" },
      others.isEmpty ? nil : "\(list(others)) without a part, to learn from without labels",
    ].compactMap(\.self)
    return "Folders are parts of the data: \(purposes.joined(separator: "; "))\(inside)."
  }
}

extension Labels.Split {
  /// The part that a folder's name says, as in `train`, `Training`, `val`, `valid`, `validation`, `test`, `testing`.
  init?(folder: String) {
    switch folder.lowercased() {
    case "train", "training": self = .train
    case "val", "valid", "validation": self = .validation
    case "test", "testing": self = .test
    default: return nil
    }
  }
}

/// How the folders of a run's files are read; it is recorded, so that a part of the files is read as all of them were.
struct FolderRule: Codable, Sendable, Equatable {
  /// The place in a relative path, from 0, of the folder that is the class; nil if folders are no classes.
  let classLevel: Int?

  func labels(of files: FileList) -> Labels? {
    guard let classLevel, classLevel >= 0 else { return nil }
    let classes = files.samples.map { sample -> String? in
      let folders = sample.relativePath.pathComponents.dropLast()
      return folders.count > classLevel ? String(folders[folders.startIndex + classLevel]) : nil
    }
    return classes.contains { $0 != nil } ? Labels(namesOfFolders: classes) : nil
  }
}

extension Labels {
  /// - Parameter names: the folder of each file that is its class; nil for files in none.
  fileprivate init(namesOfFolders names: [String?], splits: [Split?]? = nil) {
    let reading = LabelReading(names, absent: "in no folder of a class")
    let areUsual = reading.labels.map { $0.map(ExactText.init) } == names.map { $0.map(ExactText.init) }
    // That files lie in no folder is said by name.
    self = areUsual ? Labels(names, splits: splits) : Labels(reading, splits: splits)
  }

  /// How many samples each class has, as "cat 40, dog 38 and 3 more"; the largest classes first.
  package func classCounts(limit: Int = 10) -> String {
    var counts = [Int](repeating: 0, count: classes.count)
    for index in classIndices { if let index { counts[index] += 1 } }
    let order = counts.indices.sorted {
      counts[$0] != counts[$1] && classes.count > limit ? counts[$0] > counts[$1] : $0 < $1
    }
    return listed(order.map { "\(classes[$0]) \(counts[$0])" }, limit: limit)
  }
}
