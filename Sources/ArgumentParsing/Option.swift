/// A named value: `--name value` or `--name=value`. It is required if it has no default value and is not optional. If it
/// is written twice, the last value counts; an array collects all values.
@propertyWrapper
public struct Option<Value>: ArgumentWrapper {
  private let name: NameSpecification
  private var template: ArgumentTemplate<Value>
  private let parsed: Parsed<Value>
  /// What the program itself assigns is kept here rather than in `parsed`, which copies of a command share.
  private var assigned: Value?

  public var wrappedValue: Value {
    get { assigned ?? parsed.required }
    set { assigned = .some(newValue) }
  }

  private init(
    _ initial: Value?, name: NameSpecification, template: ArgumentTemplate<Value>, completion: CompletionKind?
  ) {
    self.name = name
    self.template = template
    if let completion { self.template.completion = completion }
    parsed = Parsed(initial)
  }

  func definitions(property: String, section: String) -> [(section: String, definition: ArgumentDefinition)] {
    let names = name.spelled(property: property)
    var definition = template.definition(kind: .option, names: names, property: property, parsed: parsed)
    definition.formerNames = name.formerNames
    return [(section, definition)]
  }
}

extension Option where Value: ExpressibleByArgument {
  public init(
    wrappedValue: Value, name: NameSpecification = .long, help: ArgumentHelp? = nil, completion: CompletionKind? = nil
  ) {
    self.init(wrappedValue, name: name, template: .single(default: wrappedValue, help: help), completion: completion)
  }

  public init(name: NameSpecification = .long, help: ArgumentHelp? = nil, completion: CompletionKind? = nil) {
    self.init(nil, name: name, template: .single(default: nil, help: help), completion: completion)
  }
}

extension Option {
  public init<Wrapped: ExpressibleByArgument>(
    wrappedValue: Wrapped?, name: NameSpecification = .long, help: ArgumentHelp? = nil,
    completion: CompletionKind? = nil
  ) where Value == Wrapped? {
    self.init(
      .some(wrappedValue), name: name, template: .optional(default: wrappedValue, help: help), completion: completion)
  }

  public init<Wrapped: ExpressibleByArgument>(
    name: NameSpecification = .long, help: ArgumentHelp? = nil, completion: CompletionKind? = nil
  ) where Value == Wrapped? {
    self.init(.some(nil), name: name, template: .optional(default: nil, help: help), completion: completion)
  }

  public init<Element: ExpressibleByArgument>(
    wrappedValue: [Element], name: NameSpecification = .long, parsing: ArrayParsingStrategy = .singleValue,
    help: ArgumentHelp? = nil, completion: CompletionKind? = nil
  ) where Value == [Element] {
    self.init(
      wrappedValue, name: name,
      template: .array(default: wrappedValue, upToNextOption: parsing == .upToNextOption, help: help),
      completion: completion)
  }

  public init<Element: ExpressibleByArgument>(
    name: NameSpecification = .long, parsing: ArrayParsingStrategy = .singleValue, help: ArgumentHelp? = nil,
    completion: CompletionKind? = nil
  ) where Value == [Element] {
    self.init(
      nil, name: name, template: .array(default: nil, upToNextOption: parsing == .upToNextOption, help: help),
      completion: completion)
  }
}
