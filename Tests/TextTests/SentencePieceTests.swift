import Foundation
import Testing

@testable import Text

@Suite struct SentencePieceTests {
  private let texts = Sentences.texts(120)

  @Test func theSameTextsGiveTheSameVocabulary() throws {
    let first = try SentencePieceTokenizer.trained(on: texts, size: 400)
    let second = try SentencePieceTokenizer.trained(on: texts, size: 400)
    #expect(first.model == second.model)
    #expect(first.count <= 400 && first.count > 256)
    let reopened = try SentencePieceTokenizer(model: first.model)
    for text in texts { #expect(reopened.tokens(of: text) == first.tokens(of: text)) }
    let other = try SentencePieceTokenizer.trained(on: texts.map { $0 + " and zebras" }, size: 400)
    #expect(other.model != first.model)
  }

  @Test func symbolsAreNeverFoundInATextAndNothingIsLost() throws {
    let tokenizer = try SentencePieceTokenizer.trained(on: texts, size: 400)
    #expect(
      tokenizer.symbols == TokenSymbols(unknown: 1, first: 2, last: 3, mask: 4) && TokenSymbols.padding == 0)
    for text in texts + ["[MASK] [PAD] [CLS] [SEP]", "你好 😀 é", "a\0b", "\u{202E}right to left שלום"] {
      let tokens = tokenizer.tokens(of: text)
      #expect(!tokens.isEmpty && tokens.allSatisfy { $0 > 4 && Int($0) < tokenizer.count }, "\(text): \(tokens)")
    }
    // Upper and lower case, and compatible characters, are the same.
    #expect(tokenizer.tokens(of: "THE ENGINE") == tokenizer.tokens(of: "the engine"))
    #expect(tokenizer.tokens(of: "\u{FF54}he") == tokenizer.tokens(of: "the"))
    #expect(tokenizer.tokens(of: "").isEmpty && tokenizer.tokens(of: " \n\t ").isEmpty)
  }

  /// The words that a text is split into are those between its spaces.
  @Test func wordsBeginAtSpaces() throws {
    let tokenizer = try SentencePieceTokenizer.trained(on: texts, size: 400)
    for text in texts.prefix(20) {
      let words = TextWords.split(tokenizer.tokens(of: text)[...], tokenizer.startsWord)
      #expect(words.count == text.split(separator: " ").count, "\(text)")
      #expect(words.flatMap(Array.init) == tokenizer.tokens(of: text))
    }
  }

  @Test func theLikeliestWayIsTheTokens() throws {
    let tokenizer = try SentencePieceTokenizer.trained(on: texts, size: 400)
    for word in ["engine", "patient", "warning", "turbine"] {
      let tokens = tokenizer.tokens(of: word)
      let ways = tokenizer.divisions(of: tokens, most: 8)
      #expect(ways.first?.tokens == tokens && ways.count <= 8)
      #expect(zip(ways, ways.dropFirst()).allSatisfy { $0.score >= $1.score })
      #expect(Set(ways.map(\.tokens)).count == ways.count)
    }
    #expect(tokenizer.divisions(of: tokenizer.tokens(of: "你"), most: 8).isEmpty)
  }

  /// The library ends the program for texts without a visible sign: these never reach it.
  @Test(arguments: [[], [""], ["  ", "\n"], ["\u{2581}\u{2581}"], ["\u{200B}", "\u{0301}", "\u{202E}"]])
  func textsWithoutSignsAreRefused(texts: [String]) {
    #expect(throws: TokenizerFailure.nothingToLearn) { try SentencePieceTokenizer.trained(on: texts, size: 400) }
  }

  @Test func unusualTextsAreLearnedFrom() throws {
    let corpora = [
      ["a"], Array(repeating: "the same text", count: 50), ["😀😀", "🎉"], ["你好世界", "今天天气很好"],
      ["שלום עולם", "مرحبا بالعالم"], ["[PAD] [MASK] <0x41>"], [String(repeating: "x", count: 20_000)],
      ["a\0b", "\u{FEFF}c"], [String(repeating: "é", count: 9000)],
    ]
    for texts in corpora {
      let tokenizer = try SentencePieceTokenizer.trained(on: texts, size: 8000)
      #expect(tokenizer.count > 256 && tokenizer.count < 8000)
      for text in texts { #expect(!tokenizer.tokens(of: text).isEmpty) }
    }
  }

  @Test func aVocabularyThatIsTooSmallSaysTheLeast() throws {
    do {
      _ = try SentencePieceTokenizer.trained(on: texts, size: 100)
      Issue.record("no error")
    } catch {
      guard case .vocabularyTooSmall(100, let least?) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(least > 256)
      #expect(try SentencePieceTokenizer.trained(on: texts, size: least).count == least)
      #expect("\(error)".contains("at least \(least)"))
    }
  }

  @Test func otherBytesAreNoModel() throws {
    let model = try SentencePieceTokenizer.trained(on: texts, size: 300).model
    for bytes in [Data(), Data([1, 2, 3]), Data(repeating: 0xFF, count: 100), model.prefix(model.count / 2)] {
      #expect(throws: TokenizerFailure.self) { try SentencePieceTokenizer(model: Data(bytes)) }
    }
  }

  @Test func aVocabularyIsReadAgain() throws {
    let vocabulary = Vocabulary(try .trained(on: texts, size: 300))
    let read = try JSONDecoder().decode(Vocabulary.self, from: JSONEncoder().encode(vocabulary))
    #expect(read == vocabulary && read.count == vocabulary.count)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Vocabulary.self, from: Data(#"{"sentencePiece": {"model": "AAAA"}}"#.utf8))
    }
  }
}
