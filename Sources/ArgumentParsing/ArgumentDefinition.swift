/// One option, flag or argument as the parser and the help see it. Only `accept` knows the type of the value.
struct ArgumentDefinition {
  enum Kind { case option, flag, positional }

  let kind: Kind
  /// With dashes; empty for positional arguments.
  let names: [String]
  /// Names that are accepted and not shown.
  var formerNames: [String] = []
  /// Names that turn a flag off.
  var negativeNames: [String] = []
  let valueName: String
  let help: ArgumentHelp
  let isRequired: Bool
  /// Whether several values are kept.
  var isRepeating = false
  var takesValuesUpToNextOption = false
  var defaultDescription: String?
  var allowedValues: [String] = []
  /// What a shell offers as a value if `allowedValues` is empty.
  var completion: CompletionKind?
  /// The declared option that this definition was made from; nil for an argument of the command itself.
  var declaration: DeclaredOption?
  /// Stores one value. Returns nil, or what is wrong with the value.
  let accept: (_ value: String) -> ParserError.Kind?
  let hasValue: () -> Bool

  /// The name that errors use.
  var displayName: String { names.last.map { "'\($0)'" } ?? "<\(valueName)>" }
}

/// What the property wrappers have in common: they describe themselves to the parser.
protocol ArgumentWrapper {
  func definitions(property: String, section: String) -> [(section: String, definition: ArgumentDefinition)]
  /// Calls `validate()` of a group of options; other wrappers do nothing.
  func validate() throws
}

extension ArgumentWrapper {
  func validate() throws {}
}

/// Holds the parsed value of a wrapper. It is a class because the parser reaches the wrappers through `Mirror`, which
/// returns copies.
final class Parsed<Value> {
  var value: Value?
  var wasGiven = false

  init(_ value: Value?) { self.value = value }

  /// The value of the property. The parser refuses a line in which a required argument is missing, so this stops the
  /// program only if code creates a command without parsing and reads a required argument.
  var required: Value {
    guard let value else { preconditionFailure("a required argument was read from a command that was not parsed") }
    return value
  }
}

/// What a wrapper knows before it learns the name of its property.
struct ArgumentTemplate<Value> {
  let help: ArgumentHelp?
  let isRequired: Bool
  var isRepeating = false
  var takesValuesUpToNextOption = false
  let defaultDescription: String?
  let allowedValues: [String]
  var completion: CompletionKind?
  /// Stores one value. Returns nil, or what was expected instead.
  let store: (Parsed<Value>, String) -> String?

  func definition(
    kind: ArgumentDefinition.Kind, names: [String], property: String, parsed: Parsed<Value>
  ) -> ArgumentDefinition {
    let longName = names.last { $0.hasPrefix("--") }?.dropFirst(2)
    let valueName = help?.valueName ?? longName.map(String.init) ?? kebabCase(property)
    let name = names.last.map { "'\($0)'" } ?? "<\(valueName)>"
    return ArgumentDefinition(
      kind: kind, names: names, valueName: valueName, help: help ?? ArgumentHelp(), isRequired: isRequired,
      isRepeating: isRepeating, takesValuesUpToNextOption: takesValuesUpToNextOption,
      defaultDescription: defaultDescription, allowedValues: allowedValues,
      completion: completion,
      accept: { text in
        guard let expected = store(parsed, text) else {
          parsed.wasGiven = true
          return nil
        }
        return .invalidValue(
          argument: name, given: text, expected: expected, nearest: nearest(to: text, among: allowedValues))
      },
      hasValue: { parsed.wasGiven })
  }
}

extension ArgumentTemplate where Value: ExpressibleByArgument {
  static func single(default value: Value?, help: ArgumentHelp?) -> ArgumentTemplate {
    ArgumentTemplate(
      help: help, isRequired: value == nil, defaultDescription: value?.defaultValueDescription,
      allowedValues: Value.allValueStrings, completion: Value.defaultCompletionKind,
      store: { parsed, text in
        guard let value = Value(argument: text) else { return Value.expectation(insteadOf: text) }
        parsed.value = value
        return nil
      })
  }
}

extension ArgumentTemplate {
  static func optional<Wrapped: ExpressibleByArgument>(
    default value: Wrapped?, help: ArgumentHelp?
  ) -> ArgumentTemplate where Value == Wrapped? {
    ArgumentTemplate(
      help: help, isRequired: false, defaultDescription: value?.defaultValueDescription,
      allowedValues: Wrapped.allValueStrings, completion: Wrapped.defaultCompletionKind,
      store: { parsed, text in
        guard let value = Wrapped(argument: text) else { return Wrapped.expectation(insteadOf: text) }
        parsed.value = .some(value)
        return nil
      })
  }

  /// The given values replace the default values.
  static func array<Element: ExpressibleByArgument>(
    default values: [Element]?, upToNextOption: Bool, help: ArgumentHelp?
  ) -> ArgumentTemplate where Value == [Element] {
    let written = (values ?? []).map(\.defaultValueDescription).joined(separator: ", ")
    return ArgumentTemplate(
      help: help, isRequired: values == nil, isRepeating: true, takesValuesUpToNextOption: upToNextOption,
      defaultDescription: written, allowedValues: Element.allValueStrings, completion: Element.defaultCompletionKind,
      store: { parsed, text in
        guard let value = Element(argument: text) else { return Element.expectation(insteadOf: text) }
        parsed.value = (parsed.wasGiven ? parsed.value ?? [] : []) + [value]
        return nil
      })
  }
}
