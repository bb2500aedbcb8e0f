import Foundation

/// Text for a terminal: lines are broken between words, and what follows a label such as `Data` stands below it.
enum Prose {
  /// A line that begins with two blanks is a command: it is not broken.
  static let commandIndent = "  "

  /// - Parameter columns: of the terminal. Below 20, nothing is broken.
  static func fitted(_ text: String, to columns: Int) -> String {
    // A full last column makes some terminals wrap.
    let width = columns - 1
    guard width >= 20 else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { broken(String($0), width) }
      .joined(separator: "\n")
  }

  /// The same for results, whose tables stay as they are: their columns are apart by two blanks or more.
  static func fittedAroundTables(_ text: String, to columns: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let isTable = line.contains("  ") || line.allSatisfy { $0 == "-" }
      return isTable ? String(line) : fitted(String(line), to: columns)
    }.joined(separator: "\n")
  }

  private static func broken(_ line: String, _ width: Int) -> String {
    let margin = line.prefix { $0 == " " }
    let isCommand = margin.count == commandIndent.count
    guard line.count > width, !isCommand else { return line }
    let label = labelled(line)
    let indent = margin.isEmpty ? label?.count ?? 0 : margin.count + 2
    var lines: [String] = []
    var current = label.map(String.init) ?? String(margin)
    var isEmpty = true
    for word in line.dropFirst(current.count).split(separator: " ") {
      if isEmpty {
        current += word
        isEmpty = false
      } else if current.count + 1 + word.count <= width {
        current += " " + word
      } else {
        lines.append(current)
        current = String(repeating: " ", count: min(indent, width / 2)) + word
      }
    }
    return (lines + [current]).joined(separator: "\n")
  }

  /// "Data       " of "Data       250 pictures".
  private static func labelled(_ line: String) -> Substring? {
    let word = line.prefix { $0 != " " }
    let blanks = line.dropFirst(word.count).prefix { $0 == " " }
    return !word.isEmpty && blanks.count >= 2 ? line.prefix(word.count + blanks.count) : nil
  }
}
