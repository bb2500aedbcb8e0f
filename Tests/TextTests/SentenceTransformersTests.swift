import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Text

/// Against Hugging Face's code (scripts/reference/bert.py).
@Suite struct SentenceTransformersTests {
  private struct Golden: Decodable {
    struct Weights: Decodable {
      let shape: [Int]
      let values: [Float]
    }
    let entries: [String]
    let texts: [String]
    let state: [String: Weights]
    let tokens: [[Int32]]
    let mean: [[Double]]
    let first: [[Double]]
  }

  private let reference: Golden

  init() throws { reference = try golden("bert.json", Golden.self, in: Bundle.module) }

  private var tokenizer: WordPieceTokenizer {
    get throws { try WordPieceTokenizer(.init(entries: reference.entries, lowersCase: true)) }
  }

  private var settings: BERT.Configuration {
    BERT.Configuration(entries: reference.entries.count, width: 16, layers: 2, heads: 2, hiddenWidth: 24, positions: 40)
  }

  private func weights() throws -> [String: Tensor] {
    try reference.state.mapValues { try Tensor($0.values).reshaped($0.shape) }
  }

  @Test func tokensAreThoseOfHuggingFace() throws {
    let tokenizer = try tokenizer
    for (text, expected) in zip(reference.texts, reference.tokens) {
      let found = [tokenizer.symbols.first] + tokenizer.tokens(of: text).prefix(38) + [tokenizer.symbols.last]
      #expect(found == expected, "\(text)")
    }
    #expect(
      TextWords.split(tokenizer.tokens(of: "stops and engines")[...], tokenizer.startsWord).map(\.count) == [2, 1, 2])
  }

  @Test(arguments: [TextPooling.mean, .first]) func featuresAreThoseOfHuggingFace(pooling: TextPooling) throws {
    var settings = settings
    settings.pooling = pooling
    let network = try BERT(settings)
    try network.load(weights())
    network.setTraining(false)
    let longest = reference.tokens.map(\.count).max() ?? 0
    let ids = reference.tokens.flatMap {
      $0.map(Int64.init) + [Int64](repeating: 0, count: longest - $0.count)
    }
    let view = try ViewBatch([Tensor(ids).reshaped([reference.tokens.count, longest])], areVarying: [true])
    let features = try noGrad { try network(view) }.unstacked().map { try $0.values(as: Double.self) }
    for (found, expected) in zip(features, pooling == .mean ? reference.mean : reference.first) {
      expectClose(found, expected, absolute: 1e-5)
    }
  }

  @Test func vocabulariesThatAreNoneAreRefused() {
    for entries in [
      ["a"], reference.entries + ["the"], Array(reference.entries.dropFirst()), ["x"] + reference.entries,
    ] {
      #expect(throws: TokenizerFailure.self) { try WordPieceTokenizer(.init(entries: entries, lowersCase: true)) }
    }
  }

  private static let usualTokenizer = """
    {"version": "1.0", "truncation": {"max_length": 128}, "normalizer": {"type": "BertNormalizer", "clean_text": true, \
    "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}, "pre_tokenizer": {"type": "BertPreTokenizer"}, \
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", \
    "max_input_chars_per_word": 100, "vocab": VOCABULARY}}
    """

  /// Tokenizers that divide texts in another way than BERT's.
  @Test(
    arguments: [
      (#""type": "WordPiece""#, #""type": "BPE""#, "is of a BPE tokenizer"),
      ("BertNormalizer", "Lowercase", "prepares texts in another way"),
      ("BertPreTokenizer", "Whitespace", "prepares texts in another way"),
      (#""strip_accents": null"#, #""strip_accents": false"#, "accents and capitals"),
      (": 100,", ": 50,", "divides words in another way"),
      ("VOCABULARY", #"{"[PAD]": 0, "a": 2}"#, "does not number its entries"),
      ("VOCABULARY", "[]", "is not what sentence-transformers writes"),
    ])
  func otherTokenizersAreRefused(_ part: String, _ other: String, _ mention: String) throws {
    try withTemporaryFolder { folder in
      try write(folder, isNew: true, tokenizer: Self.usualTokenizer.replacing(part, with: other))
      let failure = #expect(throws: DatasetError.self) { try SentenceTransformersFolder(folder.path) }
      #expect(failure.map { "\($0)" }?.contains(mention) == true, "\(failure.map { "\($0)" } ?? "")")
    }
  }

  /// Writes a model in the form of sentence-transformers.
  private func write(
    _ folder: URL, isNew: Bool = false, poolings: String? = nil, tokenizer: String = Self.usualTokenizer
  ) throws {
    let manager = FileManager.default
    try manager.createDirectory(at: folder.appending(path: "1_Pooling"), withIntermediateDirectories: true)
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: folder.appending(path: name))
    }
    try write(
      "config.json",
      """
      {"model_type": "bert", "vocab_size": \(reference.entries.count), "hidden_size": 16, "num_hidden_layers": 2, \
      "num_attention_heads": 2, "intermediate_size": 24, "max_position_embeddings": 40, "hidden_act": "gelu", \
      "layer_norm_eps": 1e-12, "hidden_dropout_prob": 0.1}
      """)
    let module =
      isNew
      ? "sentence_transformers.sentence_transformer.modules.pooling.Pooling" : "sentence_transformers.models.Pooling"
    try write(
      "modules.json",
      """
      [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
       {"idx": 1, "name": "1", "path": "1_Pooling", "type": "\(module)"},
       {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
      """)
    try write(
      "1_Pooling/config.json",
      poolings
        ?? (isNew
          ? #"{"pooling_mode": "mean", "embedding_dimension": 16}"#
          : #"{"pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true, "pooling_mode_max_tokens": false}"#))
    try write("tokenizer_config.json", #"{"do_lower_case": true, "model_max_length": 30}"#)
    if !isNew { try write("sentence_bert_config.json", #"{"max_seq_length": 24, "do_lower_case": false}"#) }
    if isNew {
      let entries = Dictionary(uniqueKeysWithValues: reference.entries.enumerated().map { ($0.element, $0.offset) })
      let vocabulary = String(decoding: try JSONEncoder().encode(entries), as: UTF8.self)
      try write(
        "tokenizer.json",
        tokenizer.replacing("VOCABULARY", with: vocabulary))
    } else {
      try write("vocab.txt", reference.entries.joined(separator: "\n") + "\n")
    }
    let prefix = isNew ? "bert." : ""
    var state = try weights().map { (name: prefix + $0.key, tensor: $0.value) }
    state.append((prefix + "embeddings.position_ids", try Tensor.arange(40)))
    state.append((prefix + "pooler.dense.weight", try Tensor.ones([16, 16])))
    try Safetensors.write(state.sorted { $0.name < $1.name }, to: folder.appending(path: "model.safetensors").path)
  }

  @Test(arguments: [false, true]) func bothLayoutsAreRead(isNew: Bool) throws {
    try withTemporaryFolder { folder in
      try write(folder, isNew: isNew)
      #expect(SentenceTransformersFolder.isOne(folder.path))
      let found = try SentenceTransformersFolder(folder.path)
      var expected = settings
      expected.normalises = true
      #expect(found.network == expected)
      #expect(found.vocabulary == (try Vocabulary(.wordPiece(.init(entries: reference.entries, lowersCase: true)))))
      #expect(found.maxTokens == (isNew ? 30 : 24))
      let weights = try StartingWeights(folder.path, .standard)
      let (state, _) = try weights.fitted(to: BackboneConfiguration(found.network), isPartial: false)
      let table = try #require(state.first { $0.name == "embeddings.word_embeddings.weight" })
      let values = try table.tensor.values(as: Float.self)
      #expect(values == reference.state["embeddings.word_embeddings.weight"]?.values)
    }
  }

  @Test func foldersThatAreNotKnownAreRefusedWithAReason() throws {
    try withTemporaryFolder { folder in
      try write(folder, poolings: #"{"pooling_mode": "weightedmean"}"#)
      let failure = #expect(throws: DatasetError.self) { try SentenceTransformersFolder(folder.path) }
      #expect(failure.map { "\($0)" }?.contains("pools tokens in a way that is not known") == true)
      try write(folder)
      try Data((reference.entries + (0..<99).map { "w\($0)" }).joined(separator: "\n").utf8).write(
        to: folder.appending(path: "vocab.txt"))
      let other = #expect(throws: DatasetError.self) { try SentenceTransformersFolder(folder.path) }
      #expect(other.map { "\($0)" }?.contains("do not belong together") == true)
      // A vocabulary that is much smaller is another network's too, and weights without one say nothing.
      try write(folder)
      let configuration = folder.appending(path: "config.json")
      let text = try String(contentsOf: configuration, encoding: .utf8)
      try Data(text.replacing("\"vocab_size\": \(reference.entries.count)", with: "\"vocab_size\": 2000").utf8).write(
        to: configuration)
      let small = #expect(throws: DatasetError.self) { try SentenceTransformersFolder(folder.path) }
      #expect(small.map { "\($0)" }?.contains("do not belong together") == true)
      try FileManager.default.removeItem(at: folder.appending(path: "vocab.txt"))
      #expect(SentenceTransformersFolder.isOne(folder.path))
      let bare = #expect(throws: DatasetError.self) { try SentenceTransformersFolder(folder.path) }
      #expect(bare.map { "\($0)" }?.contains("neither vocab.txt nor tokenizer.json") == true)
    }
  }

  /// A run begins with the weights and the vocabulary, and its export is such a folder again.
  @Test func aRunBeginsWithAFolderAndBecomesOne() throws {
    try withTemporaryFolder { folder in
      let (model, texts) = (folder.appending(path: "model"), folder.appending(path: "texts.txt"))
      try write(model)
      // Every text in another order of words that the vocabulary knows.
      let words = ["the", "engine", "starts", "and", "stops", "x", "cafe", "a", "z", "o"]
      let lines = (0..<40).map { line -> String in
        let places: [Int] = (0..<8).map { place in (line * (place + 3) + place * place) % 10 }
        return places.map { words[$0] }.joined(separator: " ")
      }
      try Data(lines.joined(separator: "\n").utf8).write(to: texts)
      var request = RunRequest()
      request.beginning = model.path
      request.method = .simcse
      request.batchSize = 4
      request.epochs = 1
      request.computeThreads = 1
      request.precision = .float32
      request.holdOut = 0
      let proposal = try request.proposal(scanning: [texts.path])
      let data = try #require(proposal.data.configuration.settings as? TextConfiguration)
      #expect(data.vocabulary.name == "WordPiece" && data.maxTokens == 24)
      let plan = try request.plan(for: proposal)
      let (state, _) = try StartingWeights(model.path, .standard).fitted(
        to: plan.configuration.backbone, isPartial: false)
      let run = RunFolder(folder.appending(path: "run").path)
      let training = try Pretraining(
        of: proposal.data, training: proposal.training, configuration: plan.configuration, beginning: state, in: run)
      try training.train()
      let place = folder.appending(path: "export")
      let export = try NetworkExport(ExportedNetwork(of: run), of: run, as: [.safetensors], to: place.path)
      #expect(export.checks.allSatisfy { $0.largestDifference < 1e-5 })
      let again = try SentenceTransformersFolder(place.path)
      #expect(again.network == plan.configuration.backbone.settings as? BERT.Configuration)
      #expect(again.vocabulary == data.vocabulary && again.maxTokens == 24)
      let encoder = try Encoder(of: run)
      let network = try BERT(again.network)
      try network.load(Safetensors.read(place.appending(path: "model.safetensors").path))
      let expected = try encoder.embeddings(of: proposal.data).values(as: Double.self)
      let found = try Encoder(network).embeddings(of: proposal.data).values(as: Double.self)
      expectClose(found, expected, absolute: 1e-5)
    }
  }
}
