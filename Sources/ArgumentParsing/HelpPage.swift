/// What `--help` says of one command, as data: `text(width:)` lays it out.
public struct HelpPage: Sendable, Equatable {
  struct Row: Sendable, Equatable {
    let label: String
    let text: String
  }
  struct Section: Sendable, Equatable {
    let title: String
    var rows: [Row]
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

    var sections: [Section] = []
    func add(_ row: Row, under title: String) {
      if let index = sections.firstIndex(where: { $0.title == title }) {
        sections[index].rows.append(row)
      } else {
        sections.append(Section(title: title, rows: [row]))
      }
    }
    var usageWords: [String] = []
    if configuration.subcommands.isEmpty {
      let declared = declaredArguments(of: command.init())
      let positional = declared.map(\.definition).filter { $0.kind == .positional }
      let required = declared.map(\.definition).filter { $0.kind == .option && $0.isRequired }
      usageWords += positional.map { $0.isRequired ? Self.placeholder($0) : "[\(Self.placeholder($0))]" }
      usageWords += required.map { "\($0.names.last ?? "") \(Self.placeholder($0))" }
      usageWords.append("[options]")
      for argument in positional { add(Self.row(of: argument), under: "Arguments") }
      for (section, argument) in declared where argument.kind != .positional {
        add(Self.row(of: argument), under: section.isEmpty ? "Options" : section)
      }
      closing = ""
    } else {
      usageWords.append("<command>")
      for subcommand in configuration.subcommands {
        add(Row(label: subcommand.commandName, text: subcommand.configuration.abstract), under: "Commands")
      }
      closing = "'\(name) <command> --help' tells more of each."
    }
    if !path[0].configuration.version.isEmpty {
      add(Row(label: "--version", text: "Show the version."), under: "Options")
    }
    add(Row(label: "-h, --help", text: "Show this help."), under: "Options")
    self.sections = sections
    usage = ([name] + usageWords).joined(separator: " ")
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

  /// The page, no line longer than `width` unless a word is; texts stand in one column.
  public func text(width: Int) -> String {
    let longest = sections.flatMap(\.rows).map(\.label.count).max() ?? 0
    let column = min(longest + 4, 30, max(width / 2, 4))
    var blocks: [String] = []
    if !abstract.isEmpty { blocks.append(wrapped(abstract, indent: 0, width: width)) }
    if !discussion.isEmpty { blocks.append(wrapped(discussion, indent: 0, width: width)) }
    blocks.append("Usage:\n" + wrapped(usage, indent: 2, width: width))
    for section in sections {
      let rows = section.rows.map { row in
        guard !row.text.isEmpty else { return "  \(row.label)" }
        let text = wrapped(row.text, indent: column, width: width)
        let label = "  \(row.label)"
        guard label.count + 2 <= column else { return label + "\n" + text }
        return label + text.dropFirst(label.count)
      }
      blocks.append("\(section.title):\n" + rows.joined(separator: "\n"))
    }
    if !closing.isEmpty { blocks.append(wrapped(closing, indent: 0, width: width)) }
    return blocks.joined(separator: "\n\n") + "\n"
  }
}

/// Breaks lines between words so that each, with its indent, fits `width`; line breaks in the text stay, and lines that
/// begin with a space, such as a command to copy, stay whole.
func wrapped(_ text: String, indent: Int, width: Int) -> String {
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
