/// A switch without a value: `--name` makes it true. With `inversion: .prefixedNo`, `--no-name` makes it false; the last
/// one on the line counts.
@propertyWrapper
public struct Flag<Value>: ArgumentWrapper {
  private let name: NameSpecification
  private let inversion: FlagInversion?
  private let template: ArgumentTemplate<Value>
  private let parsed: Parsed<Value>
  /// What the program itself assigns is kept here rather than in `parsed`, which copies of a command share.
  private var assigned: Value?

  public var wrappedValue: Value {
    get { assigned ?? parsed.required }
    set { assigned = .some(newValue) }
  }

  private init(
    _ initial: Value, name: NameSpecification, inversion: FlagInversion?, defaultDescription: String?,
    help: ArgumentHelp?, value: @escaping (Bool) -> Value
  ) {
    self.name = name
    self.inversion = inversion
    parsed = Parsed(initial)
    template = ArgumentTemplate(
      help: help, isRequired: false, defaultDescription: defaultDescription, allowedValues: [],
      store: { parsed, text in
        parsed.value = value(text == "true")
        return nil
      })
  }

  func definitions(property: String, section: String) -> [(section: String, definition: ArgumentDefinition)] {
    let names = name.spelled(property: property)
    var definition = template.definition(kind: .flag, names: names, property: property, parsed: parsed)
    if inversion != nil {
      definition.negativeNames = names.filter { $0.hasPrefix("--") }.map { "--no-" + $0.dropFirst(2) }
    }
    return [(section, definition)]
  }
}

extension Flag where Value == Bool {
  public init(
    wrappedValue: Bool, name: NameSpecification = .long, inversion: FlagInversion? = nil, help: ArgumentHelp? = nil
  ) {
    let shown: String? = inversion == nil ? nil : (wrappedValue ? "on" : "off")
    self.init(
      wrappedValue, name: name, inversion: inversion, defaultDescription: shown, help: help, value: { $0 })
  }
}

extension Flag where Value == Bool? {
  /// The value is nil if neither `--name` nor `--no-name` was written.
  public init(name: NameSpecification = .long, inversion: FlagInversion, help: ArgumentHelp? = nil) {
    self.init(nil, name: name, inversion: inversion, defaultDescription: nil, help: help, value: { $0 })
  }
}
