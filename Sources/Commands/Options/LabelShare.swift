import ArgumentParsing

/// "10%" → 0.1
func labelShare(_ text: String, option: String) throws -> Double {
  guard text.hasSuffix("%"), let percent = Double(text.dropLast()), percent > 0, percent <= 100 else {
    throw ValidationError("\(option) '\(text)' is not a part above 0% and up to 100%, such as 1%,10%,100%")
  }
  return percent / 100
}
