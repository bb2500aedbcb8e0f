/// A number of a run that is not its preset's.
public struct Departure: Sendable, Equatable, CustomStringConvertible {
  public let what: String
  public let description: String

  /// Nil where both read the same.
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
