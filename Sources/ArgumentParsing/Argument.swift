/// A value that is known by its position on the command line. An array takes all words that are left over.
@propertyWrapper
public struct Argument<Value>: ArgumentWrapper {
  private var template: ArgumentTemplate<Value>
  private let parsed: Parsed<Value>
  /// What the program itself assigns is kept here rather than in `parsed`, which copies of a command share.
  private var assigned: Value?

  public var wrappedValue: Value {
    get { assigned ?? parsed.required }
    set { assigned = .some(newValue) }
  }

  private init(_ initial: Value?, template: ArgumentTemplate<Value>, completion: CompletionKind?) {
    self.template = template
    if let completion { self.template.completion = completion }
    parsed = Parsed(initial)
  }

  func definitions(property: String, section: String) -> [(section: String, definition: ArgumentDefinition)] {
    [(section, template.definition(kind: .positional, names: [], property: property, parsed: parsed))]
  }
}

extension Argument where Value: ExpressibleByArgument {
  public init(wrappedValue: Value, help: ArgumentHelp? = nil, completion: CompletionKind? = nil) {
    self.init(wrappedValue, template: .single(default: wrappedValue, help: help), completion: completion)
  }

  public init(help: ArgumentHelp? = nil, completion: CompletionKind? = nil) {
    self.init(nil, template: .single(default: nil, help: help), completion: completion)
  }
}

extension Argument {
  public init<Wrapped: ExpressibleByArgument>(help: ArgumentHelp? = nil, completion: CompletionKind? = nil)
  where Value == Wrapped? {
    self.init(.some(nil), template: .optional(default: nil, help: help), completion: completion)
  }

  /// None need be given.
  public init<Element: ExpressibleByArgument>(
    wrappedValue: [Element], help: ArgumentHelp? = nil, completion: CompletionKind? = nil
  ) where Value == [Element] {
    self.init(
      wrappedValue, template: .array(default: wrappedValue, upToNextOption: false, help: help), completion: completion)
  }

  /// At least one must be given.
  public init<Element: ExpressibleByArgument>(help: ArgumentHelp? = nil, completion: CompletionKind? = nil)
  where Value == [Element] {
    self.init(nil, template: .array(default: nil, upToNextOption: false, help: help), completion: completion)
  }
}
