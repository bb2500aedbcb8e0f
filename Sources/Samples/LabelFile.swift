extension Labels {
  /// Labels from a CSV with the columns `path`, `label` and, if there is one, `split` (train, validation, test or
  /// empty). Other columns are ignored.
  ///
  /// A path is relative to the folder of the CSV or else to a root of the data; it may also be absolute, or the name of
  /// a sample. Rows about files that exist but are not samples are ignored. Samples that the CSV does not name have no
  /// label; `LabelReading` says which labels mean that there is none.
  ///
  /// - Parameter isOptional: whether the column `label` may be missing because the file holds other information; then
  ///   no sample has a label.
  package init(csv path: String, for files: FileList, isOptional: Bool = false) throws(CSVError) {
    if isOptional, try CSVReader(contentsOf: path).place(of: "label") == nil {
      let rows = try FileRows(csv: path, for: files, columns: [])
      self.init(files.samples.map { _ in nil }, splits: rows.splits)
      return
    }
    let rows = try FileRows(csv: path, for: files, columns: ["label"])
    let written = rows.records.map { $0?.fields[rows.columns[0]] }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    self.init(LabelReading(written, absent: "not in \(name)"), splits: rows.splits)
  }
}

/// What a CSV says about files.
package struct FileRows {
  /// The record of each file; nil if no row names it.
  package let records: [CSVRecords.Record?]
  /// Places of the requested columns.
  package let columns: [Int]
  /// The split of each file; nil if the CSV has no such column.
  package let splits: [Labels.Split?]?

  package init(csv path: String, for files: FileList, columns names: [String]) throws(CSVError) {
    let table = try CSVReader(contentsOf: path)
    let places = try table.places(of: ["path"] + names)
    let splitColumn = table.place(of: "split")
    let finder = SampleFinder(files: files, csvPath: path)
    var records: [CSVRecords.Record?] = Array(repeating: nil, count: files.count)
    var splits: [Labels.Split?] = Array(repeating: nil, count: files.count)
    var firstLines: [ExactText: Int] = [:]
    var missing: [(line: Int, path: String)] = []
    for record in table.records {
      func fail(_ problem: CSVError.Problem) -> CSVError {
        CSVError(file: path, line: record.line, problem: problem)
      }
      let named = record.fields[places[0]]
      let (samples, location) = finder.find(named)
      guard let location else {
        missing.append((record.line, named))
        continue
      }
      if let firstLine = firstLines[ExactText(location)] {
        throw fail(.repeatedPath(path: named, firstLine: firstLine))
      }
      firstLines[ExactText(location)] = record.line
      var split: Labels.Split?
      if let written = splitColumn.map({ TableCell.trimmed(record.fields[$0]) }), !TableCell.isMissing(written) {
        split = Labels.Split(rawValue: written)
        if split == nil { throw fail(.unknownSplit(written, known: Labels.Split.allCases.map(\.rawValue))) }
      }
      for sample in samples {
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
  }

  /// The numbers in the requested columns: one list for each column, with one entry for each file; nil if unknown.
  package func numbers(
    file: String, names: [String], parse: (String) -> Double?, expected: String
  ) throws(CSVError) -> [[Double?]] {
    var result: [[Double?]] = []
    for (column, name) in zip(columns, names) {
      var values: [Double?] = []
      for record in records {
        let cell = record.map { TableCell.trimmed($0.fields[column]) }
        guard let record, let cell, !TableCell.isMissing(cell) else {
          values.append(nil)
          continue
        }
        guard let number = parse(cell) else {
          throw CSVError(file: file, line: record.line, problem: .cell(cell, column: name, expected: expected))
        }
        guard abs(number) <= TableCell.greatest else {
          throw CSVError(file: file, line: record.line, problem: .absurdNumber(cell, column: name))
        }
        values.append(number)
      }
      result.append(values)
    }
    return result
  }
}

/// Finds the samples that a path in a CSV means: all those of a file that holds several.
private struct SampleFinder {
  private let byPath: [ExactText: [Int]]
  private let byName: [ExactText: Int]
  private let files: FileList
  private let folders: [String]

  init(files: FileList, csvPath: String) {
    self.files = files
    byPath = Dictionary(grouping: files.samples.indices) { ExactText(files.path(of: $0)) }
    byName = Dictionary(files.samples.indices.map { (ExactText(files.name(of: $0)), $0) }) { first, _ in first }
    let csvFolder = resolve(csvPath).map { String($0.path[..<($0.path.lastIndex(of: "/") ?? $0.path.startIndex)]) }
    folders = [csvFolder ?? ""] + files.roots.map(\.path)
  }

  /// The samples in the file, and the location of the file if it exists. A sample that is named by itself has its name for
  /// a location, since others may be in the same file.
  func find(_ path: String) -> (samples: [Int], location: String?) {
    guard !path.isEmpty else { return ([], nil) }
    let candidates = path.hasPrefix("/") ? [normalised(path)] : folders.map { normalised($0 + "/" + path) }
    for candidate in candidates {
      if let samples = byPath[ExactText(candidate)] { return (samples, candidate) }
    }
    if let sample = byName[ExactText(path)] {
      return ([sample], files.samples[sample].part?.alias ?? files.path(of: sample))
    }
    // The path may go through a link, or name a file that is not a sample.
    for candidate in candidates {
      guard let (location, isFolder) = resolve(candidate), !isFolder else { continue }
      return (byPath[ExactText(location)] ?? [], location)
    }
    return ([], nil)
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
