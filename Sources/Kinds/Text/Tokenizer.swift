/// A vocabulary of pieces of words, and the rule by which a text is divided into them.
package protocol Tokenizer: Sendable {
  /// The number of entries; ids are 0 ..< `count`. Id 0 fills short texts up and is never part of one.
  var count: Int { get }
  var symbols: TokenSymbols { get }
  /// The ids of a text, without those of its beginning and end. Never the mask or id 0, unless the vocabulary reads the
  /// names of symbols in a text, as BERT's do.
  func tokens(of text: String) -> [Int32]
  /// Whether an entry stands for signs that the vocabulary lacks.
  func isForeign(_ id: Int32) -> Bool
  /// Whether an entry begins a word, for each id.
  var startsWord: [Bool] { get }
  /// The likeliest ways to divide a word into tokens, likeliest first, with the logarithms of their likelihoods; none if
  /// the vocabulary knows only one way.
  ///
  /// - Parameters:
  ///   - word: the tokens of one word.
  ///   - most: the most ways.
  func divisions(of word: [Int32], most: Int) -> [(tokens: [Int32], score: Float)]
}

extension Tokenizer {
  package func isForeign(_ id: Int32) -> Bool { id == symbols.unknown }
}

/// The ids that stand for no piece of a text.
package struct TokenSymbols: Sendable, Equatable {
  package let unknown: Int32
  /// Before the first and after the last token of a text: [CLS] and [SEP].
  package let first: Int32
  package let last: Int32
  package let mask: Int32

  /// Fills short texts up, in every vocabulary.
  package static let padding: Int32 = 0
}

/// Why there is no tokenizer.
package enum TokenizerFailure: Error, Sendable, Equatable, CustomStringConvertible {
  case noLibrary
  /// No text has a letter, digit or sign.
  case nothingToLearn
  /// The least vocabulary, for the signs that occur.
  case vocabularyTooSmall(asked: Int, least: Int?)
  /// What the library says.
  case refused(String)

  package var description: String {
    switch self {
    case .noLibrary:
      """
      this build has no SentencePiece, which divides texts into tokens: install it (Debian: libsentencepiece-dev, Homebrew: \
      sentencepiece) and build again
      """
    case .nothingToLearn: "the texts have no letter, digit or sign to learn a vocabulary from"
    case .vocabularyTooSmall(let asked, let least):
      """
      a vocabulary of \(asked) is too small for the different signs of these texts\
      \(least.map { ": it takes at least \($0)" } ?? "")
      """
    case .refused(let reason): "SentencePiece says: \(reason)"
    }
  }
}
