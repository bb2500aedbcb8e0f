/// A value that can be written as one word of a command line.
public protocol ExpressibleByArgument {
  /// Returns nil if the word is not such a value.
  init?(argument: String)
  /// All words that are values, if they are a short list; otherwise empty.
  static var allValueStrings: [String] { get }
  /// How a person would write the value.
  var defaultValueDescription: String { get }
  /// What was expected instead of `argument`; completes "is not …".
  static func expectation(insteadOf argument: String) -> String
  /// What a shell offers as a value, unless the argument has a completion of its own or `allValueStrings` has values.
  static var defaultCompletionKind: CompletionKind? { get }
}

extension ExpressibleByArgument {
  public static var allValueStrings: [String] { [] }
  public var defaultValueDescription: String { "\(self)" }
  public static func expectation(insteadOf argument: String) -> String {
    allValueStrings.isEmpty ? "a value it can take" : oneOf(allValueStrings)
  }
  public static var defaultCompletionKind: CompletionKind? { nil }
}

extension ExpressibleByArgument where Self: RawRepresentable, RawValue: ExpressibleByArgument {
  public init?(argument: String) {
    guard let raw = RawValue(argument: argument) else { return nil }
    self.init(rawValue: raw)
  }
  public var defaultValueDescription: String { rawValue.defaultValueDescription }
}

extension ExpressibleByArgument where Self: RawRepresentable & CaseIterable, RawValue: ExpressibleByArgument {
  public static var allValueStrings: [String] { allCases.map(\.rawValue.defaultValueDescription) }
}

extension String: ExpressibleByArgument {
  public init?(argument: String) { self = argument }
}

extension Bool: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
  public static var allValueStrings: [String] { ["true", "false"] }
}

extension Double: ExpressibleByArgument {
  /// Only finite numbers: the effect of a hyper-parameter that is NaN or infinite might be noticed only after hours.
  public init?(argument: String) {
    guard let value = Double(argument), value.isFinite else { return nil }
    self = value
  }
  public static func expectation(insteadOf argument: String) -> String { "a number" }
}

extension Float: ExpressibleByArgument {
  public init?(argument: String) {
    guard let value = Float(argument), value.isFinite else { return nil }
    self = value
  }
  public static func expectation(insteadOf argument: String) -> String { "a number" }
}

extension Int: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument, radix: 10) }
  public static func expectation(insteadOf argument: String) -> String { wholeNumber(Int.self, insteadOf: argument) }
}

extension UInt64: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument, radix: 10) }
  public static func expectation(insteadOf argument: String) -> String { wholeNumber(UInt64.self, insteadOf: argument) }
}

/// Completes "is not …" if only these values may be given.
func oneOf(_ values: [String]) -> String { "one of \(values.joined(separator: ", "))" }

/// For a number that is too large, how many digits are possible; for anything else, the kind of number.
private func wholeNumber<Value: FixedWidthInteger>(_: Value.Type, insteadOf argument: String) -> String {
  let digits = argument.drop { $0 == "-" || $0 == "+" }
  let isNumber = !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isNumber }
  let isTooLarge = isNumber && (Value.isSigned || !argument.hasPrefix("-"))
  if isTooLarge { return "a whole number of at most \(String(Value.max).count - 1) digits" }
  return Value.isSigned ? "a whole number" : "a whole number from 0"
}
