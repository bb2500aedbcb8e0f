/// A word that a POSIX shell reads as exactly this text, quoted only where it has to be: `photos`, but `'my photos'`.
/// For commands that a person is to copy.
public func shellQuoted(_ word: String) -> String {
  let needsNoQuotes = word.unicodeScalars.allSatisfy { scalar in
    if scalar.isASCII { return isPlain(scalar) }
    return scalar.properties.isAlphabetic
  }
  return needsNoQuotes && !word.isEmpty ? word : quoted(word)
}

private func isPlain(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar {
  case "a"..."z", "A"..."Z", "0"..."9", "_", "@", "%", "+", "=", ":", ",", ".", "/", "-": true
  default: false
  }
}

/// In quotes, as one word of a POSIX shell, whatever the text holds.
func quoted(_ text: String) -> String {
  // By scalars, since a mark that combines with a quote hides it from a search for characters.
  var result = "'"
  for scalar in text.unicodeScalars {
    if scalar == "'" { result += #"'\''"# } else { result.unicodeScalars.append(scalar) }
  }
  return result + "'"
}

/// In quotes, as one word of fish, where a backslash between quotes has a meaning.
func fishQuoted(_ text: String) -> String {
  var result = "'"
  for scalar in text.unicodeScalars {
    if scalar == "'" || scalar == "\\" { result += "\\" }
    result.unicodeScalars.append(scalar)
  }
  return result + "'"
}

/// With a backslash before everything that a shell might read as more than a letter.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    if scalar.isASCII, !isPlain(scalar) || scalar == ":" || scalar == "=" { result += "\\" }
    result.unicodeScalars.append(scalar)
  }
  return result
}
