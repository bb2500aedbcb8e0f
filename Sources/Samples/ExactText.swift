/// A text that equals another only if both have the same bytes in UTF-8.
///
/// Two Swift strings are equal if they show the same characters: é as one code point equals e followed by an accent. The
/// names of files are bytes, so that these are two names, and may be two files of one folder.
package struct ExactText: Hashable, Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }

  package static func == (first: Self, second: Self) -> Bool { first.text.utf8.elementsEqual(second.text.utf8) }

  package func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
    // Not a byte of UTF-8: it separates this text from what is hashed next.
    hasher.combine(0xFF as UInt8)
  }
}
