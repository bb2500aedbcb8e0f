extension Labels {
  /// Labels from a CSV with the columns `path`, `label` and, if there is one, `split` (train, validation, test or
  /// empty). Other columns are ignored.
  ///
  /// A path is relative to the folder of the CSV or else to a root of the data; it may also be absolute, or the name of
  /// a sample. Rows about files that exist but are not samples are ignored. Samples that the CSV does not name have no
  /// label.
  ///
  /// - Parameter isOptional: whether the column `label` may be missing because the file holds other information; then
  ///   no sample has a label.
  package init(csv path: String, for files: FileList, isOptional: Bool = false) throws(CSVError) {
    if isOptional, try !CSVReader(contentsOf: path).header.contains("label") {
      let rows = try FileRows(csv: path, for: files, columns: [])
      self.init(files.samples.map { _ in nil }, splits: rows.splits)
      return
    }
    let rows = try FileRows(csv: path, for: files, columns: ["label"])
    var labels: [String?] = []
    for record in rows.records {
      guard let record else {
        labels.append(nil)
        continue
      }
      let label = record.fields[rows.columns[0]]
      guard !label.allSatisfy(\.isWhitespace) else {
        throw CSVError(file: path, line: record.line, problem: .emptyLabel(path: record.fields[rows.pathColumn]))
      }
      labels.append(label)
    }
    self.init(labels, splits: rows.splits)
  }
}

/// What a CSV says about files.
package struct FileRows {
  /// The record of each file; nil if no row names it.
  package let records: [CSVReader.Record?]
  /// Places of the requested columns.
  package let columns: [Int]
  package let pathColumn: Int
  /// The split of each file; nil if the CSV has no such column.
  package let splits: [Labels.Split?]?

  package init(csv path: String, for files: FileList, columns names: [String]) throws(CSVError) {
    let table = try CSVReader(contentsOf: path)
    let places = try table.places(of: ["path"] + names)
    let splitColumn = table.header.firstIndex(of: "split")
    let finder = SampleFinder(files: files, csvPath: path)
    var records: [CSVReader.Record?] = Array(repeating: nil, count: files.count)
    var splits: [Labels.Split?] = Array(repeating: nil, count: files.count)
    var firstLines: [String: Int] = [:]
    var missing: [(line: Int, path: String)] = []
    for record in table.records {
      func fail(_ problem: CSVError.Problem) -> CSVError {
        CSVError(file: path, line: record.line, problem: problem)
      }
      let named = record.fields[places[0]]
      let (sample, location) = finder.find(named)
      guard let location else {
        missing.append((record.line, named))
        continue
      }
      if let firstLine = firstLines[location] { throw fail(.repeatedPath(path: named, firstLine: firstLine)) }
      firstLines[location] = record.line
      var split: Labels.Split?
      if let splitColumn, !record.fields[splitColumn].isEmpty {
        split = Labels.Split(rawValue: record.fields[splitColumn])
        if split == nil {
          throw fail(.unknownSplit(record.fields[splitColumn], known: Labels.Split.allCases.map(\.rawValue)))
        }
      }
      if let sample {
        records[sample] = record
        splits[sample] = split
      }
    }
    if let first = missing.first {
      throw CSVError(
        file: path, line: first.line, problem: .missingFile(path: first.path, others: missing.count - 1))
    }
    self.records = records
    self.splits = splitColumn == nil ? nil : splits
    columns = Array(places.dropFirst())
    pathColumn = places[0]
  }

  /// The numbers in the requested columns: one list for each column, with one entry for each file; nil if unknown.
  package func numbers(
    file: String, names: [String], parse: (String) -> Double?, expected: String
  ) throws(CSVError) -> [[Double?]] {
    var result: [[Double?]] = []
    for (column, name) in zip(columns, names) {
      var values: [Double?] = []
      for record in records {
        let cell = record?.fields[column].drop(while: \.isWhitespace)
        guard let record, let cell, !TableCell.isMissing(String(cell)) else {
          values.append(nil)
          continue
        }
        guard let number = parse(String(cell)) else {
          throw CSVError(
            file: file, line: record.line, problem: .cell(String(cell), column: name, expected: expected))
        }
        guard abs(number) <= TableCell.greatest else {
          throw CSVError(file: file, line: record.line, problem: .absurdNumber(String(cell), column: name))
        }
        values.append(number)
      }
      result.append(values)
    }
    return result
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

  /// The sample if the file is one, and the location of the file if it exists.
  func find(_ path: String) -> (sample: Int?, location: String?) {
    guard !path.isEmpty else { return (nil, nil) }
    let candidates = path.hasPrefix("/") ? [normalised(path)] : folders.map { normalised($0 + "/" + path) }
    for candidate in candidates {
      if let sample = byPath[candidate] { return (sample, candidate) }
    }
    if let sample = byName[path] { return (sample, files.path(of: sample)) }
    // The path may go through a link, or name a file that is not a sample.
    for candidate in candidates {
      guard let (location, isFolder) = resolve(candidate), !isFolder else { continue }
      return (byPath[location], location)
    }
    return (nil, nil)
  }

  /// The path without `.`, `..` and doubled slashes. Only the text counts, not what is on disk.
  private func normalised(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}
