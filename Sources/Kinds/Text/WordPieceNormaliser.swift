import Foundation

/// BERT's rules for a text before it is divided: what is removed, what a word is.
enum WordPieceNormaliser {
  /// The words of a text, and each sign of punctuation as a word of its own.
  static func words(of scalars: [Unicode.Scalar], lowersCase: Bool) -> [[Unicode.Scalar]] {
    var cleaned: [Unicode.Scalar] = []
    cleaned.reserveCapacity(scalars.count)
    for scalar in scalars {
      if scalar.value == 0 || scalar.value == 0xFFFD || isControl(scalar) { continue }
      if isSpace(scalar) {
        cleaned.append(" ")
      } else if isIdeograph(scalar) {
        cleaned += [" ", scalar, " "]
      } else {
        cleaned.append(scalar)
      }
    }
    if lowersCase { cleaned = lowered(cleaned) }
    var words: [[Unicode.Scalar]] = []
    var word: [Unicode.Scalar] = []
    func finish() {
      if !word.isEmpty { words.append(word) }
      word = []
    }
    for scalar in cleaned {
      if isSpace(scalar) {
        finish()
      } else if isPunctuation(scalar) {
        finish()
        words.append([scalar])
      } else {
        word.append(scalar)
      }
    }
    finish()
    return words
  }

  /// Without accents (the marks that canonical decomposition takes apart), then in lower case, each character by itself.
  private static func lowered(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    let isASCII = scalars.allSatisfy(\.isASCII)
    let decomposed =
      isASCII
      ? scalars
      : Array(String(String.UnicodeScalarView(scalars)).decomposedStringWithCanonicalMapping.unicodeScalars)
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(decomposed.count)
    for scalar in decomposed {
      if scalar.isASCII {
        result.append(
          (0x41...0x5A).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value + 0x20)) : scalar)
      } else if category(scalar) != .nonspacingMark {
        result += scalar.properties.lowercaseMapping.unicodeScalars
      }
    }
    return result
  }

  /// White space as Rust's `char::is_whitespace` has it: the property White_Space.
  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII ? scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value) : scalar.properties.isWhitespace
  }

  /// Control, format and private characters; tab and line ends are white space.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "\t" || scalar == "\n" || scalar == "\r" { return false }
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    switch category(scalar) {
    case .control, .format, .privateUse: return true
    default: return false
    }
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      let value = scalar.value
      return (33...47).contains(value) || (58...64).contains(value) || (91...96).contains(value)
        || (123...126).contains(value)
    }
    switch category(scalar) {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }

  /// The category in Unicode 8, whose tables Hugging Face's code has: newer signs have none and stay as letters do.
  private static func category(_ scalar: Unicode.Scalar) -> Unicode.GeneralCategory {
    if let former = formerCategories[scalar] { return former }
    guard let age = scalar.properties.age else { return scalar.properties.generalCategory }
    return age.major > 8 ? .otherLetter : scalar.properties.generalCategory
  }

  /// Signs that have another category since.
  private static let formerCategories: [Unicode.Scalar: Unicode.GeneralCategory] = [
    "\u{166D}": .otherPunctuation, "\u{1734}": .nonspacingMark, "\u{1885}": .otherLetter, "\u{1886}": .otherLetter,
    "\u{A9BD}": .spacingMark, "\u{111C9}": .otherPunctuation, "\u{1171E}": .nonspacingMark,
  ]

  /// The blocks of Chinese characters, as in BERT's code.
  private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      return true
    default: return false
    }
  }
}
