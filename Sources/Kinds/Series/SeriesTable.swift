import Samples
import Settings

/// A CSV or TSV file with series: a row a step (long), or a row a series (wide).
struct SeriesTable {
  private let place: String
  private let header: [String]
  private let records: CSVRecords
  /// How the numbers of columns are written, of those that are not written as 1638.23.
  private let notations: [Int: NumberNotation]

  static let splitColumn = "split"

  /// - Throws: `DatasetError.table` with the line at which the file is not a table.
  init(_ bytes: [UInt8], _ place: String) throws(DatasetError) {
    do throws(CSVError) {
      let reader = try CSVReader(bytes: bytes, file: place, separator: CSVReader.separator(of: bytes))
      header = reader.header.map(TableCell.trimmed)
      records = reader.records
      self.place = place
    } catch {
      if case .repeatedColumn(let name) = error.problem, TableCell.number(TableCell.trimmed(name)) != nil {
        throw Self.headerless(place)
      }
      throw .table(error)
    }
    guard !header.allSatisfy({ TableCell.number($0) != nil || TableCell.isMissing($0) }) else {
      throw Self.headerless(place)
    }
    guard !records.isEmpty else { throw .unusable("'\(visible(place))' has a header and no rows.") }
    notations = Self.notations(of: records, columns: header.count)
  }

  /// Looked for in some of the rows. A mark that one column shows beyond doubt decides what it means in the others.
  private static func notations(of records: CSVRecords, columns: Int) -> [Int: NumberNotation] {
    let rows = Array(records.indices).evenlySpread(200)
    let cells = (0..<columns).map { column in
      rows.map { TableCell.trimmed(records.field($0, column)) }.filter { !TableCell.isMissing($0) }
    }
    guard cells.contains(where: { $0.contains(where: isOdd) }) else { return [:] }
    let marks = cells.map(NotationSearch.mark)
    let commas = marks.count { $0 == .comma }
    let usual: NumberNotation.DecimalMark = commas > marks.count { $0 == .point } ? .comma : .point
    var notations: [Int: NumberNotation] = [:]
    for (column, cells) in cells.enumerated() {
      // A cell that is no number is an error of its own, with its line.
      let numbers = cells.filter(NumberNotation.recognises)
      guard !numbers.isEmpty, numbers.count * 2 >= cells.count else { continue }
      if case .notation(let notation) = NotationSearch.notation(of: numbers, usual: usual) {
        notations[column] = notation
      }
    }
    return notations
  }

  private static func isOdd(_ cell: String) -> Bool { TableCell.number(cell) == nil && NumberNotation.recognises(cell) }

  private func number(_ cell: String, _ column: Int) -> Double? {
    guard let notation = notations[column] else { return TableCell.number(cell) }
    return notation.number(cell)
  }

  /// Which of the columns in use are written otherwise, a sentence.
  private func notationNote(_ columns: [Int]) -> String? {
    let found = columns.compactMap { column in notations[column].map { (header[column], $0) } }
    guard !found.isEmpty else { return nil }
    let examples = found.map { "\(visible($0.0)) (\(visible($0.1.sentence)))" }
    let assumed = found.contains { $0.1.isAssumed } ? "; what the marks mean is a guess" : ""
    return "Columns in another notation: \(listed(examples, limit: 3))\(assumed)."
  }

  private static func headerless(_ place: String) -> DatasetError {
    .unusable(
      "'\(visible(place))' begins with numbers where the names of its columns should stand: put a line with names first, or "
        + "take the .ts file of an archive.")
  }

  private func error(_ problem: CSVError.Problem, row: Int? = nil) -> DatasetError {
    .table(CSVError(file: place, line: row.map(records.line), problem: problem))
  }

  private func fail(_ row: Int, _ reason: String) -> DatasetError {
    .unusable("'\(visible(place))', line \(records.line(of: row)): \(reason).")
  }

  private func column(_ name: String) throws(DatasetError) -> Int {
    guard let column = header.firstIndex(of: name) else { throw error(.missingColumns([name], found: header)) }
    return column
  }

  /// A column that was named, unless it may be missing and is.
  private func column(_ name: String?, _ reading: SeriesReading) throws(DatasetError) -> Int? {
    guard let name, header.contains(name) || !reading.optionalColumns.contains(name) else { return nil }
    return try column(name)
  }

  private func cell(_ row: Int, _ column: Int) -> String { TableCell.trimmed(records.field(row, column)) }

  private func value(_ row: Int, _ column: Int) throws(DatasetError) -> Float {
    let text = cell(row, column)
    if TableCell.isMissing(text) { return .nan }
    guard let number = number(text, column) else {
      let expected = notations[column].map { "a number like '\($0.example)'" } ?? "a number"
      throw error(.cell(text, column: header[column], expected: expected), row: row)
    }
    guard abs(number) <= TableCell.greatest else {
      throw error(.absurdNumber(text, column: header[column]), row: row)
    }
    return Float(number)
  }

  /// Whether most known cells of a column are numbers, judged by some of its rows.
  private func holdsNumbers(_ column: Int) -> Bool {
    let cells = Array(records.indices).evenlySpread(200).map { cell($0, column) }.filter { !TableCell.isMissing($0) }
    return cells.count(where: { number($0, column) != nil }) * 2 >= cells.count
  }

  /// Columns of numbers that are nothing else, and a sentence about those that are left out.
  private func valueColumns(
    _ reading: SeriesReading, besides others: Set<Int>
  ) throws(DatasetError) -> (columns: [Int], note: String?) {
    if let names = reading.channels {
      var columns: [Int] = []
      for name in names {
        let column = try column(name)
        guard !others.contains(column) else {
          throw .unusable(
            "The column '\(visible(name))' of '\(visible(place))' cannot be a channel and something else too.")
        }
        columns.append(column)
      }
      return (columns, notationNote(columns))
    }
    let free = header.indices.filter { !others.contains($0) && header[$0] != Self.splitColumn }
    let columns = free.filter(holdsNumbers)
    guard !columns.isEmpty else {
      throw .unusable(
        "'\(visible(place))' has no column of numbers that could be a series; its columns are "
          + "\(listed(header.map { "'\(visible($0))'" }, limit: 12)).")
    }
    let left = free.filter { !columns.contains($0) }.map { "'\(visible(header[$0]))'" }
    let leftOut =
      left.isEmpty
      ? nil
      : "Of the columns, \(listed(left, limit: 4)) \(left.count == 1 ? "holds" : "hold") no numbers and "
        + "\(left.count == 1 ? "is" : "are") left out."
    let notes = [leftOut, notationNote(columns)].compactMap(\.self)
    return (columns, notes.isEmpty ? nil : notes.joined(separator: " "))
  }

  private func split(_ row: Int, _ column: Int?) throws(DatasetError) -> Labels.Split? {
    guard let column else { return nil }
    let text = cell(row, column)
    if TableCell.isMissing(text) { return nil }
    guard let split = Labels.Split(rawValue: text) else {
      throw error(.unknownSplit(text, known: Labels.Split.allCases.map(\.rawValue)), row: row)
    }
    return split
  }

  // MARK: A row a series

  func rows(_ reading: SeriesReading) throws(DatasetError) -> SeriesFileContents {
    let label = try column(reading.labelColumn, reading)
    let group = try column(reading.groupColumn, reading)
    let split = header.firstIndex(of: Self.splitColumn)
    let names = nameColumn(besides: [label, group, split])
    let (columns, note) = try valueColumns(reading, besides: Set([label, group, split, names].compactMap(\.self)))
    guard columns.count >= 2 else {
      throw .unusable(
        "'\(visible(place))' has one column of numbers, '\(visible(header[columns[0]]))', and a series needs at least two: if a "
          + "row is a step and not a series, say so by the columns with values (channels), that of the time (time-column) or that "
          + "of the series (id-column)."
      )
    }
    var series: [SeriesRecording] = []
    var filled = 0
    for row in records.indices {
      var values: [Float] = []
      values.reserveCapacity(columns.count)
      for column in columns { values.append(try value(row, column)) }
      var recording = SeriesRecording(
        name: names.map { cell(row, $0) } ?? "row \(row + 1)", values: values,
        label: label.map { records.field(row, $0) },
        group: group.flatMap { LabelReading.label(cell(row, $0)) }, split: try self.split(row, split),
        rate: reading.rate)
      if recording.dropPadding(channels: 1) { filled += 1 }
      series.append(recording)
    }
    var notes = [
      "Each row is a series of up to \(columns.count) steps, '\(visible(header[columns[0]]))' to "
        + "'\(visible(header[columns[columns.count - 1]]))'."
    ]
    if let note { notes.append(note) }
    if filled > 0 {
      notes.append(
        "\(filled) of \(series.count) series \(filled == 1 ? "ends" : "end") before the longest: empty cells behind "
          + "\(filled == 1 ? "it" : "them") do not count.")
    }
    return SeriesFileContents(channels: ["value"], series: series, notes: notes)
  }

  /// The first column named id, or ending in id or name, that differs in every row.
  private func nameColumn(besides others: [Int?]) -> Int? {
    header.indices.first { column in
      let name = header[column].lowercased()
      guard name.hasSuffix("id") || name.hasSuffix("name"), !others.contains(column) else { return false }
      let cells = records.indices.map { cell($0, column) }
      return !cells.contains("") && Set(cells.map(ExactText.init)).count == cells.count
    }
  }

  // MARK: A row a step

  func steps(_ reading: SeriesReading) throws(DatasetError) -> SeriesFileContents {
    let id = try reading.idColumn.map { name throws(DatasetError) in try column(name) }
    let time = try reading.timeColumn.map { name throws(DatasetError) in try column(name) }
    let label = try column(reading.labelColumn, reading)
    let group = try column(reading.groupColumn, reading)
    let split = header.firstIndex(of: Self.splitColumn)
    let (columns, note) = try valueColumns(reading, besides: Set([id, time, label, group, split].compactMap(\.self)))

    // Rows of a series need not stand together.
    var places: [ExactText: Int] = [:]
    var names: [String] = []
    var rows: [[Int]] = []
    for row in records.indices {
      let name = id.map { cell(row, $0) } ?? ""
      if id != nil, TableCell.isMissing(name) {
        throw fail(row, "the column '\(visible(reading.idColumn ?? ""))' does not say which series the row belongs to")
      }
      let key = ExactText(name)
      if let place = places[key] {
        rows[place].append(row)
      } else {
        places[key] = rows.count
        names.append(name)
        rows.append([row])
      }
    }

    var contents = SeriesFileContents(
      channels: columns.map { header[$0] }, series: [], notes: [note].compactMap(\.self))
    var stamps = TimeStampSurvey()
    for (place, rows) in rows.enumerated() {
      let name = names[place].isEmpty ? "1" : names[place]
      var values: [Float] = []
      values.reserveCapacity(rows.count * columns.count)
      for row in rows { for column in columns { values.append(try value(row, column)) } }
      let rate = try time.map { column throws(DatasetError) in
        try checkedRate(rows, column, series: names[place], &stamps)
      }
      let labels = label.map { column in rows.map { records.field($0, column) } }
      let isOne = labels.map { labels in labels.allSatisfy { LabelReading.isSame($0, labels[0]) } } ?? true
      if let labels, !isOne, reading.window == nil, !reading.readsSteps {
        let change = labels.firstIndex { !LabelReading.isSame($0, labels[0]) } ?? 0
        throw fail(
          rows[change],
          "the label changes from '\(visible(labels[0]))' to '\(visible(labels[change]))' within \(id == nil ? "the recording" : "the series '\(visible(name))'"): "
            + "cut it into windows (window), each of which has one label")
      }
      contents.series.append(
        SeriesRecording(
          name: name, values: values, label: isOne ? labels?[0] : nil, stepLabels: isOne ? nil : labels,
          group: try group.flatMap { column throws(DatasetError) in try only(rows, column, series: names[place]) },
          split: try self.split(rows[0], split), rate: reading.rate ?? rate ?? nil))
    }
    contents.stamps = stamps
    return contents
  }

  /// What all rows of a series say.
  private func only(_ rows: [Int], _ column: Int, series: String) throws(DatasetError) -> String? {
    let first = cell(rows[0], column)
    if let other = rows.first(where: { cell($0, column) != first }) {
      throw fail(
        other,
        "the series '\(visible(series))' belongs to '\(visible(first))' and to '\(visible(cell(other, column)))' by the column "
          + "'\(visible(header[column]))', and a series has one group")
    }
    return LabelReading.label(first)
  }

  /// Steps a second by the time stamps, which have to rise.
  private func checkedRate(
    _ rows: [Int], _ column: Int, series: String, _ survey: inout TimeStampSurvey
  ) throws(DatasetError) -> Double? {
    let subject = series.isEmpty ? "" : " in the series '\(visible(series))'"
    let advice = series.isEmpty ? ", or name the column that tells series apart (id-column)" : ""
    var times: [Double] = []
    times.reserveCapacity(rows.count)
    for row in rows {
      let text = cell(row, column)
      guard let time = TimeStamp.seconds(text) ?? number(text, column) else {
        throw fail(
          row,
          "'\(visible(text))' in the column '\(visible(header[column]))' is no time: write seconds, or dates as "
            + "2026-01-31T12:30:00")
      }
      if let last = times.last, time <= last {
        let former = cell(rows[times.count - 1], column)
        throw fail(
          row,
          time == last
            ? "the time '\(visible(text))' stands twice\(subject): keep one of the two rows"
              + advice
            : "time runs backwards\(subject), from '\(visible(former))' to '\(visible(text))': sort the rows by time"
              + advice)
      }
      times.append(time)
    }
    return survey.add(times)
  }
}
