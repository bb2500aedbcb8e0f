/// What may happen to samples after a model has learned, at one of three strengths: to see how much worse a model
/// becomes by it.
public struct Disturbance: Codable, Sendable, Hashable {
  /// Which: each kind of data says what may happen to its samples.
  public struct Kind: RawRepresentable, Codable, Sendable, Hashable, ExpressibleByStringLiteral {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(stringLiteral value: String) { rawValue = value }

    /// Random errors of measurement.
    public static let noise: Kind = "noise"
  }

  public let kind: Kind
  /// 1, 2 or 3.
  public let strength: Int

  public init(_ kind: Kind, strength: Int) {
    self.kind = kind
    self.strength = min(max(strength, 1), 3)
  }

  /// The value for its strength.
  ///
  /// - Parameter values: three of them.
  public func one<Value>(of values: [Value]) -> Value { values[strength - 1] }
}
