import Samples

/// What Hugging Face's `tokenizer.json` says of a WordPiece vocabulary.
struct HuggingFaceTokenizer: Decodable {
  private struct Model: Decodable {
    let type: String?
    let entries: [String: Int]?
    let inner: String?
    let longestWord: Int?

    enum CodingKeys: String, CodingKey {
      case type
      case entries = "vocab"
      case inner = "continuing_subword_prefix"
      case longestWord = "max_input_chars_per_word"
    }
  }

  private struct Normaliser: Decodable {
    let type: String
    let cleans: Bool?
    let splitsChinese: Bool?
    let stripsAccents: Bool?
    let lowersCase: Bool?

    enum CodingKeys: String, CodingKey {
      case type
      case cleans = "clean_text"
      case splitsChinese = "handle_chinese_chars"
      case stripsAccents = "strip_accents"
      case lowersCase = "lowercase"
    }
  }

  private struct Splitter: Decodable { let type: String }

  private let model: Model
  private let normaliser: Normaliser?
  private let splitter: Splitter?

  private enum CodingKeys: String, CodingKey {
    case model
    case normaliser = "normalizer"
    case splitter = "pre_tokenizer"
  }

  /// - Parameter path: of the file, for sentences.
  /// - Throws: `DatasetError.unusable` where texts are divided in another way than BERT's.
  func settings(of path: String) throws(DatasetError) -> WordPieceTokenizer.Settings {
    func refuse(_ reason: String) -> DatasetError {
      .unusable("'\(path)' \(reason); only WordPiece as BERT's is known.")
    }
    guard model.type ?? "WordPiece" == "WordPiece", let vocabulary = model.entries else {
      throw refuse("is of a \(model.type ?? "nameless") tokenizer")
    }
    guard model.inner ?? "##" == "##", model.longestWord ?? 100 == 100 else {
      throw refuse("divides words in another way")
    }
    guard let normaliser, normaliser.type == "BertNormalizer", splitter?.type == "BertPreTokenizer",
      normaliser.cleans ?? true, normaliser.splitsChinese ?? true
    else { throw refuse("prepares texts in another way") }
    let lowersCase = normaliser.lowersCase ?? true
    guard normaliser.stripsAccents ?? lowersCase == lowersCase else {
      throw refuse("treats accents and capitals in different ways")
    }
    var entries = [String?](repeating: nil, count: vocabulary.count)
    for (entry, id) in vocabulary {
      guard entries.indices.contains(id), entries[id] == nil else {
        // Also where two entries look the same, for names of fields are compared as texts are.
        throw refuse("does not number its entries from 0 to \(vocabulary.count - 1)")
      }
      entries[id] = entry
    }
    return WordPieceTokenizer.Settings(entries: entries.compactMap(\.self), lowersCase: lowersCase)
  }
}
