import Samples

/// The role of a table's column, inferred from its name and all its cells. Encodings are fitted later, on the training
/// part only.
///
/// The first rule that applies decides. No known cell: left out. Named id, …_id or …Id: an identifier. All cells dates:
/// a date. All cells numbers in one notation (see `NumberNotation`): a category if cells have leading zeros (007), or if the
/// name ends in code, type, class, category, group or kind and there are at most 50 different whole numbers; an identifier if
/// they count the rows, or have too many digits to be told apart as numbers; otherwise a number. Text that differs in every row: an identifier. Text with at most 100 values, each twice on
/// average: a category. Other text: left out, because its values hardly recur. So are numbers among which a few cells are
/// none, or are written otherwise.
enum ColumnInference: Equatable {
  /// Nil for numbers such as 1638.23.
  case number(NumberNotation?)
  case date
  case category
  case identifier
  case leftOut(reason: String)

  static let mostCategories = 100
  static let mostCodes = 50

  /// - Parameters:
  ///   - cells: nil if unknown.
  ///   - line: the line of a cell in the file.
  ///   - usual: the mark of fractions in the other columns.
  init(name: String, cells: [String?], line: (Int) -> Int, usual: NumberNotation.DecimalMark = .point) {
    let known = cells.compactMap(\.self)
    guard !known.isEmpty else {
      self = .leftOut(reason: "empty")
      return
    }
    if Self.namesIdentifier(name) {
      self = .identifier
    } else if known.allSatisfy({ TableCell.days($0) != nil }) {
      self = .date
    } else {
      switch NotationSearch.notation(of: known, usual: usual) {
      case .plain: self = Self.judge(numbers: known, count: cells.count, name: name)
      case .notation(let notation):
        self =
          Self.judge(long: known, count: cells.count, mark: notation.decimal.rawValue, notation.number)
          ?? .number(notation)
      case .none: self = Self.judge(text: cells, known: known, line: line)
      }
    }
  }

  /// The same for a column of plain numbers, whose texts no rule needs.
  ///
  /// - Returns: nil if a rule needs them, after all.
  init?(name: String, numbers: PlainNumbers, usual: NumberNotation.DecimalMark) {
    if numbers.knownCount == 0 {
      self = .leftOut(reason: "empty")
    } else if Self.namesIdentifier(name) {
      self = .identifier
    } else if numbers.areWhole ? Self.namesCode(name) : usual == .comma {
      return nil
    } else {
      self = numbers.areWhole && Self.countRows(numbers.values) ? .identifier : .number(nil)
    }
  }

  /// Whether numbers are 0, 1, 2, … or 1, 2, 3, …: those of the rows. An unknown number is none of them.
  private static func countRows(_ numbers: [Double]) -> Bool {
    guard numbers.count > 2, numbers[0] == 0 || numbers[0] == 1 else { return false }
    return numbers.indices.allSatisfy { numbers[$0] == numbers[0] + Double($0) }
  }

  private static func judge(numbers: [String], count: Int, name: String) -> ColumnInference {
    // Different values are only counted where a rule asks for them: this takes longer than all else.
    let isCoded = numbers.contains(where: TableCell.isCode)
    if isCoded || (namesCode(name) && numbers.allSatisfy { Int($0) != nil }) {
      let values = Set(numbers).count
      if isCoded || values <= mostCodes {
        return values == count && count > 2
          ? .identifier : values > mostCategories ? .leftOut(reason: "\(values) different codes") : .category
      }
    }
    if numbers.count == count, countRows(numbers.map { Int($0).map(Double.init) ?? .nan }) { return .identifier }
    return judge(long: numbers, count: count, mark: ".", TableCell.number) ?? .number(nil)
  }

  /// Keys of databases may have more digits than a number can hold, also where a few other numbers stand among them.
  ///
  /// - Parameters:
  ///   - mark: separates a fraction.
  ///   - parse: the number that a cell says.
  /// - Returns: nil if the whole numbers can be told apart as numbers.
  private static func judge(
    long numbers: [String], count: Int, mark: String, _ parse: (String) -> Double?
  ) -> ColumnInference? {
    let long = numbers.filter { $0.utf8.count > 15 && !$0.contains(mark) }
    let longValues = Set(long).count
    guard longValues > 1, Set(long.compactMap(parse)).count < longValues else { return nil }
    let values = Set(numbers).count
    if values == count { return .identifier }
    if values <= mostCategories, 2 * values <= numbers.count { return .category }
    return .leftOut(reason: "\(longValues) different whole numbers of more digits than can be told apart")
  }

  private static func judge(text cells: [String?], known: [String], line: (Int) -> Int) -> ColumnInference {
    let values = Set(known).count
    let numbers = countOfNumbers(in: known)
    // A few numbers that come back, beside words, are names: 1, 2, 3 and more.
    if 2 * numbers > known.count, values > 20 || 2 * values > known.count {
      return .leftOut(reason: reason(numbers: cells, known: known, line: line))
    }
    if values == cells.count, values > 2 { return .identifier }
    if values <= mostCategories, 2 * values <= known.count { return .category }
    return .leftOut(reason: "text of \(values) different values")
  }

  /// How many cells are numbers, in one notation or another.
  private static func countOfNumbers(in known: [String]) -> Int {
    func count(_ cells: [String]) -> Int {
      max(cells.count(where: NumberNotation.recognises), NotationSearch.odd(in: cells).fitting)
    }
    // Long columns of text are not searched throughout.
    let some = known.evenlySpread(1000)
    return 4 * count(some) < some.count ? 0 : count(known)
  }

  /// Why a column is left out of which most cells are numbers.
  private static func reason(numbers cells: [String?], known: [String], line: (Int) -> Int) -> String {
    let (fitting, first) = NotationSearch.odd(in: known)
    let place = cells.firstIndex { $0 == first }.map(line) ?? 1
    let others = known.count - fitting - 1
    let more = others > 0 ? " and \(others) more \(others == 1 ? "cell" : "cells") are written otherwise" : ""
    return "numbers, but '\(first ?? "")' on line \(place)\(more): write all in one way, or leave such cells empty"
  }

  /// id, patient_id, patient-id, patient id, patientId, PatientID
  private static func namesIdentifier(_ name: String) -> Bool {
    guard name.lowercased().hasSuffix("id") else { return false }
    // The end of a word does not count: paid, COVID.
    guard let before = name.dropLast(2).last else { return true }
    return !before.isLetter || (before.isLowercase && name.dropLast().last == "I")
  }

  private static func namesCode(_ name: String) -> Bool {
    let word = name.lowercased().split { !$0.isLetter }.last ?? ""
    return ["code", "type", "class", "category", "group", "kind"].contains(String(word))
  }
}
