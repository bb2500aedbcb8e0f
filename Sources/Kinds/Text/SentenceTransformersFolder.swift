import Foundation
import Learning
import Samples
import Settings

/// A model in the form of sentence-transformers, or a BERT of transformers: how its texts are divided into tokens, and what
/// its network is. Both layouts of sentence-transformers are read, that before version 6 and that since.
package struct SentenceTransformersFolder: Sendable {
  package let vocabulary: Vocabulary
  package let network: BERT.Configuration
  /// The most tokens of a text, beginning and end included.
  package let maxTokens: Int

  /// Whether a folder holds such a model.
  package static func isOne(_ folder: String) -> Bool {
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }
    return exists("config.json") && exists("model.safetensors") && !exists("configuration.json")
  }

  /// - Throws: `DatasetError.unusable` naming the file that is missing or says what Swiftlet does not know.
  package init(_ folder: String) throws(DatasetError) {
    let bert = try Self.read("\(folder)/config.json", BERTFile.self)
    guard bert.modelType == nil || bert.modelType == "bert" else {
      throw .unusable("'\(folder)/config.json' is of a \(bert.modelType ?? "") network; only bert is known.")
    }
    guard bert.activation == nil || bert.activation == "gelu" else {
      throw .unusable("'\(folder)/config.json' has the activation \(bert.activation ?? ""); only gelu is known.")
    }
    guard bert.epsilon.map({ abs($0 - BERT.Configuration.epsilon) < 1e-13 }) ?? true else {
      throw .unusable("'\(folder)/config.json' has a layer_norm_eps other than \(BERT.Configuration.epsilon).")
    }
    let modules = Self.exists("\(folder)/modules.json") ? try Self.read("\(folder)/modules.json", [Module].self) : []
    var pooling = TextPooling.mean
    var normalises = false
    for module in modules {
      // The last component alone is the same in both layouts.
      switch module.type.split(separator: ".").last ?? "" {
      case "Transformer": break
      case "Pooling":
        pooling = try Self.read("\(folder)/\(module.path)/config.json", PoolingFile.self).pooling(in: folder)
      case "Normalize": normalises = true
      default:
        throw .unusable("'\(folder)/modules.json' has a part \(module.type), which is not known.")
      }
    }
    var network = BERT.Configuration(
      entries: bert.entries, width: bert.width, layers: bert.layers, heads: bert.heads, hiddenWidth: bert.hiddenWidth,
      positions: bert.positions, pooling: pooling, dropout: bert.dropout ?? 0.1)
    network.normalises = normalises
    do {
      try network.validate()
    } catch {
      throw .unusable("'\(folder)/config.json': \(error).")
    }
    self.network = network
    let tokenizer = try? Self.read("\(folder)/tokenizer_config.json", TokenizerFile.self)
    let sentences = try? Self.read("\(folder)/sentence_bert_config.json", SentenceFile.self)
    maxTokens = min(sentences?.maxTokens ?? tokenizer?.maxTokens ?? bert.positions, bert.positions)
    // Newer versions write the vocabulary into tokenizer.json alone.
    let file = Self.exists("\(folder)/vocab.txt") ? "vocab.txt" : "tokenizer.json"
    guard Self.exists("\(folder)/\(file)") else {
      throw .unusable(
        "'\(folder)' holds no vocabulary that is known: neither vocab.txt nor tokenizer.json, without which its weights say "
          + "nothing.")
    }
    let settings =
      try file == "vocab.txt"
      ? WordPieceTokenizer.Settings(
        entries: Self.lines(of: "\(folder)/vocab.txt"), lowersCase: tokenizer?.lowersCase ?? true)
      : Self.read("\(folder)/tokenizer.json", HuggingFaceTokenizer.self).settings(of: "\(folder)/tokenizer.json")
    // Networks may have some entries more than the vocabulary, so that their sizes are round.
    guard settings.entries.count <= bert.entries, bert.entries - settings.entries.count <= Self.mostSpareEntries else {
      throw .unusable(
        "'\(folder)/\(file)' has \(settings.entries.count) entries and the network \(bert.entries): they do not belong together."
      )
    }
    do {
      vocabulary = try Vocabulary(.wordPiece(settings))
    } catch {
      throw .unusable("'\(folder)/\(file)': \(error).")
    }
  }

  private static let mostSpareEntries = 1024

  private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  private static func read<Value: Decodable>(_ path: String, _ type: Value.Type) throws(DatasetError) -> Value {
    guard let data = FileManager.default.contents(atPath: path) else { throw .noSuchFile(path: path) }
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw .unusable("'\(path)' is not what sentence-transformers writes: \(error).")
    }
  }

  private static func lines(of path: String) throws(DatasetError) -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else { throw .noSuchFile(path: path) }
    let bytes = try TextEncoding.checked(Array(data), of: path)
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      String(decoding: $0.last == 0x0D ? $0.dropLast() : $0, as: UTF8.self)
    }
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  private struct BERTFile: Decodable {
    let entries: Int
    let width: Int
    let layers: Int
    let heads: Int
    let hiddenWidth: Int
    let positions: Int
    let modelType: String?
    let activation: String?
    let epsilon: Double?
    let dropout: Double?

    enum CodingKeys: String, CodingKey {
      case entries = "vocab_size"
      case width = "hidden_size"
      case layers = "num_hidden_layers"
      case heads = "num_attention_heads"
      case hiddenWidth = "intermediate_size"
      case positions = "max_position_embeddings"
      case modelType = "model_type"
      case activation = "hidden_act"
      case epsilon = "layer_norm_eps"
      case dropout = "hidden_dropout_prob"
    }
  }

  private struct Module: Decodable {
    let path: String
    let type: String
  }

  /// Before version 6 a flag for each kind, since then one word.
  private struct PoolingFile: Decodable {
    let mode: String?
    let first: Bool?
    let mean: Bool?
    let max: Bool?

    enum CodingKeys: String, CodingKey {
      case mode = "pooling_mode"
      case first = "pooling_mode_cls_token"
      case mean = "pooling_mode_mean_tokens"
      case max = "pooling_mode_max_tokens"
    }

    func pooling(in folder: String) throws(DatasetError) -> TextPooling {
      switch (mode, first, mean, max) {
      case ("mean", _, _, _), (nil, false?, true?, false?), (nil, nil, true?, nil): return .mean
      case ("cls", _, _, _), (nil, true?, false?, false?): return .first
      case ("max", _, _, _), (nil, false?, false?, true?): return .max
      default:
        throw .unusable("'\(folder)' pools tokens in a way that is not known; mean, cls and max are.")
      }
    }
  }

  private struct TokenizerFile: Decodable {
    let lowersCase: Bool?
    let maxTokens: Int?

    enum CodingKeys: String, CodingKey {
      case lowersCase = "do_lower_case"
      case maxTokens = "model_max_length"
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      lowersCase = try container.decodeIfPresent(Bool.self, forKey: .lowersCase)
      // Where there is no limit, a number stands here that no integer holds.
      maxTokens = try? container.decodeIfPresent(Int.self, forKey: .maxTokens)
    }
  }

  private struct SentenceFile: Decodable {
    let maxTokens: Int?

    enum CodingKeys: String, CodingKey { case maxTokens = "max_seq_length" }
  }
}
