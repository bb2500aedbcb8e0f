/// When a run ends before its schedule would.
public enum Patience: Sendable, Equatable, Hashable {
  /// If the loss on held-out samples has not fallen for so many measurements.
  case measurements(Int)
  /// If that loss rises beyond its noise; and if the representation has settled, the rest of the schedule becomes shorter.
  case auto
}

/// The number, or "auto".
extension Patience: Codable {
  private static let word = "auto"

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let count = try? container.decode(Int.self) {
      self = .measurements(count)
    } else {
      guard try container.decode(String.self) == Self.word else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "neither a number nor \"auto\"")
      }
      self = .auto
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .measurements(let count): try container.encode(count)
    case .auto: try container.encode(Self.word)
    }
  }
}

extension Patience: ExpressibleByIntegerLiteral {
  public init(integerLiteral count: Int) { self = .measurements(count) }
}

extension Patience: CustomStringConvertible {
  public var description: String {
    switch self {
    case .measurements(let count): "\(count)"
    case .auto: Self.word
    }
  }
}
