import Backbones
import Layers
import Learning
import Settings
import Torch

/// The transformer of BERT (Devlin et al. 2019), with Hugging Face's parameter names, so that its weights travel both ways.
/// Unlike a vision transformer it normalises after each residual sum.
///
/// [batch, length] ids → features [batch, width]; id 0 is not seen.
package final class BERT: Backbone {
  package struct Configuration: Codable, Sendable, Equatable {
    /// Entries of the vocabulary.
    package var entries: Int
    package var width: Int
    package var layers: Int
    /// A divisor of `width`.
    package var heads: Int
    /// Width inside of each block.
    package var hiddenWidth: Int
    /// The most tokens of a text.
    package var positions: Int
    package var pooling: TextPooling
    /// Part of the values, and of the attention, that training drops.
    package var dropout: Double
    /// Whether features have length 1, as those of a model that ends in a normalisation; nil for no.
    package var normalises: Bool?

    package init(
      entries: Int, width: Int, layers: Int, heads: Int? = nil, hiddenWidth: Int? = nil, positions: Int,
      pooling: TextPooling = .mean, dropout: Double = 0.1
    ) {
      self.entries = entries
      self.width = width
      self.layers = layers
      self.heads = heads ?? max(1, width / 64)
      self.hiddenWidth = hiddenWidth ?? 4 * width
      self.positions = positions
      self.pooling = pooling
      self.dropout = dropout
    }

    static let epsilon = 1e-12
    static let deviation = 0.02
  }

  package let configuration: Configuration
  let embeddings: Embeddings
  private let layers: [Block]

  package init(_ configuration: Configuration) throws(TorchError) {
    try configuration.validate(for: "BERT")
    self.configuration = configuration
    embeddings = try Embeddings(configuration)
    layers = try (0..<configuration.layers).map { _ throws(TorchError) in try Block(configuration) }
  }

  package var featureCount: Int { configuration.width }

  /// The embeddings, then each block.
  package var stages: [[String]] { [["embeddings"]] + layers.indices.map { ["encoder.layer.\($0)"] } }

  package var children: [(name: String, module: any Module)] {
    [("embeddings", embeddings)] + layers.enumerated().map { ("encoder.layer.\($0.offset)", $0.element) }
  }

  package func callAsFunction(_ view: ViewBatch) throws(TorchError) -> Tensor {
    let ids = view.tensor
    let features = try pooled(tokens(ids), tokenMask(ids), by: configuration.pooling)
    return configuration.normalises == true ? try normalized(features) : features
  }

  /// The vector of each token: [batch, length, width].
  package func tokens(_ ids: Tensor) throws(TorchError) -> Tensor {
    guard ids.shape[1] <= configuration.positions else {
      throw TorchError(
        call: "BERT",
        message: "a text of \(ids.shape[1]) tokens is longer than its \(configuration.positions) positions")
    }
    let bias = try Self.bias(hiding: ids)
    var x = try embeddings(ids)
    for layer in layers { x = try layer(x, bias: bias) }
    return x
  }

  /// What is added to the attention so that ids 0 are not seen: [batch, 1, 1, length].
  private static func bias(hiding ids: Tensor) throws(TorchError) -> Tensor {
    // Not infinity: a text of which nothing is seen would become no number at all.
    try ((tokenMask(ids) - 1) * 1e4).unsqueezed(1).unsqueezed(1)
  }

  /// The same layers as a decoder: a token sees itself, those before it, and something else.
  ///
  /// - Parameter context: what each layer adds between attention and perceptron, by the layer's place.
  /// - Returns: [batch, length, width]
  func decoded(
    _ ids: Tensor, context: (Int, Tensor) throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let length = ids.shape[1]
    let places = try Tensor.arange(length, .float32, on: ids.device)
    // 1 above the diagonal: what comes later.
    let later = try (places.unsqueezed(0) - places.unsqueezed(1)).clamped(atLeast: 0).clamped(atMost: 1)
    let bias = try Self.bias(hiding: ids) + later * -1e4
    var x = try embeddings(ids)
    for (place, layer) in layers.enumerated() {
      x = try layer.fedForward(context(place, layer.attended(x, bias: bias)))
    }
    return x
  }

  /// The word table [entries, width].
  package var wordTable: Tensor { embeddings.words.tensor }

  /// The vectors of tokens and places, summed and normalised.
  final class Embeddings: Module {
    let words: Parameter
    private let places: Parameter
    /// Of texts in two parts; Swiftlet's have one, whose vector is the first.
    private let types: Parameter
    private let norm: LayerNorm
    private let dropout: Dropout

    init(_ configuration: Configuration) throws(TorchError) {
      let width = configuration.width
      func table(_ rows: Int) throws(TorchError) -> Parameter {
        try Parameter(.normal([rows, width], deviation: Configuration.deviation))
      }
      words = try table(configuration.entries)
      places = try table(configuration.positions)
      types = try table(2)
      norm = try LayerNorm(width, epsilon: Configuration.epsilon)
      dropout = Dropout(configuration.dropout)
    }

    var parameters: [(name: String, parameter: Parameter)] {
      [
        ("word_embeddings.weight", words), ("position_embeddings.weight", places),
        ("token_type_embeddings.weight", types),
      ]
    }
    var children: [(name: String, module: any Module)] { [("LayerNorm", norm), ("dropout", dropout)] }

    func callAsFunction(_ ids: Tensor) throws(TorchError) -> Tensor {
      let places = try self.places.tensor.rows(0..<ids.shape[1]) + types.tensor.rows(0..<1)
      return try dropout(norm(embedded(ids, in: words.tensor) + places))
    }
  }

  private final class Block: Module {
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let joined: Linear
    private let attentionNorm: LayerNorm
    private let widened: Linear
    private let narrowed: Linear
    private let outputNorm: LayerNorm
    private let heads: Int
    private let dropout: Dropout

    init(_ configuration: Configuration) throws(TorchError) {
      let width = configuration.width
      func layer(_ inputs: Int, _ outputs: Int) throws(TorchError) -> Linear {
        try Linear(inputs, outputs, deviation: Configuration.deviation)
      }
      query = try layer(width, width)
      key = try layer(width, width)
      value = try layer(width, width)
      joined = try layer(width, width)
      attentionNorm = try LayerNorm(width, epsilon: Configuration.epsilon)
      widened = try layer(width, configuration.hiddenWidth)
      narrowed = try layer(configuration.hiddenWidth, width)
      outputNorm = try LayerNorm(width, epsilon: Configuration.epsilon)
      heads = configuration.heads
      dropout = Dropout(configuration.dropout)
    }

    var children: [(name: String, module: any Module)] {
      [
        ("attention.self.query", query), ("attention.self.key", key), ("attention.self.value", value),
        ("attention.output.dense", joined), ("attention.output.LayerNorm", attentionNorm),
        ("intermediate.dense", widened), ("output.dense", narrowed), ("output.LayerNorm", outputNorm),
        ("dropout", dropout),
      ]
    }

    func callAsFunction(_ x: Tensor, bias: Tensor) throws(TorchError) -> Tensor {
      try fedForward(attended(x, bias: bias))
    }

    /// - Parameter bias: [batch, 1, 1 or length, length]
    func attended(_ x: Tensor, bias: Tensor) throws(TorchError) -> Tensor {
      let (batch, length, width) = (x.shape[0], x.shape[1], x.shape[2])
      func parts(_ layer: Linear) throws(TorchError) -> Tensor {
        try layer(x).reshaped([batch, length, heads, width / heads]).transposed(1, 2)
      }
      let queries = try parts(query)
      let mixed = try attention(
        queries, parts(key), parts(value), bias: bias.to(dtype: queries.dtype), dropout: dropout.share)
      let attended = try joined(mixed.transposed(1, 2).reshaped([batch, length, width]))
      return try attentionNorm(x + dropout(attended))
    }

    func fedForward(_ y: Tensor) throws(TorchError) -> Tensor {
      let output = try narrowed(gelu(widened(y)))
      return try outputNorm(y + dropout(output))
    }
  }
}

extension BERT.Configuration: BackboneSettings {
  package static var family: String { "bert" }
  package static var options: [RunOption] {
    [
      NetworkOptions.width.option, NetworkOptions.layers.option, TextNetworkOptions.heads.option,
      TextNetworkOptions.pooling.option, TextNetworkOptions.dropout.option,
    ]
  }
  package static var models: [BackboneModel] {
    [
      BackboneModel(
        "bert",
        source: "Devlin et al. 2019, arXiv:1810.04805; in Hugging Face's form, whose weights it takes: for texts",
        published: BackboneConfiguration(Self(entries: 30_522, width: 768, layers: 12, positions: 512)))
    ]
  }

  package init(for request: BackboneProposal) throws(Refusal) {
    guard request.sample.count == 1, request.sample[0].count == 1, let entries = request[TextNetworkOptions.entries]
    else { throw Refusal("backbone", request.name.rawValue, "has no meaning for \(request.kind)", .leaveOut) }
    let width = request[NetworkOptions.width] ?? 192
    self.init(
      entries: entries, width: width, layers: request[NetworkOptions.layers] ?? 2,
      heads: request[TextNetworkOptions.heads], hiddenWidth: request[TextNetworkOptions.hiddenWidth],
      positions: max(request[TextNetworkOptions.positions] ?? 0, request.sample[0][0]),
      pooling: request[TextNetworkOptions.pooling] ?? .mean, dropout: request[TextNetworkOptions.dropout] ?? 0.1)
    if request[TextNetworkOptions.normalises] == 1 { normalises = true }
    try checkHeads()
  }

  package mutating func change(as request: BackboneProposal) throws(Refusal) {
    if let width = request.chosen[NetworkOptions.width], width != self.width {
      self.width = width
      heads = max(1, width / 64)
      hiddenWidth = 4 * width
    }
    if let layers = request.chosen[NetworkOptions.layers] { self.layers = layers }
    if let heads = request.chosen[TextNetworkOptions.heads] { self.heads = heads }
    if let pooling = request.chosen[TextNetworkOptions.pooling] { self.pooling = pooling }
    if let dropout = request.chosen[TextNetworkOptions.dropout] { self.dropout = dropout }
    if let longest = request.sample.first?.first { positions = max(positions, longest) }
    try checkHeads()
  }

  private func checkHeads() throws(Refusal) {
    guard width.isMultiple(of: heads) else {
      throw Refusal(
        "width", width, "is not a multiple of the \(heads) attention heads",
        .change("choose a multiple, or other heads", settings: ["width", "heads"]))
    }
  }

  package func build() throws(TorchError) -> any Backbone { try BERT(self) }

  package func validate(sample: [[Int]]) throws(SettingError) {
    guard sample.count == 1, sample[0].count == 1, sample[0][0] <= positions else {
      throw SettingError("positions", positions, expected: "at least as many as a text may have tokens, \(sample)")
    }
  }

  package var featureCount: Int { width }
  package var model: BackboneName { "bert" }
  package var title: String { "bert (\(layers) × \(width))" }
  package var details: String {
    "bert of \(layers) layers, width \(width), \(heads) heads, pooling \(pooling.rawValue), \(entries) tokens"
  }

  package func validate() throws(SettingError) {
    try check(entries, in: 2...1_000_000, "entries")
    try check(width, in: 1...8192, "width")
    try check(layers, in: 1...64, "layers")
    try check(heads, in: 1...256, "heads")
    guard width.isMultiple(of: heads) else {
      throw SettingError("heads", heads, expected: "a divisor of the width, \(width)")
    }
    try check(hiddenWidth, in: 1...65_536, "hiddenWidth")
    try check(positions, in: 2...65_536, "positions")
    try checkPart(dropout, "dropout")
    try checkEntries(entries, width, "entries")
    try checkEntries(positions, width, "positions")
    try checkWeights(ofLayers: [layers * width, 4 * width + 2 * hiddenWidth], "width")
  }
}
