import Settings

/// How the numbers of a column are written, if not as 1638.23: `1638,23`, `1,638.23`, `1.638,23`, `16 382`, `€16`, `3.8 %`.
///
/// A minus sign may also be U+2212, or parentheses around the number, and a space between digits also a thin or a no-break
/// one. The unit is the same for all numbers of a column, and numbers are taken as they are written: 3.8 % is 3.8.
package struct NumberNotation: Codable, Sendable, Hashable {
  package enum DecimalMark: String, Codable, Sendable {
    case point = "."
    case comma = ","
  }

  package enum GroupMark: String, Codable, Sendable {
    case point = "."
    case comma = ","
    case space = " "
    case apostrophe = "'"
  }

  /// Separates the whole part from the fraction.
  package let decimal: DecimalMark
  /// Separates groups of three digits; nil if no number has groups.
  package let grouping: GroupMark?
  /// What is written before each number, such as a currency, and after it; empty if nothing is.
  package let prefix: String
  package let suffix: String
  /// A cell of the column, for people.
  package let example: String
  /// Whether no cell shows if its marks separate thousands or a fraction, as in 1,234, so that this is a guess.
  package let isAssumed: Bool

  /// The number that a cell says; nil if it is not written in this notation.
  package func number(_ cell: String) -> Double? {
    guard let written = WrittenNumber(cell), written.prefix == prefix, written.suffix == suffix else { return nil }
    return written.number(decimal, grouping)
  }

  /// Whether a cell is a number in some notation, with no unit other than a common one: 12 kg, but not 12 Oak Street.
  package static func recognises(_ cell: String) -> Bool {
    guard let written = WrittenNumber(cell), written.hasCommonUnit else { return false }
    return NotationSearch.forms.contains { written.number($0, $1) != nil }
  }

  /// "'1.638,23' is read as 1638.23"
  package var sentence: String {
    "'\(example)' is read as \(number(example).map { plain($0) } ?? "no number")"
  }
}

extension NumberNotation: Validated {
  package func validate() throws(SettingError) {
    guard grouping?.rawValue != decimal.rawValue else {
      throw SettingError("grouping", "'\(decimal.rawValue)'", expected: "another mark than that of the fraction")
    }
  }
}

/// A cell, taken apart: a sign, a unit before or after, and what stands between them.
struct WrittenNumber {
  let isNegative: Bool
  let prefix: String
  let suffix: String
  /// Digits with their marks, and perhaps an exponent; spaces and apostrophes of one kind.
  private let body: [UInt8]

  /// Units that may follow a number without a space.
  private static let units: Set<String> = [
    "kg", "g", "mg", "µg", "t", "lb", "oz", "km", "m", "cm", "mm", "µm", "nm", "ft", "in", "l", "L", "dl", "ml", "mL",
    "s",
    "ms", "min", "h", "d", "y", "Hz", "kHz", "MHz", "W", "kW", "V", "A", "K", "C", "F", "EUR", "USD", "GBP", "CHF",
    "JPY",
  ]
  private static let currencies: Set<String> = ["EUR", "USD", "GBP", "CHF", "JPY", "US$", "Fr.", "kr", "Rs"]

  init?(_ cell: String) {
    var scalars = cell.unicodeScalars.map(Self.usual)
    // Accounts write a number below 0 in parentheses.
    let isInParentheses = scalars.first == "(" && scalars.last == ")" && scalars.count > 2
    if isInParentheses { scalars = Array(scalars.dropFirst().dropLast()) }
    guard let start = Self.start(in: scalars) else { return nil }
    let end = Self.end(in: scalars, from: start)
    // -€16, €-16
    var before = scalars[..<start].filter { $0 != " " }[...]
    let signs: [Unicode.Scalar] = ["-", "+"]
    var sign: Unicode.Scalar?
    if let first = before.first, signs.contains(first) {
      sign = before.removeFirst()
    } else if let last = before.last, signs.contains(last) {
      sign = before.removeLast()
    }
    let after = String(String.UnicodeScalarView(scalars[end...]))
    let unit = after.filter { $0 != " " }
    let currency = String(String.UnicodeScalarView(before))
    guard Self.isCurrency(currency), Self.isUnit(unit, isApart: after.hasPrefix(" ")) else { return nil }
    guard sign == nil || !isInParentheses else { return nil }
    isNegative = sign == "-" || isInParentheses
    prefix = currency
    suffix = unit
    body = scalars[start..<end].map { UInt8(truncatingIfNeeded: $0.value) }
  }

  var hasCommonUnit: Bool { Self.isUnit(suffix, isApart: false) }

  /// The number in one form; nil if the cell does not have it.
  func number(_ decimal: NumberNotation.DecimalMark, _ grouping: NumberNotation.GroupMark?) -> Double? {
    let exponent = body.firstIndex { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") } ?? body.endIndex
    let parts = body[..<exponent].split(
      separator: decimal.byte, maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = Self.digits(parts[0], grouping: grouping) else { return nil }
    var fraction: [UInt8] = []
    if parts.count == 2 {
      guard let digits = Self.digits(parts[1], grouping: nil) else { return nil }
      fraction = digits
    }
    let text = String(decoding: whole + [UInt8(ascii: ".")] + fraction + body[exponent...], as: UTF8.self)
    return Double((whole.isEmpty ? "0" : "") + (fraction.isEmpty ? text.replacing(".", with: "") : text))
      .map { isNegative ? -$0 : $0 }
  }

  /// Whether a mark occurs in the number.
  func has(_ mark: String) -> Bool { mark.utf8.first.map(body.contains) ?? false }

  /// Digits without the marks between groups; nil for anything else. A number may have no groups, if it has at most four
  /// digits: 1638 among numbers such as 16.382.
  private static func digits(_ text: ArraySlice<UInt8>, grouping: NumberNotation.GroupMark?) -> [UInt8]? {
    let groups = grouping.map { text.split(separator: $0.byte, omittingEmptySubsequences: false) } ?? [text]
    guard groups.allSatisfy({ $0.allSatisfy(isDigit) }) else { return nil }
    if groups.count > 1 {
      guard (1...3).contains(groups[0].count), groups[0].first != UInt8(ascii: "0"),
        groups.dropFirst().allSatisfy({ $0.count == 3 })
      else { return nil }
    } else if grouping != nil, groups[0].count > 4 {
      return nil
    }
    return Array(groups.joined())
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isDigit(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { ("0"..."9").contains($0) } ?? false }

  /// Other minus signs, spaces and apostrophes as those of ASCII.
  private static func usual(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x2212: "-"
    case 0x00A0, 0x2007, 0x2009, 0x202F: " "
    case 0x2019: "'"
    default: scalar
    }
  }

  /// The first digit, or the mark of a fraction before it.
  private static func start(in scalars: [Unicode.Scalar]) -> Int? {
    guard let digit = scalars.firstIndex(where: { isDigit($0) }) else { return nil }
    guard digit > 0, scalars[digit - 1] == "." || scalars[digit - 1] == "," else { return digit }
    return digit - 1
  }

  private static func end(in scalars: [Unicode.Scalar], from start: Int) -> Int {
    func scalar(_ place: Int) -> Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }
    var place = start
    while let next = scalar(place) {
      if isDigit(next) {
        place += 1
      } else if ".,' ".unicodeScalars.contains(next), isDigit(scalar(place + 1)) {
        place += 1
      } else {
        break
      }
    }
    // 1638.
    if let mark = scalar(place), mark == "." || mark == ",", place + 1 == scalars.count { place += 1 }
    if let letter = scalar(place), letter == "e" || letter == "E" {
      var digit = place + 1
      if let sign = scalar(digit), sign == "+" || sign == "-" { digit += 1 }
      let first = digit
      while isDigit(scalar(digit)) { digit += 1 }
      if digit > first { place = digit }
    }
    return place
  }

  private static func isCurrency(_ text: String) -> Bool {
    text.isEmpty || currencies.contains(text)
      || text.unicodeScalars.allSatisfy { $0.properties.generalCategory == .currencySymbol }
  }

  private static func isUnit(_ text: String, isApart: Bool) -> Bool {
    guard let first = text.unicodeScalars.first else { return true }
    guard text.unicodeScalars.count <= 8,
      !text.unicodeScalars.contains(where: { isDigit($0) || ",.;:-+".unicodeScalars.contains($0) })
    else { return false }
    return units.contains(text) || isCurrency(text) || "%‰°".unicodeScalars.contains(first)
      || (isApart
        && text.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || "/%µ²³".unicodeScalars.contains($0) })
  }
}

extension NumberNotation.DecimalMark {
  fileprivate var byte: UInt8 { self == .point ? UInt8(ascii: ".") : UInt8(ascii: ",") }
}

extension NumberNotation.GroupMark {
  fileprivate var byte: UInt8 { rawValue.utf8.first ?? 0 }
}
