/// Text that someone else chose, such as the name of a class, as it is to be read in Markdown: no character of it formats,
/// links, ends a line or begins a tag.
package func markdown(_ text: String) -> String {
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
