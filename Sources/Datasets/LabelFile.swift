extension Labels {
  /// Labels from a CSV with the columns `path`, `label` and, if there is one, `split` (train, validation, test or
  /// empty); other columns are passed over.
  ///
  /// A path counts from the folder of the CSV, else from a root of the data; it may also be absolute or the name of a
  /// sample. Files that exist but are no samples are passed over, samples that the CSV does not name have no label.
  public init(csv path: String, for files: FileList) throws(CSVError) {
    let table = try CSVReader(contentsOf: path)
    let columns = try table.places(of: ["path", "label"])
    let splitColumn = table.header.firstIndex(of: "split")
    let finder = SampleFinder(files: files, csvPath: path)
    var labels: [String?] = Array(repeating: nil, count: files.count)
    var splits: [Split?] = Array(repeating: nil, count: files.count)
    var firstLines: [String: Int] = [:]
    for record in table.records {
      func fail(_ problem: CSVError.Problem) -> CSVError {
        CSVError(file: path, line: record.line, problem: problem)
      }
      let named = record.fields[columns[0]]
      let label = record.fields[columns[1]]
      let (sample, location) = finder.find(named)
      guard let location else { throw fail(.missingFile(path: named)) }
      if let firstLine = firstLines[location] { throw fail(.repeatedPath(path: named, firstLine: firstLine)) }
      firstLines[location] = record.line
      if label.allSatisfy(\.isWhitespace) { throw fail(.emptyLabel(path: named)) }
      var split: Split?
      if let splitColumn, !record.fields[splitColumn].isEmpty {
        split = Split(rawValue: record.fields[splitColumn])
        if split == nil {
          throw fail(.unknownSplit(record.fields[splitColumn], known: Split.allCases.map(\.rawValue)))
        }
      }
      if let sample {
        labels[sample] = label
        splits[sample] = split
      }
    }
    self.init(labels, splits: splitColumn == nil ? nil : splits)
  }
}

/// Finds the sample that a path in a CSV means.
private struct SampleFinder {
  private let byPath: [String: Int]
  private let byName: [String: Int]
  private let files: FileList
  private let folders: [String]

  init(files: FileList, csvPath: String) {
    self.files = files
    byPath = Dictionary(files.samples.indices.map { (files.path(of: $0), $0) }) { first, _ in first }
    byName = Dictionary(files.samples.indices.map { (files.name(of: $0), $0) }) { first, _ in first }
    let csvFolder = resolve(csvPath).map { String($0.path[..<($0.path.lastIndex(of: "/") ?? $0.path.startIndex)]) }
    folders = [csvFolder ?? ""] + files.roots.map(\.path)
  }

  /// The sample, if the file is one, and where the file lies, if it exists.
  func find(_ path: String) -> (sample: Int?, location: String?) {
    guard !path.isEmpty else { return (nil, nil) }
    let candidates = path.hasPrefix("/") ? [normalised(path)] : folders.map { normalised($0 + "/" + path) }
    for candidate in candidates {
      if let sample = byPath[candidate] { return (sample, candidate) }
    }
    if let sample = byName[path] { return (sample, files.path(of: sample)) }
    // Names of links, and files that are no samples.
    for candidate in candidates {
      guard let (location, isFolder) = resolve(candidate), !isFolder else { continue }
      return (byPath[location], location)
    }
    return (nil, nil)
  }

  /// Without `.`, `..` and doubled slashes, by the text alone.
  private func normalised(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}
