/// What `--help` says about one command. `text(width:)` lays it out.
public struct HelpPage: Sendable, Equatable {
  struct Row: Sendable, Equatable {
    let label: String
    let text: String
  }
  struct Section: Sendable, Equatable {
    let title: String
    var rows: [Row] = []
    /// Rare options that are left out.
    var leftOut: [LeftOut] = []
  }
  struct LeftOut: Sendable, Equatable {
    var count: Int
    /// The command that shows them.
    let more: String
  }

  let abstract: String
  let discussion: String
  let usage: String
  let sections: [Section]
  let closing: String

  /// `path` goes from the root to the command.
  init(path: [any ParsableCommand.Type]) {
    let command = path[path.count - 1]
    let configuration = command.configuration
    let name = path.map { $0.commandName }.joined(separator: " ")
    abstract = configuration.abstract
    discussion = configuration.discussion

    var sections = SectionList()
    var usageWords: [String] = []
    if configuration.subcommands.isEmpty {
      let declared = allArguments(of: command.init(), path: path)
      let positional = declared.map(\.definition).filter { $0.kind == .positional }
      let required = declared.map(\.definition).filter { $0.kind == .option && $0.isRequired }
      usageWords += positional.map { $0.isRequired ? Self.placeholder($0) : "[\(Self.placeholder($0))]" }
      usageWords += required.map { "\($0.names.last ?? "") \(Self.placeholder($0))" }
      usageWords.append("[options]")
      for argument in positional { sections.add(Self.row(of: argument), under: "Arguments") }
      for (section, argument) in declared where argument.kind != .positional {
        let title = section.isEmpty ? "Options" : section
        if let option = argument.declaration, option.isRare, let more = option.section.more {
          sections.leaveOutOne(of: title, more: more)
        } else {
          sections.add(Self.row(of: argument), under: title)
        }
      }
      closing = ""
    } else {
      usageWords.append("<command>")
      for subcommand in configuration.subcommands {
        sections.add(Row(label: subcommand.commandName, text: subcommand.configuration.abstract), under: "Commands")
      }
      closing = "'\(name) <command> --help' tells more of each."
    }
    if !path[0].configuration.version.isEmpty {
      sections.add(Row(label: "--version", text: "Show the version."), under: "Options")
    }
    sections.add(Row(label: "-h, --help", text: "Show this help."), under: "Options")
    self.sections = sections.sections
    usage = ([name] + usageWords).joined(separator: " ")
  }

  /// Lays out declared options as the help does, including the rare ones. It is for the command that the help names in
  /// place of the rare options (`OptionSection.more`).
  ///
  /// - Parameter width: Columns; `terminalWidth()` gives those of the terminal.
  public static func text(of options: [DeclaredOption], width: Int) -> String {
    var sections = SectionList()
    for option in options where option.isWritable {
      sections.add(row(of: option.definition), under: option.section.title.isEmpty ? "Options" : option.section.title)
    }
    return sections.sections.isEmpty ? "" : text(of: sections.sections, width: width).joined(separator: "\n\n") + "\n"
  }

  private static func placeholder(_ argument: ArgumentDefinition) -> String {
    "<\(argument.valueName)>" + (argument.isRepeating ? " ..." : "")
  }

  private static func row(of argument: ArgumentDefinition) -> Row {
    var label = argument.names.joined(separator: ", ")
    switch argument.kind {
    case .positional: label = placeholder(argument)
    case .option: label += " " + placeholder(argument)
    case .flag: label = (argument.names + argument.negativeNames).joined(separator: ", ")
    }
    var notes: [String] = []
    if !argument.allowedValues.isEmpty, argument.help.listsValues {
      notes.append("values: " + argument.allowedValues.joined(separator: ", "))
    }
    if let value = argument.defaultDescription, !value.isEmpty { notes.append("default: \(value)") }
    let note = notes.isEmpty ? "" : "(\(notes.joined(separator: "; ")))"
    return Row(label: label, text: [argument.help.abstract, note].filter { !$0.isEmpty }.joined(separator: " "))
  }

  /// The page as text. No line is longer than `width`, unless a single word is.
  public func text(width: Int) -> String {
    var blocks: [String] = []
    if !abstract.isEmpty { blocks.append(wrapped(abstract, indent: 0, width: width)) }
    if !discussion.isEmpty { blocks.append(wrapped(discussion, indent: 0, width: width)) }
    blocks.append("Usage:\n" + wrapped(usage, indent: 2, width: width))
    blocks += Self.text(of: sections, width: width)
    if !closing.isEmpty { blocks.append(wrapped(closing, indent: 0, width: width)) }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private static func text(of sections: [Section], width: Int) -> [String] {
    let longest = sections.flatMap(\.rows).map(\.label.count).max() ?? 0
    let column = min(longest + 4, 30, max(width / 2, 4))
    return sections.map { section in
      let rows = section.rows.map { row in
        guard !row.text.isEmpty else { return "  \(row.label)" }
        let text = wrapped(row.text, indent: column, width: width)
        let label = "  \(row.label)"
        guard label.count + 2 <= column else { return label + "\n" + text }
        return label + text.dropFirst(label.count)
      }
      let closing = section.leftOut.map { wrapped("\($0.count) more: \($0.more)", indent: 2, width: width) }
      return "\(section.title):\n" + (rows + closing).joined(separator: "\n")
    }
  }
}

/// Sections in the order in which their titles first occurred.
private struct SectionList {
  private(set) var sections: [HelpPage.Section] = []

  private mutating func index(of title: String) -> Int {
    if let index = sections.firstIndex(where: { $0.title == title }) { return index }
    sections.append(HelpPage.Section(title: title))
    return sections.count - 1
  }

  mutating func add(_ row: HelpPage.Row, under title: String) { sections[index(of: title)].rows.append(row) }

  /// Each command that shows more has its own count, since sections of the same title may name different commands.
  mutating func leaveOutOne(of title: String, more: String) {
    let section = index(of: title)
    if let index = sections[section].leftOut.firstIndex(where: { $0.more == more }) {
      sections[section].leftOut[index].count += 1
    } else {
      sections[section].leftOut.append(HelpPage.LeftOut(count: 1, more: more))
    }
  }
}

/// Breaks lines between words so that each line, with its indent, fits into `width`. Line breaks in the text are kept.
/// Lines that begin with a space, such as commands to copy, are not broken.
public func wrapped(_ text: String, indent: Int, width: Int) -> String {
  let margin = String(repeating: " ", count: indent)
  var lines: [String] = []
  for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
    if paragraph.hasPrefix(" ") {
      lines.append(margin + paragraph)
      continue
    }
    var line = ""
    for word in paragraph.split(separator: " ") {
      if line.isEmpty {
        line = String(word)
      } else if indent + line.count + 1 + word.count <= width {
        line += " " + word
      } else {
        lines.append(margin + line)
        line = String(word)
      }
    }
    lines.append(line.isEmpty ? "" : margin + line)
  }
  return lines.joined(separator: "\n")
}
