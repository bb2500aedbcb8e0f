extension ParsableCommand {
  /// Parses and validates a command line, given without the name of the program, and returns the command or subcommand
  /// to run. It prints nothing and does not end the program.
  ///
  /// - Throws: `ParserError` if the line is wrong, and also if it asks for the help or the version.
  public static func parseAsRoot(_ arguments: [String]) throws(ParserError) -> any ParsableCommand {
    var path: [any ParsableCommand.Type] = [Self.self]
    var rest = arguments[...]
    var command: any ParsableCommand.Type = Self.self
    do throws(ParserError.Kind) {
      while !command.configuration.subcommands.isEmpty {
        guard let next = try choose(&rest, path: path) else { throw .commandMissing(HelpPage(path: path)) }
        command = next
        path.append(next)
      }
      var filled = command.init()
      var parser = Parser(path: path, definitions: allArguments(of: filled, path: path).map(\.definition))
      try parser.read(rest)
      do {
        try validateGroups(of: filled)
        try filled.validate()
      } catch {
        throw ParserError.Kind.refused("\(error)")
      }
      return filled
    } catch {
      throw ParserError(kind: error, command: path.map { $0.commandName }.joined(separator: " "))
    }
  }

  /// Parses the arguments of this command, as `parseAsRoot(_:)` does.
  public static func parse(_ arguments: [String]) throws(ParserError) -> Self {
    let command = try parseAsRoot(arguments)
    guard let command = command as? Self else {
      throw ParserError(kind: .unexpectedArgument(arguments.first ?? ""), command: commandName)
    }
    return command
  }

  /// What `--help` prints for this command as the root, or for one of its direct subcommands. Lines are broken at
  /// `columns`.
  public static func helpMessage(for subcommand: (any ParsableCommand.Type)? = nil, columns: Int = 80) -> String {
    HelpPage(path: [Self.self] + (subcommand.map { [$0] } ?? [])).text(width: columns)
  }
}

/// The subcommand that the next word names; nil if no word is left.
private func choose(
  _ rest: inout ArraySlice<String>, path: [any ParsableCommand.Type]
) throws(ParserError.Kind) -> (any ParsableCommand.Type)? {
  let known = path[path.count - 1].configuration.subcommands
  guard let word = rest.popFirst() else { return nil }
  if word.hasPrefix("-") {
    if asksForHelp(word) { throw .helpRequested(HelpPage(path: path)) }
    if path.count == 1, let script = try completionScript(word, &rest, root: path[0]) {
      throw .completionScriptRequested(script)
    }
    let version = path[0].configuration.version
    if word == "--version", !version.isEmpty { throw .versionRequested(version) }
    throw .unknownOption(given: word, nearest: nearest(to: word, among: ["--help", "--version"]))
  }
  if let command = known.first(where: { $0.commandName == word }) { return command }
  if word == "help" {
    var path = path
    while let command = try choose(&rest, path: path) { path.append(command) }
    throw .helpRequested(HelpPage(path: path))
  }
  let names = known.map { $0.commandName }
  throw .unknownCommand(given: word, nearest: nearest(to: word, among: names), known: names)
}

private func asksForHelp(_ word: String) -> Bool { word == "--help" || word == "-h" }

/// Distributes the words of one command over its arguments.
private struct Parser {
  let path: [any ParsableCommand.Type]
  let definitions: [ArgumentDefinition]
  private var positional: [String] = []

  init(path: [any ParsableCommand.Type], definitions: [ArgumentDefinition]) {
    self.path = path
    self.definitions = definitions
  }

  mutating func read(_ words: ArraySlice<String>) throws(ParserError.Kind) {
    // --help is looked for first, so that it works on a line with mistakes. It cannot be the value of an option, since
    // values do not begin with a dash.
    let beforeTerminator = words.prefix { $0 != "--" }
    if beforeTerminator.contains(where: { asksForHelp($0) && definition(named: $0) == nil }) {
      throw .helpRequested(HelpPage(path: path))
    }
    let version = path[0].configuration.version
    if !version.isEmpty, beforeTerminator.contains("--version"), definition(named: "--version") == nil {
      throw .versionRequested(version)
    }
    var rest = words
    while let word = rest.popFirst() {
      if word == "--" {
        positional += rest
        break
      } else if isOption(word) {
        try readOption(word, &rest)
      } else {
        positional.append(word)
      }
    }
    try fillPositional()
    for definition in definitions where definition.isRequired && !definition.hasValue() {
      switch definition.kind {
      case .positional: throw .missingArgument(definition.displayName)
      default: throw .missingOption("\(definition.names.last ?? "") <\(definition.valueName)>")
      }
    }
  }

  /// Whether a word is the name of an option. "-" (standard input) and negative numbers are values.
  private func isOption(_ word: String) -> Bool {
    guard word.hasPrefix("-"), word.count > 1 else { return false }
    let afterDash = word.dropFirst()
    let digits = afterDash.first == "." ? afterDash.dropFirst() : afterDash
    return !(digits.first.map { $0.isASCII && $0.isNumber } ?? false)
  }

  private func definition(named name: String) -> ArgumentDefinition? {
    definitions.first { ($0.names + $0.formerNames + $0.negativeNames).contains(name) }
  }

  private func readOption(_ word: String, _ rest: inout ArraySlice<String>) throws(ParserError.Kind) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let joined = parts.count == 2 ? String(parts[1]) : nil
    if let definition = definition(named: name) {
      return try apply(definition, name: name, joined: joined, &rest)
    }
    // -abc: several short flags, of which the last may be an option that takes a value.
    let letters = name.hasPrefix("--") ? [] : name.dropFirst().map { "-\($0)" }
    let group = letters.compactMap { definition(named: $0) }
    if letters.count > 1, group.count == letters.count, group.dropLast().allSatisfy({ $0.kind == .flag }) {
      for (index, definition) in group.enumerated() {
        let isLast = index == group.count - 1
        try apply(definition, name: letters[index], joined: isLast ? joined : nil, &rest)
      }
      return
    }
    let known = definitions.flatMap { $0.names + $0.negativeNames } + ["--help"]
    throw .unknownOption(given: name, nearest: nearest(to: name, among: known.filter { $0.hasPrefix("--") }))
  }

  private func apply(
    _ definition: ArgumentDefinition, name: String, joined: String?, _ rest: inout ArraySlice<String>
  ) throws(ParserError.Kind) {
    if definition.kind == .flag {
      if let joined { throw .unexpectedValue(flag: name, given: joined) }
      return try store(definition.negativeNames.contains(name) ? "false" : "true", in: definition)
    }
    if let joined { return try store(joined, in: definition) }
    guard let value = rest.first, value != "--", !isOption(value) else {
      throw .missingValue(option: name, valueName: definition.valueName)
    }
    rest.removeFirst()
    try store(value, in: definition)
    while definition.takesValuesUpToNextOption, let value = rest.first, value != "--", !isOption(value) {
      rest.removeFirst()
      try store(value, in: definition)
    }
  }

  private func store(_ value: String, in definition: ArgumentDefinition) throws(ParserError.Kind) {
    if let problem = definition.accept(value) { throw problem }
  }

  /// Distributes the words from left to right. An array leaves one word for each argument after it.
  private func fillPositional() throws(ParserError.Kind) {
    let places = definitions.filter { $0.kind == .positional }
    var words = positional[...]
    for (index, place) in places.enumerated() {
      let count = place.isRepeating ? max(words.count - (places.count - index - 1), min(words.count, 1)) : 1
      for word in words.prefix(count) { try store(word, in: place) }
      words = words.dropFirst(count)
    }
    if let word = words.first { throw .unexpectedArgument(word) }
  }
}
