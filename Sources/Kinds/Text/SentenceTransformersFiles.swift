import Backbones
import Foundation
import Learning

extension TextConfiguration {
  /// The vocabulary, and what other libraries need beside the weights: sentence-transformers loads a BERT with a WordPiece
  /// vocabulary, transformers a BERT with any. No class of theirs reads a SentencePiece vocabulary as this one is used, so that
  /// the library of SentencePiece itself has to divide the texts.
  public func exportCompanions(of backbone: BackboneConfiguration) throws -> ExportCompanions {
    var companions = ExportCompanions()
    switch vocabulary.form {
    case .sentencePiece(let model): companions.input = [.init(vocabulary.file, model)]
    case .wordPiece(let settings):
      companions.input = [.init(vocabulary.file, Data(settings.entries.map { $0 + "\n" }.joined().utf8))]
    }
    let bert = backbone.settings as? BERT.Configuration
    if let bert { companions.loading.append(.init("config.json", try Self.json(BERTFile(bert)))) }
    if let bert, case .wordPiece(let settings) = vocabulary.form {
      companions.loading += try sentenceTransformersFiles(bert, settings)
      companions.code = [
        "from sentence_transformers import SentenceTransformer", "",
        "model = SentenceTransformer(\"FOLDER\")", "vectors = model.encode([\"a text\"])",
      ]
    } else {
      companions.code = tokenLines + (bert.map(Self.bertLines) ?? Self.bagLines)
    }
    return companions
  }

  /// Python that makes the list `ids` of a text.
  private var tokenLines: [String] {
    let reader =
      switch vocabulary.form {
      case .sentencePiece:
        [
          "import sentencepiece", "",
          "tokenizer = sentencepiece.SentencePieceProcessor(model_file=\"FOLDER/sentencepiece.model\")",
          "tokens = tokenizer.encode(\"a text\")",
        ]
      case .wordPiece(let settings):
        [
          "from tokenizers import BertWordPieceTokenizer", "",
          "tokenizer = BertWordPieceTokenizer(\"FOLDER/vocab.txt\", lowercase=\(settings.lowersCase ? "True" : "False"))",
          "tokens = tokenizer.encode(\"a text\", add_special_tokens=False).ids",
        ]
      }
    let symbols = vocabulary.symbols
    return reader + ["ids = [\(symbols.first)] + tokens[:\(maxTokens - 2)] + [\(symbols.last)]"]
  }

  private static func bertLines(_ bert: BERT.Configuration) -> [String] {
    let pooling =
      switch bert.pooling {
      case .mean: "tokens.mean(1)"
      case .first: "tokens[:, 0]"
      case .max: "tokens.amax(1)"
      }
    let vector = bert.normalises == true ? "torch.nn.functional.normalize(\(pooling))" : pooling
    return [
      "", "import torch", "from transformers import BertModel", "",
      "model = BertModel.from_pretrained(\"FOLDER\", add_pooling_layer=False).eval()", "with torch.no_grad():",
      "    tokens = model(torch.tensor([ids])).last_hidden_state", "    vector = \(vector)",
    ]
  }

  private static let bagLines = [
    "", "from safetensors.torch import load_file", "",
    "table = load_file(\"FOLDER/model.safetensors\")[\"embeddings.word_embeddings.weight\"]",
    "vector = table[ids].mean(0)",
  ]

  private func sentenceTransformersFiles(
    _ bert: BERT.Configuration, _ settings: WordPieceTokenizer.Settings
  ) throws -> [ExportCompanions.File] {
    let types = "sentence_transformers.models"
    var modules = [
      Module(idx: 0, name: "0", path: "", type: "\(types).Transformer"),
      Module(idx: 1, name: "1", path: "1_Pooling", type: "\(types).Pooling"),
    ]
    if bert.normalises == true {
      modules.append(Module(idx: 2, name: "2", path: "2_Normalize", type: "\(types).Normalize"))
    }
    return [
      .init("modules.json", try Self.json(modules)),
      .init("sentence_bert_config.json", try Self.json(SentenceFile(maxSeqLength: maxTokens, doLowerCase: false))),
      .init(
        "1_Pooling/config.json",
        try Self.json(
          PoolingFile(
            wordEmbeddingDimension: bert.width, poolingModeClsToken: bert.pooling == .first,
            poolingModeMeanTokens: bert.pooling == .mean, poolingModeMaxTokens: bert.pooling == .max,
            poolingModeMeanSqrtLenTokens: false))
      ),
      .init(
        "tokenizer_config.json",
        try Self.json(TokenizerFile(doLowerCase: settings.lowersCase, modelMaxLength: maxTokens))
      ),
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
