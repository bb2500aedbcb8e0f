/// One option, flag or argument as the parser and the help see it: the value's type is behind `accept`.
struct ArgumentDefinition {
  enum Kind { case option, flag, positional }

  let kind: Kind
  /// With dashes; empty for positional arguments.
  let names: [String]
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
  /// What a shell offers for a value, where it is not one of `allowedValues`.
  var completion: CompletionKind?
  /// What `@DeclaredOptions` made it of; nil for an argument of the command itself.
  var declaration: DeclaredOption?
  /// Stores one value; `nil`, or what is wrong with it.
  let accept: (_ value: String) -> ParserError.Kind?
  let hasValue: () -> Bool

  /// How errors call it.
  var displayName: String { names.last.map { "'\($0)'" } ?? "<\(valueName)>" }
}

/// What the wrappers have in common: they describe themselves to the parser.
protocol ArgumentWrapper {
  func definitions(property: String, section: String) -> [(section: String, definition: ArgumentDefinition)]
  /// Runs the hook of a group, where there is one.
  func validate() throws
}

extension ArgumentWrapper {
  func validate() throws {}
}

/// Where a wrapper keeps what was parsed. A reference, since the parser reaches the wrappers through `Mirror`, which
/// hands out copies.
final class Parsed<Value> {
  var value: Value?
  var wasGiven = false

  init(_ value: Value?) { self.value = value }

  /// What the property reads as. The parser refuses a line without the required arguments, so this ends the program
  /// only for a command that was made by hand and never parsed.
  var required: Value {
    guard let value else { preconditionFailure("a required argument was read from a command that was not parsed") }
    return value
  }
}

/// What a wrapper knows of itself before it knows its property's name.
struct ArgumentTemplate<Value> {
  let help: ArgumentHelp?
  let isRequired: Bool
  var isRepeating = false
  var takesValuesUpToNextOption = false
  let defaultDescription: String?
  let allowedValues: [String]
  var completion: CompletionKind?
  /// Adds one value; `nil`, or what would have been right.
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

  /// Values given replace the default ones.
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
