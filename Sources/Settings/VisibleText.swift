/// The same text with every character that would act on a terminal or turn the order of a line written as an escape:
/// "\u{1B}[2J" becomes "\\u{1B}[2J".
///
/// Names of files, cells and arguments come from anywhere. Shown as they are, a name could clear the screen, change the
/// colours or make "gpj.exe" read "exe.jpg". Line feeds and tabs stay, because sentences are made of them too.
package func visible(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: acts) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if acts(scalar) {
      result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// The same for a text that is to stay in its line, such as a name, and a sentence that names have been put into: line
/// feeds and tabs are written as escapes too. A file called "a\nerror: all is lost" is no second message.
package func visibleLine(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { acts($0) || $0 == "\n" || $0 == "\t" }) else { return text }
  return visible(text.replacing("\n", with: "\\u{A}").replacing("\t", with: "\\u{9}"))
}

/// The text of a JSON value without characters that act on whoever shows it: in strings, the only places where JSON may hold
/// them, they are written as escapes, which read the same.
package func visibleJSON(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: acts) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if acts(scalar) {
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Control characters, and those that only direct how others are laid out.
private func acts(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x09, 0x0A: false
  case 0x00...0x1F, 0x7F...0x9F: true
  // Direction marks, embeddings, overrides and isolates, and the separators of lines and paragraphs.
  case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
  default: false
  }
}
