import Samples
import Settings

/// The time of a step as it is written.
enum TimeStamp {
  /// In seconds: a number, or a date and time as in ISO 8601 (2026-01-31T12:30:00.5Z, with a blank for the T, without time of
  /// day, or with an offset such as +01:00). A date without an offset counts as universal time. Nil for anything else.
  static func seconds(_ text: String) -> Double? {
    if let number = TableCell.number(text) { return number.isFinite ? number : nil }
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>, _ limits: ClosedRange<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[range] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      return limits.contains(value) ? value : nil
    }
    guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = number(0..<4, 1...9999), let month = number(5..<7, 1...12), let day = number(8..<10, 1...31)
    else { return nil }
    let date = Double(TableCell.daysBefore(year: year, month: month) + day - 1) * 86_400
    guard bytes.count > 10 else { return date }
    guard bytes[10] == UInt8(ascii: "T") || bytes[10] == 0x20, bytes.count >= 16, bytes[13] == UInt8(ascii: ":"),
      let hour = number(11..<13, 0...24), let minute = number(14..<16, 0...59)
    else { return nil }
    var time = Double(hour * 3600 + minute * 60)
    var at = 16
    if at < bytes.count, bytes[at] == UInt8(ascii: ":") {
      guard let second = number(17..<19, 0...60) else { return nil }
      time += Double(second)
      at = 19
      if at < bytes.count, bytes[at] == UInt8(ascii: ".") || bytes[at] == UInt8(ascii: ",") {
        let digits = bytes[(at + 1)...].prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty, let fraction = Double("0." + String(decoding: digits, as: UTF8.self)) else { return nil }
        time += fraction
        at += 1 + digits.count
      }
    }
    guard at < bytes.count else { return date + time }
    if bytes[at] == UInt8(ascii: "Z") { return at + 1 == bytes.count ? date + time : nil }
    guard bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-"),
      let hours = number(at + 1..<at + 3, 0...24)
    else { return nil }
    let hasColon = at + 3 < bytes.count && bytes[at + 3] == UInt8(ascii: ":")
    let minutesAt = at + (hasColon ? 4 : 3)
    let minutes = minutesAt == bytes.count ? 0 : number(minutesAt..<minutesAt + 2, 0...59)
    guard let minutes, minutesAt == bytes.count || minutesAt + 2 == bytes.count else { return nil }
    let offset = Double(hours * 3600 + minutes * 60)
    return date + time + (bytes[at] == UInt8(ascii: "+") ? -offset : offset)
  }
}

/// What the time stamps of a file say: the rate, and gaps.
struct TimeStampSurvey {
  private var rates: [Double] = []
  private var gaps = 0
  private var longestGap = 0.0

  /// More than so many times the usual distance is a gap.
  private static let gap = 1.5

  /// - Parameter times: rising, in seconds.
  /// - Returns: steps a second; nil of a single step.
  mutating func add(_ times: [Double]) -> Double? {
    guard times.count >= 2 else { return nil }
    let distances = zip(times.dropFirst(), times).map(-)
    let usual = distances.sorted()[distances.count / 2]
    guard usual > 0 else { return nil }
    let gaps = distances.filter { $0 > Self.gap * usual }
    self.gaps += gaps.count
    longestGap = max(longestGap, gaps.max() ?? 0)
    rates.append(1 / usual)
    return 1 / usual
  }

  /// That of another file, too.
  mutating func add(_ other: TimeStampSurvey) {
    rates += other.rates
    gaps += other.gaps
    longestGap = max(longestGap, other.longestGap)
  }

  /// A sentence each.
  var notes: [String] {
    guard let lowest = rates.min(), let highest = rates.max() else { return [] }
    var notes: [String] = []
    let rate = { (value: Double) in Figure.number(value) }
    notes.append(
      highest > 1.01 * lowest
        ? "The series have from \(rate(lowest)) to \(rate(highest)) steps a second; a network sees steps and "
          + "no seconds, so resample them if that is a mistake."
        : "Time goes on by \(Figure.number(1 / lowest)) a step, \(rate(lowest)) steps a second if it is in "
          + "seconds.")
    if gaps > 0 {
      notes.append(
        "Time has \(Figure.counted(gaps, "gap")), the longest of \(Figure.number(longestGap)); the steps on both sides "
          + "count as neighbours.")
    }
    return notes
  }
}
