import Samples

/// What a column of a table is, judged by its name and by all that its cells say. What is fitted is fitted later, on
/// the training part alone.
///
/// In this order: nothing known: left out · named id, …_id or …Id: an identifier · every cell a date: a date · every
/// cell a number: a number, unless its cells have leading zeros (007) or its name ends in code, type, class, category,
/// group or kind and it has at most 50 whole values: a category · whole numbers that count the rows: an identifier ·
/// text that differs in every row: an identifier · text of at most 100 values, that come twice each on average: a
/// category · any other text: left out, because no value of it comes back.
enum ColumnInference: Equatable {
  case number
  case date
  case category
  case identifier
  case leftOut(reason: String)

  static let mostCategories = 100
  static let mostCodes = 50

  /// - Parameters:
  ///   - cells: nil where unknown.
  ///   - lines: the lines that the cells stand on.
  init(name: String, cells: [String?], lines: [Int]) {
    let known = cells.compactMap(\.self)
    let values = Set(known)
    guard !known.isEmpty else {
      self = .leftOut(reason: "empty")
      return
    }
    if Self.namesIdentifier(name) {
      self = .identifier
    } else if known.allSatisfy({ TableCell.days($0) != nil }) {
      self = .date
    } else if known.allSatisfy({ TableCell.number($0) != nil }) {
      self = Self.judge(numbers: known, count: cells.count, values: values.count, name: name)
    } else {
      self = Self.judge(text: cells, known: known, values: values.count, lines: lines)
    }
  }

  private static func judge(numbers: [String], count: Int, values: Int, name: String) -> ColumnInference {
    let isCoded = numbers.contains(where: TableCell.isCode)
    if isCoded || (namesCode(name) && values <= mostCodes && numbers.allSatisfy { Int($0) != nil }) {
      return values == count && count > 2
        ? .identifier : values > mostCategories ? .leftOut(reason: "\(values) different codes") : .category
    }
    if numbers.count == count, count > 2, let first = Int(numbers[0]), first == 0 || first == 1,
      zip(numbers, first...).allSatisfy({ Int($0) == $1 })
    {
      return .identifier
    }
    return .number
  }

  private static func judge(text cells: [String?], known: [String], values: Int, lines: [Int]) -> ColumnInference {
    let numbers = known.count { TableCell.number($0) != nil }
    if 2 * numbers > known.count, values > 20 {
      let odd = zip(cells, lines).first { cell, _ in cell.map { TableCell.number($0) == nil } ?? false }
      return .leftOut(reason: odd.map { "numbers, but '\($0 ?? "")' on line \($1)" } ?? "numbers and text")
    }
    if values == cells.count, values > 2 { return .identifier }
    if values <= mostCategories, 2 * values <= known.count { return .category }
    return .leftOut(reason: "text of \(values) different values")
  }

  /// id, patient_id, patient-id, patient id, patientId, PatientID
  private static func namesIdentifier(_ name: String) -> Bool {
    guard name.lowercased().hasSuffix("id") else { return false }
    // Not as a part of a word: paid, COVID.
    guard let before = name.dropLast(2).last else { return true }
    return !before.isLetter || (before.isLowercase && name.dropLast().last == "I")
  }

  private static func namesCode(_ name: String) -> Bool {
    let word = name.lowercased().split { !$0.isLetter }.last ?? ""
    return ["code", "type", "class", "category", "group", "kind"].contains(String(word))
  }
}
