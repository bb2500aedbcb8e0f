/// A method's name, as on the command line and in a run's configuration: `simclr`.
public struct MethodName: RawRepresentable, Codable, Sendable, Hashable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }
}
