import Settings

/// Text that someone else chose, such as the name of a class, as it is to be read in Markdown: no character of it formats,
/// links, ends a line or begins a tag.
func markdown(_ text: String) -> String {
  var result = ""
  for scalar in visible(text).unicodeScalars {
    switch scalar {
    case "\n", "\t": result += " "
    case "\\", "`", "*", "_", "{", "}", "[", "]", "<", ">", "#", "|", "!", "~", "$", "&":
      result += "\\"
      result.unicodeScalars.append(scalar)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// A block of text as it is, between fences that are longer than any row of backticks in it.
func codeBlock(_ text: String) -> String {
  let longest = text.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
  let fence = String(repeating: "`", count: max(3, longest + 1))
  return "\(fence)\n\(visible(text))\n\(fence)"
}
