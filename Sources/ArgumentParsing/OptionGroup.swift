/// Arguments that are declared in a type of their own, so that several commands can share them.
@propertyWrapper
public struct OptionGroup<Value: ParsableArguments>: ArgumentWrapper {
  /// The heading in the help. If it is empty, the options are shown among the command's own.
  private let title: String
  public var wrappedValue: Value

  public init() { self.init(title: "") }

  /// - Parameter title: The heading in the help.
  public init(title: String) {
    self.title = title
    wrappedValue = Value()
  }

  func definitions(property: String, section: String) -> [(section: String, definition: ArgumentDefinition)] {
    declaredArguments(of: wrappedValue, section: title.isEmpty ? section : title)
  }

  func validate() throws {
    try validateGroups(of: wrappedValue)
    var copy = wrappedValue
    try copy.validate()
  }
}

/// Every argument that a command and its groups declare, in order, with its heading in the help.
func declaredArguments(
  of arguments: any ParsableArguments, section: String = ""
) -> [(section: String, definition: ArgumentDefinition)] {
  Mirror(reflecting: arguments).children.flatMap { child in
    guard let wrapper = child.value as? any ArgumentWrapper, let label = child.label else {
      return [(section: String, definition: ArgumentDefinition)]()
    }
    // The compiler stores `@Option var seed` as `_seed`.
    return wrapper.definitions(property: String(label.drop { $0 == "_" }), section: section)
  }
}

func validateGroups(of arguments: any ParsableArguments) throws {
  for child in Mirror(reflecting: arguments).children {
    try (child.value as? any ArgumentWrapper)?.validate()
  }
}
