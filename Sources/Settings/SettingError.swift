/// A number or a word that a configuration, an option or a caller gave and that cannot be used.
///
/// The library, `--config` and the command line throw the same error; whoever shows it may add what to do.
public struct SettingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Dotted, as in `configuration.json`: "method.numbers.temperature"; or an option's name without dashes.
  public let name: String
  /// As it was written.
  public let value: String
  /// Completes "must be …": "from 0.001 to 100".
  public let expected: String

  public init(_ name: String, _ value: some CustomStringConvertible, expected: String) {
    self.name = name
    self.value = plain(value)
    self.expected = expected
  }

  public var description: String { "\(name) is \(value) and must be \(expected)" }

  /// The same error of a value that lies inside `outer`: `temperature` under `method.numbers` is
  /// `method.numbers.temperature`.
  public func under(_ outer: String) -> SettingError {
    SettingError("\(outer).\(name)", value, expected: expected)
  }
}

/// Settings that know which of their values make sense.
public protocol Validated {
  /// - Throws: `SettingError` naming the first value that cannot be used. A value that passes never traps later.
  func validate() throws(SettingError)
}

/// Refuses what lies outside of a range; not-a-number lies outside of every range.
public func check<Value: Comparable & CustomStringConvertible>(
  _ value: Value, in range: ClosedRange<Value>, _ name: String
) throws(SettingError) {
  guard range.contains(value) else {
    throw SettingError(name, value, expected: "from \(plain(range.lowerBound)) to \(plain(range.upperBound))")
  }
}

/// The same where the lowest value itself is excluded: rates, temperatures, deviations.
public func check<Value: Comparable & CustomStringConvertible>(
  _ value: Value, above low: Value, through high: Value, _ name: String
) throws(SettingError) {
  guard value > low, value <= high else {
    throw SettingError(name, value, expected: "above \(plain(low)) and at most \(plain(high))")
  }
}

/// As one would write it: "0", not "0.0".
public func plain(_ value: some CustomStringConvertible) -> String {
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// Validates what lies inside of other settings, so that the error names its place.
public func validate(_ inner: some Validated, under name: String) throws(SettingError) {
  do {
    try inner.validate()
  } catch {
    throw error.under(name)
  }
}
