import Foundation
import Settings

/// The tokenizer of a run as it is recorded: a trained model, or the vocabulary that weights came with.
package struct Vocabulary: Sendable {
  package enum Form: Codable, Sendable, Equatable {
    /// SentencePiece's file.
    case sentencePiece(model: Data)
    /// BERT's entries in the order of their ids.
    case wordPiece(WordPieceTokenizer.Settings)
  }

  package let form: Form
  package let tokenizer: any Tokenizer

  /// - Throws: `TokenizerFailure` if no tokenizer can be made of it.
  package init(_ form: Form) throws(TokenizerFailure) {
    self.form = form
    switch form {
    case .sentencePiece(let model): tokenizer = try SentencePieceTokenizer(model: model)
    case .wordPiece(let settings): tokenizer = try WordPieceTokenizer(settings)
    }
  }

  package init(_ tokenizer: SentencePieceTokenizer) {
    form = .sentencePiece(model: tokenizer.model)
    self.tokenizer = tokenizer
  }

  package var count: Int { tokenizer.count }
  package var symbols: TokenSymbols { tokenizer.symbols }

  /// For people.
  package var name: String {
    switch form {
    case .sentencePiece: "SentencePiece"
    case .wordPiece: "WordPiece"
    }
  }
}

extension Vocabulary {
  /// The file that an export holds it in.
  var file: String {
    switch form {
    case .sentencePiece: "sentencepiece.model"
    case .wordPiece: "vocab.txt"
    }
  }
}

extension Vocabulary: Equatable {
  package static func == (first: Self, second: Self) -> Bool { first.form == second.form }
}

extension Vocabulary: Codable {
  package init(from decoder: any Decoder) throws {
    let form = try Form(from: decoder)
    do {
      try self.init(form)
    } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: error.description))
    }
  }

  package func encode(to encoder: any Encoder) throws { try form.encode(to: encoder) }
}
