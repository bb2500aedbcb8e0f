/// What was given for an option.
public enum OptionValue: Sendable, Hashable, CustomStringConvertible {
  case integer(Int)
  case number(Double)
  case word(String)

  public var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): plain(value)
    case .word(let value): value
    }
  }
}

extension OptionValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral {
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .word(value) }
}

/// A Swift type that the value of an option can be read as.
public protocol OptionConvertible: Sendable {
  init?(_ value: OptionValue)
  var optionValue: OptionValue { get }
}

extension Int: OptionConvertible {
  public init?(_ value: OptionValue) {
    guard case .integer(let number) = value else { return nil }
    self = number
  }
  public var optionValue: OptionValue { .integer(self) }
}

extension Double: OptionConvertible {
  public init?(_ value: OptionValue) {
    switch value {
    case .integer(let number): self = Double(number)
    case .number(let number): self = number
    case .word: return nil
    }
  }
  public var optionValue: OptionValue { .number(self) }
}

extension String: OptionConvertible {
  public init?(_ value: OptionValue) {
    guard case .word(let text) = value else { return nil }
    self = text
  }
  public var optionValue: OptionValue { .word(self) }
}

extension OptionConvertible where Self: RawRepresentable<String> {
  public init?(_ value: OptionValue) {
    guard case .word(let text) = value else { return nil }
    self.init(rawValue: text)
  }
  public var optionValue: OptionValue { .word(rawValue) }
}
