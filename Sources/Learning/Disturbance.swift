/// A change of samples in one of three strengths, by which the robustness of a trained model is measured.
public struct Disturbance: Codable, Sendable, Hashable {
  /// The name of a disturbance. Each kind of data has its own.
  public struct Kind: RawRepresentable, Codable, Sendable, Hashable, ExpressibleByStringLiteral {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(stringLiteral value: String) { rawValue = value }

    /// Random measurement errors.
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
  /// - Parameter values: three values, one for each strength.
  public func one<Value>(of values: [Value]) -> Value { values[strength - 1] }
}
