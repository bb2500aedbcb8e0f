import Samples

/// The role of a table's column, inferred from its name and all its cells. Encodings are fitted later, on the training
/// part only.
///
/// The first rule that applies decides. No known cell: left out. Named id, …_id or …Id: an identifier. All cells dates:
/// a date. All cells numbers: a category if cells have leading zeros (007), or if the name ends in code, type, class,
/// category, group or kind and there are at most 50 different whole numbers; an identifier if they count the rows;
/// otherwise a number. Text that differs in every row: an identifier. Text with at most 100 values, each twice on
/// average: a category. Other text: left out, because its values hardly recur.
enum ColumnInference: Equatable {
  case number
  case date
  case category
  case identifier
  case leftOut(reason: String)

  static let mostCategories = 100
  static let mostCodes = 50

  /// - Parameters:
  ///   - cells: nil if unknown.
  ///   - lines: the lines of the cells in the file.
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
    // The end of a word does not count: paid, COVID.
    guard let before = name.dropLast(2).last else { return true }
    return !before.isLetter || (before.isLowercase && name.dropLast().last == "I")
  }

  private static func namesCode(_ name: String) -> Bool {
    let word = name.lowercased().split { !$0.isLetter }.last ?? ""
    return ["code", "type", "class", "category", "group", "kind"].contains(String(word))
  }
}
