import Foundation

/// The tokens of BERT (Devlin et al. 2019), as Hugging Face's `tokenizers` makes them from `vocab.txt`.
///
/// A text is cleaned of control characters, signs of Chinese, Japanese and Korean become words of their own, letters become
/// lower case and lose their accents if the vocabulary wants it, and punctuation is split off. Each word is then divided
/// into the longest entries from its beginning; parts that do not begin a word are written with `##` before them.
package final class WordPieceTokenizer: Tokenizer {
  package struct Settings: Codable, Sendable, Equatable {
    package var entries: [String]
    package var lowersCase: Bool

    package init(entries: [String], lowersCase: Bool) {
      self.entries = entries
      self.lowersCase = lowersCase
    }
  }

  package let count: Int
  package let symbols: TokenSymbols
  package let startsWord: [Bool]
  private let lowersCase: Bool
  private let ids: [ByteText: Int32]
  /// Entries that stand for themselves wherever a text has them, longest first.
  private let special: [(text: [Unicode.Scalar], id: Int32)]

  /// Words of more characters are unknown.
  private static let longestWord = 100

  /// - Throws: `TokenizerFailure` if a symbol is missing, or an entry stands there twice.
  package init(_ settings: Settings) throws(TokenizerFailure) {
    var ids: [ByteText: Int32] = [:]
    for (id, entry) in settings.entries.enumerated() {
      guard ids.updateValue(Int32(id), forKey: ByteText(entry.utf8)) == nil else {
        throw .refused("the vocabulary has the entry '\(entry)' twice")
      }
    }
    func id(_ name: String) throws(TokenizerFailure) -> Int32 {
      guard let id = ids[ByteText(name.utf8)] else { throw .refused("the vocabulary has no \(name)") }
      return id
    }
    guard try id("[PAD]") == TokenSymbols.padding else { throw .refused("[PAD] is not the first entry") }
    symbols = try TokenSymbols(unknown: id("[UNK]"), first: id("[CLS]"), last: id("[SEP]"), mask: id("[MASK]"))
    special = ["[MASK]", "[PAD]", "[UNK]", "[CLS]", "[SEP]"].compactMap { name in
      ids[ByteText(name.utf8)].map { (Array(name.unicodeScalars), $0) }
    }
    count = settings.entries.count
    startsWord = settings.entries.map { !$0.utf8.starts(with: "##".utf8) }
    lowersCase = settings.lowersCase
    self.ids = ids
  }

  package func divisions(of word: [Int32], most: Int) -> [(tokens: [Int32], score: Float)] { [] }

  package func tokens(of text: String) -> [Int32] {
    var result: [Int32] = []
    var plain: [Unicode.Scalar] = []
    let scalars = Array(text.unicodeScalars)
    var place = 0
    while place < scalars.count {
      if scalars[place] == "[", let found = special.first(where: { scalars[place...].starts(with: $0.text) }) {
        result += tokens(ofPlain: plain)
        plain = []
        result.append(found.id)
        place += found.text.count
      } else {
        plain.append(scalars[place])
        place += 1
      }
    }
    return result + tokens(ofPlain: plain)
  }

  private func tokens(ofPlain scalars: [Unicode.Scalar]) -> [Int32] {
    guard !scalars.isEmpty else { return [] }
    return WordPieceNormaliser.words(of: scalars, lowersCase: lowersCase).flatMap(pieces(of:))
  }

  private func pieces(of word: [Unicode.Scalar]) -> [Int32] {
    guard word.count <= Self.longestWord else { return [symbols.unknown] }
    var pieces: [Int32] = []
    var start = 0
    while start < word.count {
      var text = start == 0 ? [] : Array("##".utf8)
      // Where the encoding of each character ends.
      var ends: [Int] = []
      for scalar in word[start...] {
        text += UTF8.encode(scalar).map(Array.init) ?? []
        ends.append(text.count)
      }
      var found: (id: Int32, length: Int)?
      for length in stride(from: ends.count, to: 0, by: -1) {
        if let id = ids[ByteText(text[..<ends[length - 1]])] {
          found = (id, length)
          break
        }
      }
      guard let found else { return [symbols.unknown] }
      pieces.append(found.id)
      start += found.length
    }
    return pieces
  }
}

/// A text that is compared byte for byte: Swift's strings are equal if they only look alike.
struct ByteText: Hashable {
  private let bytes: [UInt8]

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
}
