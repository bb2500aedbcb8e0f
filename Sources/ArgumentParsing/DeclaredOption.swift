/// An option that a program knows only when it runs, because a plug-in, a kind of data or a method declares it.
///
/// It is written like any other, `--name value` or `--name=value`, and is never required. `@DeclaredOptions` gives a
/// command its declared options.
public struct DeclaredOption: Sendable {
  /// As on the command line, without the two dashes: "image-size". It begins with a letter or a digit and goes on with
  /// letters, digits, '-', '_' and '.'; an option with any other name is ignored.
  public let name: String
  /// What the help says about it. The help cannot show a default value, so this text says what happens if the option is
  /// not given.
  public let help: ArgumentHelp
  /// All values that the option takes, if they are a short list; otherwise empty. The help lists these values, completions offer
  /// them, and errors suggest the nearest.
  public let allowedValues: [String]
  /// What a shell offers as the value if `allowedValues` is empty.
  public let completion: CompletionKind?
  /// The group of the help that the option stands in.
  public let section: OptionSection
  /// Whether `--help` may leave the option out. It does so only if the section names a command that shows it.
  public let isRare: Bool
  /// Returns nil if the option takes the value; otherwise what was expected, which completes "is not …":
  /// "a whole number from 1 to 4096".
  public let check: @Sendable (_ value: String) -> String?

  /// - Parameter check: By default, the value has to be one of `allowedValues`; if there are none, any text is taken.
  public init(
    _ name: String, help: ArgumentHelp = ArgumentHelp(), allowedValues: [String] = [],
    completion: CompletionKind? = nil, section: OptionSection = "", isRare: Bool = false,
    check: (@Sendable (_ value: String) -> String?)? = nil
  ) {
    self.name = name
    self.help = help
    self.allowedValues = allowedValues
    self.completion = completion
    self.section = section
    self.isRare = isRare
    self.check =
      check ?? { value in
        allowedValues.isEmpty || allowedValues.contains(value) ? nil : oneOf(allowedValues)
      }
  }

  /// Completion scripts contain the names unquoted, and the parser splits a word at '='.
  var isWritable: Bool {
    func isPlain(_ letter: Character) -> Bool { letter.isLetter || letter.isNumber }
    return (name.first.map(isPlain) ?? false) && name.allSatisfy { isPlain($0) || "-_.".contains($0) }
  }

  /// For the help and the completions, which store no value.
  var definition: ArgumentDefinition { definition(storing: { _ in }, hasValue: { false }) }

  func definition(storing store: @escaping (String) -> Void, hasValue: @escaping () -> Bool) -> ArgumentDefinition {
    ArgumentDefinition(
      kind: .option, names: ["--" + name], valueName: help.valueName ?? name, help: help, isRequired: false,
      allowedValues: allowedValues, completion: completion, declaration: self,
      accept: { text in
        guard let expected = check(text) else {
          store(text)
          return nil
        }
        return .invalidValue(
          argument: "'--\(name)'", given: text, expected: expected, nearest: nearest(to: text, among: allowedValues))
      },
      hasValue: hasValue)
  }
}

/// A titled group of declared options in the help.
public struct OptionSection: Sendable, Hashable, ExpressibleByStringLiteral {
  /// The heading: "Pictures". Options with the same title are shown together, those of the command itself first. If it
  /// is empty, the options follow the command's own.
  public let title: String
  /// A command that shows all options of the section: "swiftlet kinds pictures". The help names it in place of the rare
  /// options. If it is nil, the help shows the rare options too.
  public let more: String?

  public init(title: String, more: String? = nil) {
    self.title = title
    self.more = more
  }

  public init(stringLiteral title: String) { self.init(title: title) }
}

/// Options that are known only when the program runs. swift-argument-parser has nothing like it.
///
///     @DeclaredOptions({ Kinds.options }) var chosen: [String: String]
///
/// The closure is called whenever a command line is parsed and whenever the help or a completion script is made. It is
/// called synchronously, so it may read a task-local value. The property maps the names of the options, without dashes,
/// to the values that were given; if an option is written twice, the last value counts.
///
/// If two declared options have the same name, the first counts. A declared option is ignored if the command itself has
/// an option of that name, or if the name is "help" or "version".
@propertyWrapper
public struct DeclaredOptions: ArgumentWrapper {
  private let declared: () -> [DeclaredOption]
  private let parsed = Parsed<[String: String]>([:])
  /// What the program itself assigns is kept here rather than in `parsed`, which copies of a command share.
  private var assigned: [String: String]?

  public var wrappedValue: [String: String] {
    get { assigned ?? parsed.required }
    set { assigned = newValue }
  }

  public init(_ declared: @escaping () -> [DeclaredOption]) { self.declared = declared }

  func definitions(property: String, section: String) -> [(section: String, definition: ArgumentDefinition)] {
    declared().filter(\.isWritable).map { option in
      let definition = option.definition(
        storing: { [parsed] in parsed.value?[option.name] = $0 },
        hasValue: { [parsed] in parsed.value?[option.name] != nil })
      return (option.section.title.isEmpty ? section : option.section.title, definition)
    }
  }
}

/// Every argument that the last command of `path` takes, in the order of the help: first its own, then those that are
/// declared while the program runs. No name occurs twice.
func allArguments(
  of command: any ParsableArguments, path: [any ParsableCommand.Type]
) -> [(section: String, definition: ArgumentDefinition)] {
  let all = declaredArguments(of: command)
  let own = all.filter { $0.definition.declaration == nil }
  var taken = Set(
    own.flatMap { $0.definition.names + $0.definition.formerNames + $0.definition.negativeNames } + ["--help"])
  if !path[0].configuration.version.isEmpty { taken.insert("--version") }
  return own
    + all.filter { $0.definition.declaration.map { taken.insert("--" + $0.name).inserted } ?? false }
}
