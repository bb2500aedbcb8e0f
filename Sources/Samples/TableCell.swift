import Foundation

/// Reads a single cell of a table. Spaces around it are expected to be gone.
package enum TableCell {
  /// A number further from 0 is taken for a mistake.
  package static let greatest = 1e30

  /// The ways in which people write an unknown value, in lower case.
  private static let unknown: Set<String> = ["", "?", "na", "n/a", "#n/a", "nan", "null"]

  package static func isMissing(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return true }
    // Most cells are numbers, and this is called for each.
    return !(0x2B...0x39).contains(first) && text.utf8.count <= 4 && unknown.contains(text.lowercased())
  }

  /// Whether a byte may belong to white space.
  static func mayBeSpace(_ byte: UInt8) -> Bool { byte >= 0x80 || isSpace(byte) }

  /// The cell without white space around it.
  package static func trimmed(_ text: String) -> String {
    // Most cells have no spaces to trim, and this is called for each.
    guard text.utf8.first.map(mayBeSpace) == true || text.utf8.last.map(mayBeSpace) == true else { return text }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  /// A decimal number such as 12, -0.5, +3e-4; infinite if it is too large, and for the word "inf".
  package static func number(_ text: String) -> Double? {
    // The initialiser also takes hexadecimal numbers and "nan(…)".
    if let number = DecimalNumber.exact(text) { return number }
    let isPlain = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E || byte == 0x45 || byte == 0x65
    }
    if isPlain { return Double(text) }
    let sign = text.hasPrefix("-") || text.hasPrefix("+") ? 1 : 0
    let word = text.dropFirst(sign).lowercased()
    return word == "inf" || word == "infinity" ? .infinity : nil
  }

  /// Whether leading zeros show that this is a code and not a quantity: 007, but not 0 or 0.7.
  package static func isCode(_ text: String) -> Bool {
    isCode(text.utf8, text.utf8.startIndex..<text.utf8.endIndex)
  }

  /// The same of a part of a text in UTF-8.
  static func isCode<Bytes: Collection<UInt8>>(_ bytes: Bytes, _ part: Range<Bytes.Index>) -> Bool {
    guard !part.isEmpty, bytes[part.lowerBound] == 0x30 else { return false }
    let second = bytes.index(after: part.lowerBound)
    return second < part.upperBound && (0x30...0x39).contains(bytes[second])
  }

  /// Days since the first of January 1970, with the time of day as a fraction: 2024-03-31, 2024/03/31, 31.03.2024, each
  /// optionally followed by 12:30 or 12:30:59 and then by a time zone (Z, +01:00), which is taken into account.
  ///
  /// 03/04/2024 is not accepted, because either part may be the month.
  package static func days(_ text: String) -> Double? {
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
    guard let first = parts.first, let date = date(first) else { return nil }
    guard parts.count == 2 else { return date }
    guard let time = timeOfDay(parts[1]) else { return nil }
    return date + time
  }

  private static func date(_ text: Substring) -> Double? {
    guard let mark = text.first(where: { !$0.isNumber }), mark == "-" || mark == "/" || mark == "." else { return nil }
    let fields = text.split(separator: mark, omittingEmptySubsequences: false)
    guard fields.count == 3, fields[1].count <= 2 else { return nil }
    let (yearText, dayText) = mark == "." ? (fields[2], fields[0]) : (fields[0], fields[2])
    guard yearText.count == 4, dayText.count <= 2, let year = digits(yearText), let month = digits(fields[1]),
      let day = digits(dayText), year >= 1, (1...12).contains(month), day >= 1, day <= days(in: month, of: year)
    else { return nil }
    return Double(daysBefore(year: year, month: month) + day - 1)
  }

  private static func timeOfDay(_ text: Substring) -> Double? {
    var clock = text
    var offset = 0.0
    if clock.hasSuffix("Z") {
      clock = clock.dropLast()
    } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let zone = clock[clock.index(after: sign)...].filter { $0 != ":" }
      guard zone.count == 4, let value = digits(Substring(zone)), value / 100 <= 14, value % 100 < 60 else {
        return nil
      }
      offset = Double(value / 100 * 60 + value % 100) / 1440 * (clock[sign] == "-" ? -1 : 1)
      clock = clock[..<sign]
    }
    let fields = clock.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count == 2 || fields.count == 3, let hour = digits(fields[0]), hour < 24,
      let minute = digits(fields[1]), minute < 60
    else { return nil }
    var seconds = 0.0
    if fields.count == 3 {
      guard fields[2].first?.isNumber == true, let value = number(String(fields[2])), value < 61 else { return nil }
      seconds = value
    }
    return (Double(hour * 60 + minute) * 60 + seconds) / 86400 - offset
  }

  /// One to four ASCII digits.
  private static func digits(_ text: Substring) -> Int? {
    guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }

  private static func isLeap(_ year: Int) -> Bool {
    year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
  }

  private static func days(in month: Int, of year: Int) -> Int {
    month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// Days from the first of January 1970 to the first of a month, in the Gregorian calendar.
  package static func daysBefore(year: Int, month: Int) -> Int {
    let years = year - 1
    let leapDays = years / 4 - years / 100 + years / 400
    // 719,162 days lie between the first of January of the year 1 and that of 1970.
    let toYear = years * 365 + leapDays - 719_162
    return (1..<month).reduce(toYear) { $0 + days(in: $1, of: year) }
  }
}
