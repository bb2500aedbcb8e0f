import Settings

/// A block of text as it is, between fences that are longer than any row of backticks in it.
func codeBlock(_ text: String) -> String {
  let longest = text.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
  let fence = String(repeating: "`", count: max(3, longest + 1))
  return "\(fence)\n\(visible(text))\n\(fence)"
}
