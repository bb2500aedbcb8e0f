/// How an option or flag is spelled on the command line.
public struct NameSpecification: Sendable, ExpressibleByArrayLiteral {
  public enum Element: Sendable {
    /// The property's name: `learningRate` → `--learning-rate`.
    case long
    /// The first letter of the property's name: `-l`.
    case short
    case customLong(String)
    case customShort(Character)
    /// A long name that is still accepted, and that neither the help nor completions show.
    case formerLong(String)
  }

  let elements: [Element]

  public init(arrayLiteral elements: Element...) { self.elements = elements }

  public static let long: NameSpecification = [.long]
  public static let short: NameSpecification = [.short]
  public static let shortAndLong: NameSpecification = [.short, .long]
  public static func customLong(_ name: String) -> NameSpecification { [.customLong(name)] }
  public static func customShort(_ letter: Character) -> NameSpecification { [.customShort(letter)] }

  /// With their dashes, short ones first.
  func spelled(property: String) -> [String] {
    let names = elements.compactMap { element -> String? in
      switch element {
      case .long: "--" + kebabCase(property)
      case .short: "-" + kebabCase(property).prefix(1)
      case .customLong(let name): "--" + name
      case .customShort(let letter): "-\(letter)"
      case .formerLong: nil
      }
    }
    return names.filter { !$0.hasPrefix("--") } + names.filter { $0.hasPrefix("--") }
  }

  /// With their dashes.
  var formerNames: [String] {
    elements.compactMap { if case .formerLong(let name) = $0 { "--" + name } else { nil } }
  }
}

/// What `--help` says of an argument.
public struct ArgumentHelp: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  public let abstract: String
  /// The word in angle brackets; if nil, the name of the argument.
  public let valueName: String?
  /// Whether the help lists the allowed values. If they are too many, `abstract` can say where to find them instead.
  public let listsValues: Bool

  public init(_ abstract: String = "", valueName: String? = nil, listsValues: Bool = true) {
    self.listsValues = listsValues
    self.abstract = abstract
    self.valueName = valueName
  }

  public init(stringLiteral value: String) { self.init(value) }
}

/// What a shell offers as the value of an argument. The values of an enumeration are always offered.
public enum CompletionKind: Sendable, Equatable {
  /// Files with one of these extensions, written without the dot, or all files if there are none; and folders, so that
  /// one can go into them.
  case file(extensions: [String] = [])
  case directory
  case list([String])
}

/// How the values of an array are collected.
public enum ArrayParsingStrategy: Sendable {
  /// One value each time the option is written.
  case singleValue
  /// All values up to the next option.
  case upToNextOption
}

/// Whether a flag has an opposite.
public enum FlagInversion: Sendable {
  /// `--flip` and `--no-flip`.
  case prefixedNo
}
