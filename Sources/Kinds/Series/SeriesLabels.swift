import Samples
import Settings

/// Labels of series that stand in a file of their own.
enum SeriesLabels {
  /// Gives each series its label: from a `.npy` file with as many values as there are series, or from a CSV with a column
  /// `label` and perhaps `split`. The CSV names each series in a column `series` (or `path`, `name` or `id`), or has a row for each of
  /// them, in their order.
  ///
  /// - Parameters:
  ///   - groupColumn: a column of the CSV that groups the series; nil for none.
  ///   - channels: the values of a step, where a file may also have a label for each step of all series, in their order; nil where
  ///     steps have no labels of their own.
  static func apply(
    _ file: String, to recordings: inout [SeriesRecording], groupColumn: String? = nil, ofSteps channels: Int? = nil
  ) throws(DatasetError) {
    guard let (path, isFolder) = resolve(file), !isFolder else { throw .noSuchFile(path: file) }
    do {
      let bytes = try CSVReader.bytes(of: path)
      if SeriesFile.suffix(of: file) == "npy" {
        let texts = try NumpyArray(bytes, file).texts()
        if let channels, apply(texts, toStepsOf: &recordings, channels) { return }
        return try apply(texts, file, to: &recordings)
      }
      let reader = try CSVReader(bytes: bytes, file: file, separator: CSVReader.separator(of: bytes))
      if let channels, let label = reader.place(of: "label"),
        apply(reader.records.map { $0.fields[label] }, toStepsOf: &recordings, channels)
      {
        return
      }
      try apply(table: reader, to: &recordings, groupColumn)
    } catch let error as CSVError {
      throw .labels(error)
    } catch let error as DatasetError {
      throw error
    } catch {
      throw .unusable("'\(visible(file))' cannot be read: \(error).")
    }
  }

  /// - Returns: whether there are as many labels as steps, and more than series.
  private static func apply(
    _ texts: [String], toStepsOf recordings: inout [SeriesRecording], _ channels: Int
  ) -> Bool {
    let lengths = recordings.map { $0.values.count / channels }
    guard texts.count == lengths.reduce(0, +), texts.count > recordings.count else { return false }
    var start = 0
    for (index, length) in lengths.enumerated() {
      recordings[index].label = nil
      recordings[index].stepLabels = Array(texts[start..<start + length])
      start += length
    }
    return true
  }

  private static func apply(
    _ texts: [String], _ file: String, to recordings: inout [SeriesRecording]
  ) throws(DatasetError) {
    guard texts.count == recordings.count else { throw miscounted(file, texts.count, recordings.count) }
    for index in recordings.indices {
      recordings[index].label = texts[index]
      recordings[index].stepLabels = nil
    }
  }

  private static func miscounted(_ file: String, _ found: Int, _ expected: Int) -> DatasetError {
    .unusable(
      "'\(visible(file))' has \(Figure.counted(found, "label")), and there are \(expected) series: give one for each, in their order, or name "
        + "each in a column 'series'.")
  }

  private static func apply(
    table: CSVReader, to recordings: inout [SeriesRecording], _ groupColumn: String?
  ) throws(DatasetError) {
    func error(_ problem: CSVError.Problem, line: Int? = 1) -> DatasetError {
      .labels(CSVError(file: table.file, line: line, problem: problem))
    }
    guard let label = table.place(of: "label") else {
      throw error(.missingColumns(["label"], found: table.header))
    }
    let split = table.place(of: "split")
    let group = groupColumn.flatMap { table.place(of: $0) }
    let name = ["series", "path", "name", "id"].compactMap { table.place(of: $0) }.first
    if name == nil, table.records.count != recordings.count {
      throw miscounted(table.file, table.records.count, recordings.count)
    }
    var places: [ExactText: Int] = [:]
    for (index, recording) in recordings.enumerated() {
      places[ExactText(recording.name)] = index
      if recording.name.hasPrefix("series ") { places[ExactText(String(recording.name.dropFirst(7)))] = index }
    }
    for index in recordings.indices { (recordings[index].label, recordings[index].stepLabels) = (nil, nil) }
    for (row, record) in table.records.enumerated() {
      var index = row
      if let name {
        let written = TableCell.trimmed(record.fields[name])
        guard let place = places[ExactText(written)] ?? places[ExactText(SeriesFile.stem(of: written))] else {
          throw .unusable(
            "'\(visible(table.file))', line \(record.line): there is no series '\(visible(written))'; the first is called "
              + "'\(visible(recordings[0].name))'.")
        }
        index = place
      }
      recordings[index].label = record.fields[label]
      if let group { recordings[index].group = LabelReading.label(record.fields[group]) }
      if let split {
        let text = TableCell.trimmed(record.fields[split])
        if !TableCell.isMissing(text) {
          guard let known = Labels.Split(rawValue: text) else {
            throw error(.unknownSplit(text, known: Labels.Split.allCases.map(\.rawValue)), line: record.line)
          }
          recordings[index].split = known
        }
      }
    }
  }
}
