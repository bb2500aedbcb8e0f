/// Finds the notation in which all numbers of a column are written.
package enum NotationSearch {
  /// From the simplest.
  static let forms: [(NumberNotation.DecimalMark, NumberNotation.GroupMark?)] = [
    (.point, nil), (.comma, nil), (.point, .comma), (.comma, .point), (.point, .space), (.comma, .space),
    (.point, .apostrophe), (.comma, .apostrophe),
  ]

  /// What is known of a column.
  package enum Outcome: Sendable, Equatable {
    /// Numbers as 1638.23.
    case plain
    case notation(NumberNotation)
    /// Not all are numbers in one notation.
    case none
  }

  /// - Parameters:
  ///   - cells: the known cells, at least one, without white space around them.
  ///   - usual: the mark of a fraction in other numbers of the file; decides if the column itself does not.
  package static func notation(of cells: [String], usual: NumberNotation.DecimalMark) -> Outcome {
    let isPlain = cells.allSatisfy { TableCell.number($0) != nil }
    if isPlain, usual == .point || !mayBeGroups(cells) { return .plain }
    guard let written = written(cells), let first = written.first else { return isPlain ? .plain : .none }
    let fitting = forms.filter { form in written.allSatisfy { $0.number(form.0, form.1) != nil } }
    guard let simplest = fitting.first else { return isPlain ? .plain : .none }
    // Where the column does not decide, as with 1,234, the other numbers of the file do.
    let chosen = fitting.first { $0.0 == usual } ?? simplest
    let isAssumed = fitting.contains { values(written, $0) != values(written, chosen) }
    // A long number shows the most of a notation.
    let example = cells.prefix(100).max { $0.count < $1.count }
    return .notation(
      NumberNotation(
        decimal: chosen.0, grouping: chosen.1, prefix: first.prefix, suffix: first.suffix,
        example: example ?? cells[0], isAssumed: isAssumed))
  }

  /// The mark of fractions that a column shows beyond doubt; nil if it shows none.
  package static func mark(in cells: [String]) -> NumberNotation.DecimalMark? {
    guard !cells.isEmpty, let written = written(cells) else { return nil }
    let fitting = forms.filter { form in written.allSatisfy { $0.number(form.0, form.1) != nil } }
    guard let mark = fitting.first?.0, fitting.allSatisfy({ $0.0 == mark }),
      written.contains(where: { $0.has(mark.rawValue) })
    else { return nil }
    return mark
  }

  /// The cells that are not written as most others are: the number of those that are, and the first that is not.
  package static func odd(in cells: [String]) -> (fitting: Int, first: String?) {
    var counts: [Key: Int] = [:]
    func keys(_ cell: String) -> [Key] {
      guard let written = WrittenNumber(cell) else { return [] }
      return forms.indices.filter { written.number(forms[$0].0, forms[$0].1) != nil }
        .map { Key(form: $0, prefix: written.prefix, suffix: written.suffix) }
    }
    for cell in cells { for key in keys(cell) { counts[key, default: 0] += 1 } }
    guard let best = counts.max(by: { ($0.value, -$0.key.form) < ($1.value, -$1.key.form) }) else {
      return (0, cells.first)
    }
    return (best.value, cells.first { !keys($0).contains(best.key) })
  }

  private struct Key: Hashable {
    let form: Int
    let prefix: String
    let suffix: String
  }

  /// Nil if one is no number, or their units differ.
  private static func written(_ cells: [String]) -> [WrittenNumber]? {
    var result: [WrittenNumber] = []
    for cell in cells {
      guard let written = WrittenNumber(cell),
        written.prefix == result.first?.prefix ?? written.prefix,
        written.suffix == result.first?.suffix ?? written.suffix
      else { return nil }
      result.append(written)
    }
    return result
  }

  private static func values(
    _ written: [WrittenNumber], _ form: (NumberNotation.DecimalMark, NumberNotation.GroupMark?)
  ) -> [Double?] { written.map { $0.number(form.0, form.1) } }

  /// Whether points in plain numbers may separate thousands.
  private static func mayBeGroups(_ cells: [String]) -> Bool {
    cells.contains { $0.contains(".") } && cells.allSatisfy { WrittenNumber($0)?.number(.comma, .point) != nil }
  }
}
