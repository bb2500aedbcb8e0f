/// A setting of a run that differs from its preset.
public struct Departure: Sendable, Equatable, CustomStringConvertible {
  public let what: String
  public let description: String

  /// Nil if both are written the same.
  public init?(_ what: String, _ value: some CustomStringConvertible, preset: some CustomStringConvertible) {
    self.init(what, value, insteadOf: preset, in: "preset")
  }

  public init?(
    _ what: String, _ value: some CustomStringConvertible, insteadOf other: some CustomStringConvertible,
    in source: String
  ) {
    guard value.description != other.description else { return nil }
    self.what = what
    description = "\(what) \(value) (\(source): \(other))"
  }
}
