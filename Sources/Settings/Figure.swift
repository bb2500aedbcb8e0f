import Foundation

/// Numbers as people read them.
package enum Figure {
  /// Three significant digits, without an exponent where it can be avoided: "0.00123", "1.20e-04", "1235"; "–" for what
  /// is not finite.
  package static func number(_ value: Double) -> String {
    if value == 0 { return "0" }
    if !value.isFinite { return "–" }
    if abs(value) >= 1e15 { return String(format: "%.2e", value) }
    if abs(value) >= 1000 { return String(format: "%.0f", value) }
    return abs(value) < 0.001 ? String(format: "%.2e", value) : String(format: "%.3g", value)
  }

  /// "62.5 %".
  ///
  /// - Parameters:
  ///   - value: 1 is 100 %.
  ///   - digits: after the point.
  package static func percent(_ value: Double, digits: Int = 1) -> String {
    String(format: "%.\(max(0, digits))f %%", value * 100)
  }

  /// "11.2 million"; below a million, all digits.
  package static func rounded(_ value: Int) -> String {
    value >= 1_000_000 ? String(format: "%.1f million", Double(value) / 1e6) : String(value)
  }

  /// "1 h 2 min", "1 min 1 s" or "59 s".
  ///
  /// - Parameter seconds: "–" where they are not finite.
  package static func duration(_ seconds: Double) -> String {
    guard let total = Int(exactly: seconds.rounded()) else { return "–" }
    if total >= 3600 { return "\(total / 3600) h \(total % 3600 / 60) min" }
    return total >= 60 ? "\(total / 60) min \(total % 60) s" : "\(total) s"
  }

  /// The whole part, held within what a whole number can be: a log that was edited may say anything.
  package static func whole(_ value: Double) -> Int { value.isNaN ? 0 : Int(min(max(value, -1e15), 1e15)) }

  /// "12,345".
  package static func count(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return value < 0 ? "-" + digits : digits
  }

  /// "1 thread", "12 threads".
  ///
  /// - Parameters:
  ///   - noun: in the singular.
  ///   - plural: if it is not the noun with an "s".
  package static func counted(_ value: Int, _ noun: String, plural: String? = nil) -> String {
    value == 1 ? "1 \(noun)" : "\(value) \(plural ?? noun + "s")"
  }

  /// "1.9 GB", "12 GB"; below a tenth of a gigabyte "85 MB", and "under 1 MB". 1 GB is 10⁹ bytes.
  package static func bytes(_ count: Int) -> String {
    let value = Double(count)
    if value < 1e6 { return "under 1 MB" }
    if value < 1e8 { return String(format: "%.0f MB", value / 1e6) }
    return String(format: value < 9.95e9 ? "%.1f GB" : "%.0f GB", value / 1e9)
  }
}
