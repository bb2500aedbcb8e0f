import Foundation

/// A line of progress that fits a terminal: a bar, and as much of the text as there is room for.
///
/// A line that is longer than the terminal is wide wraps, and then every step leaves a line behind.
struct ProgressLine {
  let text: String
  /// The part that is done, 0 to 1.
  let share: Double

  /// - Parameter columns: of the terminal.
  func fitted(to columns: Int) -> String {
    // A full last column makes some terminals wrap.
    let room = max(0, columns - 1)
    let bar = room >= 60 ? 24 : room >= 40 ? 10 : 0
    let filled = Int(min(max(share.isNaN ? 0 : share, 0), 1) * Double(bar))
    let drawn =
      bar == 0 ? "" : String(repeating: "█", count: filled) + String(repeating: "░", count: bar - filled) + " "
    let left = room - drawn.count
    // Every part of the text is told apart by two blanks; parts that do not fit are left out from the end.
    var parts = text.components(separatedBy: "  ")
    while parts.count > 1, parts.joined(separator: "  ").count > left { parts.removeLast() }
    return drawn + parts.joined(separator: "  ").prefix(left)
  }
}

/// The terminal on standard error.
enum Terminal {
  /// Whether a line can be drawn again in place: on a terminal that knows control sequences.
  static var drawsInPlace: Bool {
    guard isatty(STDERR_FILENO) == 1, let kind = ProcessInfo.processInfo.environment["TERM"] else { return false }
    return kind != "dumb" && !kind.isEmpty
  }

  /// Asked anew for every line, because windows change their size.
  static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
