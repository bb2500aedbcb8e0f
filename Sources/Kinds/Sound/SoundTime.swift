import Foundation

/// Times in words.
enum SoundTime {
  /// "0.95 s", "12 s", "3.5 min", "2.1 h".
  static func text(_ seconds: Double) -> String {
    switch seconds {
    case ..<10: "\(trimmed(seconds, 2)) s"
    case ..<120: "\(trimmed(seconds, 0)) s"
    case ..<7200: "\(trimmed(seconds / 60, 1)) min"
    default: "\(trimmed(seconds / 3600, 1)) h"
    }
  }

  private static func trimmed(_ value: Double, _ digits: Int) -> String {
    let text = String(format: "%.\(digits)f", value)
    guard text.contains(".") else { return text }
    let short = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
    return String(short.reversed())
  }
}
