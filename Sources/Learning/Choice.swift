/// A setting that was chosen for the user, and the reason.
public struct Choice: Sendable, Equatable, CustomStringConvertible {
  public let what: String
  public let value: String
  /// Completes "128: …".
  public let reason: String

  public init(_ what: String, _ value: some CustomStringConvertible, because reason: String) {
    self.what = what
    self.value = value.description
    self.reason = reason
  }

  public var description: String { "\(what) \(value): \(reason)" }
}
