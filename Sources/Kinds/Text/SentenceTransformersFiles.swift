import Backbones
import Foundation
import Learning

extension TextConfiguration {
  /// What sentence-transformers needs beside the weights of a BERT with a WordPiece vocabulary; nothing for other networks
  /// and vocabularies, which it cannot load.
  public func companionFiles(of backbone: BackboneConfiguration) throws -> [(name: String, contents: Data)] {
    guard let bert = backbone.settings as? BERT.Configuration, case .wordPiece(let settings) = vocabulary.form else {
      return []
    }
    let types = "sentence_transformers.models"
    var modules = [
      Module(idx: 0, name: "0", path: "", type: "\(types).Transformer"),
      Module(idx: 1, name: "1", path: "1_Pooling", type: "\(types).Pooling"),
    ]
    if bert.normalises == true {
      modules.append(Module(idx: 2, name: "2", path: "2_Normalize", type: "\(types).Normalize"))
    }
    return [
      ("modules.json", try Self.json(modules)),
      ("config.json", try Self.json(BERTFile(bert))),
      ("sentence_bert_config.json", try Self.json(SentenceFile(max_seq_length: maxTokens, do_lower_case: false))),
      (
        "1_Pooling/config.json",
        try Self.json(
          PoolingFile(
            word_embedding_dimension: bert.width, pooling_mode_cls_token: bert.pooling == .first,
            pooling_mode_mean_tokens: bert.pooling == .mean, pooling_mode_max_tokens: bert.pooling == .max,
            pooling_mode_mean_sqrt_len_tokens: false))
      ),
      (
        "tokenizer_config.json",
        try Self.json(TokenizerFile(do_lower_case: settings.lowersCase, model_max_length: maxTokens))
      ),
      ("vocab.txt", Data(settings.entries.map { $0 + "\n" }.joined().utf8)),
    ]
  }

  private static func json(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }
}

// The names of the fields are those of the files.

private struct Module: Encodable {
  let idx: Int
  let name: String
  let path: String
  let type: String
}

private struct BERTFile: Encodable {
  let architectures = ["BertModel"]
  let model_type = "bert"
  let hidden_act = "gelu"
  let layer_norm_eps = BERT.Configuration.epsilon
  let type_vocab_size = 2
  let pad_token_id = 0
  let vocab_size: Int
  let hidden_size: Int
  let num_hidden_layers: Int
  let num_attention_heads: Int
  let intermediate_size: Int
  let max_position_embeddings: Int
  let hidden_dropout_prob: Double
  let attention_probs_dropout_prob: Double

  init(_ bert: BERT.Configuration) {
    vocab_size = bert.entries
    hidden_size = bert.width
    num_hidden_layers = bert.layers
    num_attention_heads = bert.heads
    intermediate_size = bert.hiddenWidth
    max_position_embeddings = bert.positions
    hidden_dropout_prob = bert.dropout
    attention_probs_dropout_prob = bert.dropout
  }
}

private struct SentenceFile: Encodable {
  let max_seq_length: Int
  let do_lower_case: Bool
}

private struct PoolingFile: Encodable {
  let word_embedding_dimension: Int
  let pooling_mode_cls_token: Bool
  let pooling_mode_mean_tokens: Bool
  let pooling_mode_max_tokens: Bool
  let pooling_mode_mean_sqrt_len_tokens: Bool
}

private struct TokenizerFile: Encodable {
  let tokenizer_class = "BertTokenizer"
  let unk_token = "[UNK]"
  let sep_token = "[SEP]"
  let pad_token = "[PAD]"
  let cls_token = "[CLS]"
  let mask_token = "[MASK]"
  let tokenize_chinese_chars = true
  let do_lower_case: Bool
  let model_max_length: Int
}
