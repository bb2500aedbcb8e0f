import Foundation

/// Numbers as people read them.
public enum Figure {
  /// Three significant digits, without an exponent where it can be avoided.
  public static func number(_ value: Double) -> String {
    if value == 0 { return "0" }
    if !value.isFinite { return "–" }
    if abs(value) >= 1000 { return String(format: "%.0f", value) }
    return abs(value) < 0.001 ? String(format: "%.2e", value) : String(format: "%.3g", value)
  }

  public static func percent(_ value: Double) -> String { String(format: "%.1f %%", value * 100) }

  /// Rounded to millions where it is as large.
  public static func rounded(_ value: Int) -> String {
    value >= 1_000_000 ? String(format: "%.1f million", Double(value) / 1e6) : String(value)
  }

  public static func duration(_ seconds: Double) -> String {
    let total = max(0, whole(seconds.rounded()))
    if total >= 3600 { return "\(total / 3600) h \(total % 3600 / 60) min" }
    return total >= 60 ? "\(total / 60) min \(total % 60) s" : "\(total) s"
  }

  /// Without what follows the point. A log that was edited may say anything, also what no whole number can be.
  static func whole(_ value: Double) -> Int { value.isNaN ? 0 : Int(min(max(value, -1e15), 1e15)) }

  /// 12,345
  static func count(_ value: Int) -> String {
    var digits = String(value)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return digits
  }
}
