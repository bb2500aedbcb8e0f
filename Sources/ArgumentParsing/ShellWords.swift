/// The text as one word of a POSIX shell, in quotes only if it needs them: `photos`, but `'my photos'`. For commands that
/// a person may copy into a terminal.
public func shellQuoted(_ word: String) -> String {
  let needsNoQuotes = word.unicodeScalars.allSatisfy { scalar in
    if scalar.isASCII { return isPlain(scalar) }
    return scalar.properties.isAlphabetic
  }
  return needsNoQuotes && !word.isEmpty ? word : quoted(word)
}

/// The same as it can be shown and copied: characters that would act on a terminal are escapes, which bash, zsh and ksh read.
public func visiblyShellQuoted(_ word: String) -> String {
  word.unicodeScalars.contains(where: isInvisible) ? quotedWithEscapes(word) : shellQuoted(word)
}

/// Whether a character would act on the terminal that it is copied from, or not be seen there.
private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator: true
  default: false
  }
}

/// $'a\012b'
private func quotedWithEscapes(_ text: String) -> String {
  var result = "$'"
  for scalar in text.unicodeScalars {
    if isInvisible(scalar) {
      for byte in String(scalar).utf8 {
        let digits = String(byte, radix: 8)
        result += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      }
    } else {
      if scalar == "'" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
  }
  return result + "'"
}

private func isPlain(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar {
  case "a"..."z", "A"..."Z", "0"..."9", "_", "@", "%", "+", "=", ":", ",", ".", "/", "-": true
  default: false
  }
}

/// The text as one word of a POSIX shell, always in quotes.
func quoted(_ text: String) -> String {
  // This goes over scalars, since a quote followed by a combining mark is not equal to the character "'".
  var result = "'"
  for scalar in text.unicodeScalars {
    if scalar == "'" { result += #"'\''"# } else { result.unicodeScalars.append(scalar) }
  }
  return result + "'"
}

/// The text as one word of fish, always in quotes. Unlike in other shells, a backslash in quotes has to be doubled.
func fishQuoted(_ text: String) -> String {
  var result = "'"
  for scalar in text.unicodeScalars {
    if scalar == "'" || scalar == "\\" { result += "\\" }
    result.unicodeScalars.append(scalar)
  }
  return result + "'"
}

/// The text with a backslash before every character that might have a meaning to a shell.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    if scalar.isASCII, !isPlain(scalar) || scalar == ":" || scalar == "=" { result += "\\" }
    result.unicodeScalars.append(scalar)
  }
  return result
}
