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
      ("sentence_bert_config.json", try Self.json(SentenceFile(maxSeqLength: maxTokens, doLowerCase: false))),
      (
        "1_Pooling/config.json",
        try Self.json(
          PoolingFile(
            wordEmbeddingDimension: bert.width, poolingModeClsToken: bert.pooling == .first,
            poolingModeMeanTokens: bert.pooling == .mean, poolingModeMaxTokens: bert.pooling == .max,
            poolingModeMeanSqrtLenTokens: false))
      ),
      (
        "tokenizer_config.json",
        try Self.json(TokenizerFile(doLowerCase: settings.lowersCase, modelMaxLength: maxTokens))
      ),
      ("vocab.txt", Data(settings.entries.map { $0 + "\n" }.joined().utf8)),
    ]
  }

  private static func json(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }
}

// The names of the fields are those of the files, which write them in snake case.

private struct Module: Encodable {
  let idx: Int
  let name: String
  let path: String
  let type: String
}

private struct BERTFile: Encodable {
  let architectures = ["BertModel"]
  let modelType = "bert"
  let hiddenAct = "gelu"
  let layerNormEps = BERT.Configuration.epsilon
  let typeVocabSize = 2
  let padTokenId = 0
  let vocabSize: Int
  let hiddenSize: Int
  let numHiddenLayers: Int
  let numAttentionHeads: Int
  let intermediateSize: Int
  let maxPositionEmbeddings: Int
  let hiddenDropoutProb: Double
  let attentionProbsDropoutProb: Double

  init(_ bert: BERT.Configuration) {
    vocabSize = bert.entries
    hiddenSize = bert.width
    numHiddenLayers = bert.layers
    numAttentionHeads = bert.heads
    intermediateSize = bert.hiddenWidth
    maxPositionEmbeddings = bert.positions
    hiddenDropoutProb = bert.dropout
    attentionProbsDropoutProb = bert.dropout
  }
}

private struct SentenceFile: Encodable {
  let maxSeqLength: Int
  let doLowerCase: Bool
}

private struct PoolingFile: Encodable {
  let wordEmbeddingDimension: Int
  let poolingModeClsToken: Bool
  let poolingModeMeanTokens: Bool
  let poolingModeMaxTokens: Bool
  let poolingModeMeanSqrtLenTokens: Bool
}

private struct TokenizerFile: Encodable {
  let tokenizerClass = "BertTokenizer"
  let unkToken = "[UNK]"
  let sepToken = "[SEP]"
  let padToken = "[PAD]"
  let clsToken = "[CLS]"
  let maskToken = "[MASK]"
  let tokenizeChineseChars = true
  let doLowerCase: Bool
  let modelMaxLength: Int
}
