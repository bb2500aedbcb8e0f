/// Something that a kind of data, a method or a network lets a user choose.
///
/// It is declared once, by whoever understands it, and serves the command line (`--image-size 64`), its help, and the
/// library (`request[Pictures.imageSize] = 64`).
public struct RunOption: Sendable, Hashable {
  /// Which values it takes.
  public enum Domain: Sendable, Hashable {
    case integers(ClosedRange<Int>)
    case numbers(ClosedRange<Double>)
    /// One of these.
    case words([String])
    /// Any text: a column's name, a path.
    case text
  }

  /// As on the command line, without dashes: "image-size".
  public let name: String
  /// One or two sentences; the last says what is chosen where the user chooses nothing.
  public let help: String
  public let domain: Domain
  /// What stands for the value in the help: "pixels"; by default the name.
  public let valueName: String?
  /// Whether a smaller value makes a run need less memory and time.
  public var makesRunsLarger = false
  /// Whether few need it, so that a long help leaves it to the page of what declares it.
  public var isRare = false
  /// Whether it says how files are read, such as by a column's name, and can be said anew for other data than the run's.
  public var saysHowToRead = false

  public init(_ name: String, _ domain: Domain, help: String, valueName: String? = nil) {
    self.name = name
    self.domain = domain
    self.help = help
    self.valueName = valueName
  }

  /// Completes "must be …" and "is not …".
  public var expected: String {
    switch domain {
    case .integers(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .numbers(let range): "a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))"
    case .words(let words): "one of \(words.joined(separator: ", "))"
    case .text: "a text"
    }
  }

  /// Reads what was written on a command line.
  ///
  /// - Throws: `SettingError` where it is not a value of this option.
  public func value(of text: String) throws(SettingError) -> OptionValue {
    let value: OptionValue? =
      switch domain {
      case .integers: Int(text, radix: 10).map { .integer($0) }
      case .numbers: Double(text).map { .number($0) }
      case .words, .text: .word(text)
      }
    guard let value else { throw SettingError(name, text, expected: expected) }
    try check(value)
    return value
  }

  /// - Throws: `SettingError` where the value is not one that this option takes.
  public func check(_ value: OptionValue) throws(SettingError) {
    let fits =
      switch (domain, value) {
      case (.integers(let range), .integer(let number)): range.contains(number)
      case (.numbers(let range), .integer(let number)): range.contains(Double(number))
      case (.numbers(let range), .number(let number)): range.contains(number)
      case (.words(let words), .word(let word)): words.contains(word)
      case (.text, .word): true
      default: false
      }
    guard fits else { throw SettingError(name, value, expected: expected) }
  }
}

/// An option together with the Swift type of its value.
public struct OptionKey<Value: OptionConvertible>: Sendable {
  public let option: RunOption

  public init(_ option: RunOption) { self.option = option }

  /// The same, left out of a long help.
  public var rare: OptionKey {
    var option = option
    option.isRare = true
    return OptionKey(option)
  }

  /// The same, known to say how files are read, so that commands take it for data that are laid out otherwise than the run's.
  public var ofReading: OptionKey {
    var option = option
    option.saysHowToRead = true
    return OptionKey(option)
  }

  /// The same, known to decide how large a run is.
  public var makingRunsLarger: OptionKey {
    var option = option
    option.makesRunsLarger = true
    return OptionKey(option)
  }
}

extension OptionKey where Value == Int {
  public init(_ name: String, in range: ClosedRange<Int>, help: String, valueName: String? = nil) {
    self.init(RunOption(name, .integers(range), help: help, valueName: valueName))
  }
}

extension OptionKey where Value == Double {
  public init(_ name: String, in range: ClosedRange<Double>, help: String, valueName: String? = nil) {
    self.init(RunOption(name, .numbers(range), help: help, valueName: valueName))
  }
}

extension OptionKey where Value == String {
  public init(_ name: String, oneOf words: [String]? = nil, help: String, valueName: String? = nil) {
    self.init(RunOption(name, words.map { .words($0) } ?? .text, help: help, valueName: valueName))
  }
}

extension OptionKey where Value: CaseIterable & RawRepresentable<String> {
  public init(_ name: String, help: String, valueName: String? = nil) {
    self.init(RunOption(name, .words(Value.allCases.map(\.rawValue)), help: help, valueName: valueName))
  }
}

/// What a user chose, by the names of options; whatever is absent was not chosen.
public struct OptionValues: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  private var values: [String: OptionValue] = [:]

  public init() {}

  public init(dictionaryLiteral elements: (String, OptionValue)...) {
    values = Dictionary(elements) { _, last in last }
  }

  /// In alphabetical order.
  public var names: [String] { values.keys.sorted() }
  public var isEmpty: Bool { values.isEmpty }

  public subscript(name: String) -> OptionValue? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// Nil where nothing was chosen, or something of another type, which `check(_:)` refuses.
  public subscript<Value>(key: OptionKey<Value>) -> Value? {
    get { values[key.option.name].flatMap { Value($0) } }
    set { values[key.option.name] = newValue?.optionValue }
  }

  /// These, and where they choose nothing, those of `defaults`.
  public func completed(by defaults: OptionValues) -> OptionValues {
    var result = self
    result.values.merge(defaults.values) { own, _ in own }
    return result
  }

  /// - Throws: `SettingError` where one of `options` was given a value that it does not take.
  public func check(_ options: [RunOption]) throws(SettingError) {
    for option in options { if let value = values[option.name] { try option.check(value) } }
  }
}
