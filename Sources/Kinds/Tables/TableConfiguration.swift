import Samples
import Settings

/// How the rows of a table become inputs of a model. It is fitted once, on the training part, and then used unchanged
/// on all data of the run.
public struct TableConfiguration: Codable, Sendable, Equatable {
  /// All columns, in the order of the table.
  package var columns: [TableColumn]
  package var scaling: NumberEncoding.Scaling
  /// The columns that training views replace.
  package var corruption: RowCorruption

  /// The columns that are inputs of the model.
  package var features: [TableColumn] { columns.filter(\.isFeature) }
  /// The number of inputs of the model, with one for each value of a category.
  package var width: Int { columns.reduce(0) { $0 + $1.width } }

  package var labelColumn: String? { columns.first { $0.role == .label }?.name }

  package var groupColumn: String? { columns.first { $0.role == .group }?.name }

  static let splitColumn = "split"

  /// Infers the role of each column and fits the encodings on the training rows; a split column, if there is one, says
  /// which these are.
  package init(
    fitting table: TableFile, labelColumn: String?, groupColumn: String? = nil, scaling: NumberEncoding.Scaling,
    corruption: RowCorruption
  ) throws(DatasetError) {
    for name in [labelColumn, groupColumn].compactMap(\.self) where !table.header.contains(name) {
      throw table.error(.missingColumns([name], found: table.header))
    }
    self.scaling = scaling
    self.corruption = corruption
    let training = try table.splits(in: Self.splitColumn).map { splits in
      splits.indices.filter { splits[$0] == nil || splits[$0] == .train }
    }
    let rows = training ?? Array(table.records.indices)
    guard rows.count >= 2 else { throw .tooFewSamples(count: rows.count, lookedFor: TableFile.lookedFor) }
    let usual = table.usualMark
    let plain = table.mapPlainColumns(at: Array(table.header.indices)) { index, numbers in
      Self.role(of: numbers, named: table.header[index], training: rows, scaling: scaling, usual: usual)
    }
    var columns: [TableColumn] = []
    for (place, name) in table.header.enumerated() {
      let role: TableColumn.Role
      if name == labelColumn {
        role = .label
      } else if name == groupColumn {
        role = .group
      } else if name == Self.splitColumn {
        role = .split
      } else if let plain = plain[place] {
        role = plain
      } else {
        role = try Self.role(
          of: table.column(place), named: name, in: table, training: rows, scaling: scaling, usual: usual)
      }
      columns.append(TableColumn(name: name, role: role))
    }
    self.columns = columns
    guard columns.contains(where: \.isFeature) else {
      throw table.error(.noUsableColumn(leftOut: leftOut.map { "\($0.name): \($0.reason)" }))
    }
  }

  /// - Returns: nil if the texts of the column are needed to judge it.
  private static func role(
    of numbers: PlainNumbers, named name: String, training: [Int], scaling: NumberEncoding.Scaling,
    usual: NumberNotation.DecimalMark
  ) -> TableColumn.Role? {
    switch ColumnInference(name: name, numbers: numbers, usual: usual) {
    case .number:
      let known = training.map { numbers.values[$0].isNaN ? nil : numbers.values[$0] }
      return NumberEncoding(fitting: known, scaling: scaling).map { .number($0) }
    case .identifier: return .identifier
    case .leftOut(let reason): return .leftOut(reason: reason)
    case .date, .category, nil: return nil
    }
  }

  private static func role(
    of cells: [String?], named name: String, in table: TableFile, training: [Int], scaling: NumberEncoding.Scaling,
    usual: NumberNotation.DecimalMark
  ) throws(DatasetError) -> TableColumn.Role {
    func fitted(_ notation: NumberNotation?, _ parse: (String) -> Double?) throws(DatasetError) -> NumberEncoding? {
      let numbers = try table.numbers(cells, column: name, expected: "a number", parse)
      return NumberEncoding(fitting: training.map { numbers[$0] }, scaling: scaling, notation: notation)
    }
    let constant = TableColumn.Role.leftOut(reason: "all known values are equal")
    switch ColumnInference(name: name, cells: cells, line: table.records.line, usual: usual) {
    case .number(let notation):
      let parse = { (cell: String) in notation.map { $0.number(cell) } ?? TableCell.number(cell) }
      if let encoding = try fitted(notation, parse) { return .number(encoding) }
      let different = Set(training.compactMap { cells[$0].flatMap(parse) }).count
      guard different > 1 else { return constant }
      return .leftOut(
        reason: "\(different) values that are equal in the first 12 digits: subtract what they have in common")
    case .date: return try fitted(nil, TableCell.days).map { .date($0) } ?? constant
    case .category: return CategoryEncoding(fitting: training.map { cells[$0] }).map { .category($0) } ?? constant
    case .identifier: return .identifier
    case .leftOut(let reason): return .leftOut(reason: reason)
    }
  }

  private var leftOut: [(name: String, reason: String)] {
    columns.compactMap { column in
      switch column.role {
      case .leftOut(let reason): (column.name, reason)
      case .identifier: (column.name, "identifier")
      case .label: (column.name, "label")
      case .group: (column.name, "group")
      case .split: (column.name, "split")
      case .number, .date, .category: nil
      }
    }
  }

  /// The roles of the columns, one line for each role.
  package var columnSummary: [Explanation] {
    var numbers: [String] = []
    var otherwise: [String] = []
    var dates: [String] = []
    var categories: [String] = []
    var unknown: [String] = []
    for column in columns {
      switch column.role {
      case .number(let encoding):
        numbers.append(column.name)
        if let notation = encoding.notation {
          otherwise.append("\(column.name) (\(notation.sentence)\(notation.isAssumed ? ", see below" : ""))")
        }
        if encoding.marksMissing { unknown.append(column.name) }
      case .date(let encoding):
        dates.append(column.name)
        if encoding.marksMissing { unknown.append(column.name) }
      case .category(let encoding):
        categories.append("\(column.name) (\(encoding.values.count) values)")
        if encoding.marksMissing { unknown.append(column.name) }
      case .label, .group, .split, .identifier, .leftOut: break
      }
    }
    func line(_ title: String, _ names: [String]) -> Explanation? {
      guard !names.isEmpty else { return nil }
      return "\(title) \(names.count): \(listed(names, limit: 12))"
    }
    return [
      line("numbers", numbers), line("of these in another notation", otherwise), line("dates as days", dates),
      line("categories", categories),
      line("with unknown values (filled in and marked)", unknown),
      line("left out", leftOut.map { "\($0.name) (\($0.reason))" }),
      likelyLabel.map {
        "'\($0)' is a feature; if it is what you want to predict, name it as the label\(by: .giveLabels(.column($0)))"
      },
    ].compactMap(\.self) + assumptions
  }

  /// Numbers that could be read in two ways, a sentence each.
  private var assumptions: [Explanation] {
    columns.compactMap { column in
      guard case .number(let encoding) = column.role, let notation = encoding.notation, notation.isAssumed else {
        return nil
      }
      return Explanation(
        "'\(column.name)': no value shows whether its marks separate thousands or a fraction; \(notation.sentence), as the "
          + "other numbers of the table suggest. If this is wrong, write the column without marks between thousands")
    }
  }

  /// A feature whose name suggests a label, if no label column was given.
  private var likelyLabel: String? {
    guard labelColumn == nil else { return nil }
    let names: Set<String> = ["label", "target", "class", "outcome", "diagnosis", "y", "survived"]
    return features.map(\.name).first { names.contains($0.lowercased()) }
  }
}

extension TableFile {
  /// What `body` makes of each column of plain numbers; nil for other columns. Works on all cores, and holds only the numbers of
  /// a few columns at a time.
  ///
  /// - Parameter body: is called with an index into `places`, on any thread.
  func mapPlainColumns<Result: Sendable>(
    at places: [Int?], _ body: @escaping @Sendable (Int, PlainNumbers) -> Result?
  ) -> [Result?] {
    let blocks = stride(from: 0, to: places.count, by: Self.columnsAtOnce).map {
      Array($0..<min($0 + Self.columnsAtOnce, places.count))
    }
    return concurrentMap(count: blocks.count) { [records] number in
      let block = blocks[number]
      let present = block.filter { places[$0] != nil }
      let columns = PlainNumbers.columns(at: present.compactMap { places[$0] }, of: records)
      let found = Dictionary(uniqueKeysWithValues: zip(present, columns))
      return block.map { index in found[index].flatMap(\.self).flatMap { body(index, $0) } }
    }.flatMap(\.self)
  }

  private static let columnsAtOnce = 8

  /// A cell without white space around it; nil if unknown.
  private func knownCell(_ row: Int, _ place: Int) -> String? {
    let cell = cell(row, place)
    return TableCell.isMissing(cell) ? nil : cell
  }

  /// The cells of a column; nil if unknown.
  func column(_ place: Int) -> [String?] {
    records.indices.map { knownCell($0, place) }
  }

  /// - Throws: `.table` with the line of a cell that is not such a number, or is absurdly large.
  func numbers(
    _ cells: [String?], column: String, expected: String, _ parse: (String) -> Double?
  ) throws(DatasetError) -> [Double?] {
    var numbers: [Double?] = []
    numbers.reserveCapacity(cells.count)
    for (row, cell) in cells.enumerated() {
      guard let cell else {
        numbers.append(nil)
        continue
      }
      guard let number = parse(cell) else {
        throw error(.cell(cell, column: column, expected: expected), row: row)
      }
      guard abs(number) <= TableCell.greatest else {
        throw error(.absurdNumber(cell, column: column), row: row)
      }
      numbers.append(number)
    }
    return numbers
  }

  /// The mark of fractions that most columns show; if none does, a comma where semicolons separate the columns.
  var usualMark: NumberNotation.DecimalMark {
    let marks = header.indices.compactMap { place in
      NotationSearch.mark(in: Array(records.indices.lazy.compactMap { knownCell($0, place) }.prefix(Self.votingCells)))
    }
    let commas = marks.count { $0 == .comma }
    if 2 * commas != marks.count { return 2 * commas > marks.count ? .comma : .point }
    return separator == .semicolon ? .comma : .point
  }

  private static let votingCells = 200

  /// The split of each row; nil if there is no such column.
  func splits(in name: String) throws(DatasetError) -> [Labels.Split?]? {
    guard let place = header.firstIndex(of: name) else { return nil }
    var splits: [Labels.Split?] = []
    for (row, cell) in column(place).enumerated() {
      guard let cell else {
        splits.append(nil)
        continue
      }
      guard let split = Labels.Split(rawValue: cell) else {
        throw error(.unknownSplit(cell, known: Labels.Split.allCases.map(\.rawValue)), row: row)
      }
      splits.append(split)
    }
    return splits
  }
}

extension TableConfiguration: Validated {
  public func validate() throws(SettingError) {
    for (place, column) in columns.enumerated() { try Settings.validate(column, under: "columns[\(place)]") }
    guard Set(columns.map(\.name)).count == columns.count else {
      throw SettingError("columns", "a list with a name twice", expected: "a list of different names")
    }
    guard columns.contains(where: \.isFeature) else {
      throw SettingError("columns", "a list without a feature", expected: "a list with a number, a date or a category")
    }
    try Settings.validate(corruption, under: "corruption")
  }
}
