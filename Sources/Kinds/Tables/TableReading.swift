import Samples
import Settings

/// Reads the cells of the features as a configuration says, and counts what does not fit it.
struct TableReading {
  private let table: TableFile
  private let configuration: TableConfiguration
  /// The rows that are counted: those that are samples.
  private let rows: [Int]
  private var report = ReadingReport()

  init(_ table: TableFile, _ configuration: TableConfiguration, counting rows: [Int]) {
    self.table = table
    self.configuration = configuration
    self.rows = rows
  }

  /// What a user should know, a sentence each.
  var notes: [String] { report.sentences }

  /// The values [rows, features] that `TableRows` needs.
  ///
  /// - Throws: `DatasetError.table` if a feature is missing, or at least half of the cells of a column do not fit.
  mutating func values() throws(DatasetError) -> [Float] {
    let features = configuration.features
    report.columnCount = features.count
    report.rowCount = rows.count
    let places = Dictionary(uniqueKeysWithValues: zip(table.header, table.header.indices))
    let missing = features.filter { places[$0.name] == nil }.map(\.name)
    guard missing.isEmpty else {
      throw table.error(.missingFeatures(missing, total: features.count, found: table.header))
    }
    let known = Set(configuration.columns.map(\.name))
    report.ignored = table.header.filter { !known.contains($0) }
    var values = [Float](repeating: .nan, count: table.count * features.count)
    let plain = table.mapPlainColumns(at: features.map { $0.holdsPlainNumbers ? places[$0.name] : nil }) {
      Self.scaled($1, features[$0])
    }
    for (index, column) in features.enumerated() {
      guard let place = places[column.name] else { continue }
      let cells = if let plain = plain[index] { take(plain, column) } else { try read(column, table.column(place)) }
      if case .number(let encoding) = column.role { noteFarValues(cells, column.name, encoding) }
      for (row, value) in cells.enumerated() { values[row * features.count + index] = value }
    }
    return values
  }

  /// A column of plain numbers as its encoding says; nil if a number is absurd.
  private static func scaled(_ numbers: PlainNumbers, _ column: TableColumn) -> [Float]? {
    guard case .number(let encoding) = column.role else { return nil }
    let values = numbers.values.map { Float(($0 - encoding.centre) / encoding.scale) }
    return values.contains(where: \.isInfinite) ? nil : values
  }

  private mutating func take(_ values: [Float], _ column: TableColumn) -> [Float] {
    if case .number(let encoding) = column.role {
      note(rows.count { values[$0].isNaN }, in: column.name, encoding.marksMissing)
    }
    return values
  }

  private mutating func noteFarValues(_ scaled: [Float], _ column: String, _ encoding: NumberEncoding) {
    let usual: ClosedRange<Float> = configuration.scaling == .standard ? -10...10 : -9...10
    var found = FarValues(outsideOf: usual)
    for row in rows { found.count(scaled[row]) }
    guard found.areMost, let row = rows.first(where: { !scaled[$0].isNaN && !usual.contains(scaled[$0]) }) else {
      return
    }
    let number = Double(scaled[row]) * encoding.scale + encoding.centre
    report.far.append(.init(column: column, example: number, mean: encoding.fill))
  }

  private mutating func note(_ unknown: Int, in column: String, _ isMarked: Bool) {
    if unknown > 0 { report.filled.append(.init(column: column, count: unknown, isMarked: isMarked)) }
  }

  private mutating func read(_ column: TableColumn, _ cells: [String?]) throws(DatasetError) -> [Float] {
    let unknown = rows.count { cells[$0] == nil }
    let marks =
      switch column.role {
      case .number(let encoding), .date(let encoding): encoding.marksMissing
      case .category(let encoding): encoding.marksMissing
      case .label, .group, .split, .identifier, .leftOut: true
      }
    note(unknown, in: column.name, marks)
    switch column.role {
    case .number(let encoding):
      let expected = encoding.notation.map { "written as in '\($0.example)'" } ?? "a number"
      return try scaled(cells, column.name, encoding, expected, encoding.number)
    case .date(let encoding):
      return try scaled(cells, column.name, encoding, "a date such as 2024-03-31", TableCell.days)
    case .category(let encoding): return indices(cells, column.name, encoding)
    case .label, .group, .split, .identifier, .leftOut: return []
    }
  }

  /// A cell that does not fit becomes unknown, unless at least half do not.
  private mutating func scaled(
    _ cells: [String?], _ name: String, _ encoding: NumberEncoding, _ expected: String, _ parse: (String) -> Double?
  ) throws(DatasetError) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(cells.count)
    var odd: [Int] = []
    for (row, cell) in cells.enumerated() {
      guard let cell else {
        values.append(.nan)
        continue
      }
      guard let number = parse(cell) else {
        odd.append(row)
        values.append(.nan)
        continue
      }
      let value = Float((number - encoding.centre) / encoding.scale)
      guard abs(number) <= TableCell.greatest, value.isFinite else {
        throw table.error(.absurdNumber(cell, column: name), row: row)
      }
      values.append(value)
    }
    if let first = odd.first, let cell = cells[first] {
      guard 2 * odd.count < cells.count(where: { $0 != nil }) else {
        throw table.error(.cell(cell, column: name, expected: expected), row: first)
      }
      let isCounted = Set(rows)
      report.odd.append(
        .init(
          column: name, count: odd.count(where: isCounted.contains), example: cell, line: table.records.line(of: first),
          expected: expected, isMarked: encoding.marksMissing))
    }
    return values
  }

  private mutating func indices(_ cells: [String?], _ name: String, _ encoding: CategoryEncoding) -> [Float] {
    let index = Dictionary(uniqueKeysWithValues: zip(encoding.values, encoding.values.indices))
    var unseen: [Int] = []
    let values = cells.enumerated().map { row, cell -> Float in
      guard let cell else { return .nan }
      if let index = index[cell] { return Float(index) }
      unseen.append(row)
      return -1
    }
    report.merged += Self.merged(cells)
    let isCounted = unseen.isEmpty ? [] : Set(rows)
    let counted = unseen.filter(isCounted.contains)
    if !counted.isEmpty {
      report.unseen.append(
        .init(column: name, count: counted.count, values: Set(counted.compactMap { cells[$0] }).sorted()))
    }
    return values
  }

  /// The categories that cells write in more than one Unicode form.
  private static func merged(_ cells: [String?]) -> [String] {
    var forms: [String: Set<ExactText>] = [:]
    for case let cell? in cells where cell.utf8.contains(where: { $0 >= 0x80 }) {
      forms[CategoryEncoding.value(cell), default: []].insert(ExactText(cell))
    }
    return forms.filter { $0.value.count > 1 }.keys.sorted()
  }
}

/// What of a table does not fit the configuration that reads it, in sentences.
struct ReadingReport {
  struct Filled {
    let column: String
    let count: Int
    /// Whether an input of the network marks unknown values of the column.
    let isMarked: Bool
  }

  struct Odd {
    let column: String
    let count: Int
    let example: String
    let line: Int
    let expected: String
    let isMarked: Bool
  }

  struct Far {
    let column: String
    let example: Double
    /// Of the training data.
    let mean: Double
  }

  struct Unseen {
    let column: String
    let count: Int
    let values: [String]
  }

  /// Features, and samples.
  var columnCount = 0
  var rowCount = 0
  /// Columns that no feature is read from.
  var ignored: [String] = []
  var filled: [Filled] = []
  var odd: [Odd] = []
  var far: [Far] = []
  var unseen: [Unseen] = []
  /// Categories that are written in more than one Unicode form.
  var merged: [String] = []

  var sentences: [String] {
    [ignoredSentence, filledSentence, unmarkedSentence, oddSentence, farSentence, unseenSentence, mergedSentence]
      .compactMap(\.self)
  }

  private var ignoredSentence: String? {
    guard !ignored.isEmpty else { return nil }
    return "Columns that were not in the training data are ignored: \(Self.quoted(ignored))."
  }

  private var filledSentence: String? {
    guard !filled.isEmpty else { return nil }
    let columns = filled.map { "'\($0.column)' (\($0.count == rowCount ? "all " : "")\($0.count))" }
    return
      "Unknown cells are filled in, in \(Self.share(filled.count, of: columnCount)): \(listed(columns, limit: 5)), of "
      + "\(rowCount) \(rowCount == 1 ? "row" : "rows")."
  }

  private var unmarkedSentence: String? {
    let unmarked = filled.filter { !$0.isMarked }.map(\.column) + odd.filter { !$0.isMarked }.map(\.column)
    guard !unmarked.isEmpty else { return nil }
    return "The network cannot tell that cells of \(Self.quoted(unmarked)) are unknown, because all were known in the "
      + "training data."
  }

  private var oddSentence: String? {
    guard !odd.isEmpty else { return nil }
    let columns = odd.map {
      "'\($0.column)' (\($0.count), such as '\($0.example)' on line \($0.line), which is not \($0.expected))"
    }
    return "Cells that do not fit count as unknown and are filled in, in \(Self.share(odd.count, of: columnCount)): "
      + "\(listed(columns, limit: 5))."
  }

  private var farSentence: String? {
    guard !far.isEmpty else { return nil }
    let columns = far.map { "'\($0.column)' (such as \(Figure.number($0.example)); mean \(Figure.number($0.mean)))" }
    return FarValues.sentence
      + "\(Self.share(far.count, of: columnCount)): \(listed(columns, limit: 5))."
  }

  private var unseenSentence: String? {
    guard !unseen.isEmpty else { return nil }
    let columns = unseen.map {
      "'\($0.column)' (\($0.count) \($0.count == 1 ? "cell" : "cells"): \(Self.quoted($0.values)))"
    }
    return "Values that were not in the training data are encoded as none of the known values, in "
      + "\(Self.share(unseen.count, of: columnCount)): \(listed(columns, limit: 5))."
  }

  private var mergedSentence: String? {
    guard !merged.isEmpty else { return nil }
    return "Written in more than one Unicode form, and one value each: \(Self.quoted(merged))."
  }

  private static func share(_ count: Int, of total: Int) -> String {
    "\(count) of \(total) \(total == 1 ? "column" : "columns")"
  }

  private static func quoted(_ names: [String]) -> String { listed(names.map { "'\($0)'" }, limit: 5) }
}
