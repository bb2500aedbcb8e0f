import Backbones
import Layers
import Learning
import Optimizers
import Samples
import Settings
import Torch

/// Masked language modelling (Devlin et al. 2019; google-research/bert).
///
/// Some tokens of each text are chosen by chance, anew at every step: of these, eight in ten become the mask, one in ten
/// another token, and one in ten stays. The network predicts what they were from all other tokens. Instead of single tokens,
/// whole words can be chosen, as the authors' later code does (`--do_whole_word_mask`).
package final class MaskedTokens: Method {
  /// What is chosen together.
  package enum Unit: String, Codable, Sendable, CaseIterable, OptionConvertible { case token, word }

  package struct Configuration: MethodSettings {
    /// The share of a text's tokens that are chosen, above 0 and below 1; at least one is.
    package var maskShare: Double
    /// The share of these that become the mask, and that become another token.
    package var hiddenShare: Double
    package var replacedShare: Double
    /// The id of the mask, and those of beginning and end, which are never chosen.
    package var mask: Int
    package var first: Int
    package var last: Int
    /// Nil for tokens.
    package var unit: Unit?

    package init(
      maskShare: Double = 0.15, hiddenShare: Double = 0.8, replacedShare: Double = 0.1, mask: Int, first: Int,
      last: Int
    ) {
      self.maskShare = maskShare
      self.hiddenShare = hiddenShare
      self.replacedShare = replacedShare
      self.mask = mask
      self.first = first
      self.last = last
    }

    package static var name: MethodName { .maskedTokens }
    package static var family: MethodFamily { .prediction }
    package static var summary: String { "for texts: some tokens are hidden and predicted from the others" }
    package static var paper: String { "Devlin et al. 2019, arXiv:1810.04805" }
    package static var backboneFamily: String? { BERT.Configuration.family }
    package static let maskShareKey = OptionKey<Double>(
      "mask-share", in: 0.01...0.9,
      help: "Mask ratio: share of a text's tokens that are masked and predicted. Default: the preset's.")
    package static let unitKey = OptionKey<Unit>(
      "mask-unit",
      help:
        "What is hidden together: single tokens, or all tokens of a word, which is harder to guess. Default: token, as in the paper; its authors later had better results with words."
    )
    package static var ownOptions: [RunOption] { [maskShareKey.option, unitKey.option] }
    package var viewPlan: ViewPlan { unit == .word ? .tokensAndWords : .single }

    package mutating func apply(_ options: OptionValues) throws(Refusal) {
      if let share = options[Self.maskShareKey] { maskShare = share }
      if let unit = options[Self.unitKey] { self.unit = unit == .token ? nil : unit }
    }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try MaskedTokens(self, on: backbone.bert(for: .maskedTokens))
    }
  }

  private let network: BERT
  private let head: TokenHead
  private let configuration: Configuration
  private let objective = TokenPrediction()

  package init(_ configuration: Configuration, on backbone: BERT.Configuration) throws(TorchError) {
    try configuration.validate(for: "masked-tokens")
    self.configuration = configuration
    network = try BERT(backbone)
    head = try TokenHead(width: backbone.width, entries: backbone.entries)
  }

  package var backbone: any Backbone { network }
  package var comparesEmbeddings: Bool { false }
  package var children: [(name: String, module: any Module)] {
    [("backbone", network), ("cls.predictions", head)]
  }

  private var world = World.alone

  package func join(_ world: World) {
    self.world = world
    joinChildren(world)
  }

  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let ids = views[0].tensor
    let shape = ids.shape
    func drawn() throws(TorchError) -> Tensor {
      try world.drawn(shape[0]) { count throws(TorchError) in try .rand([count, shape[1]], on: ids.device) }
    }
    return try forward(
      ids, words: configuration.unit == .word ? views[1].tensor : nil, order: drawn(), fates: drawn(), others: drawn())
  }

  /// - Parameters:
  ///   - words: [batch, length], 1 where a word begins; nil if tokens are chosen one by one.
  ///   - order: [batch, length], from 0 to below 1: the tokens with the highest numbers are chosen.
  ///   - fates: [batch, length], likewise: what becomes of the first, second, … of those chosen.
  ///   - others: [batch, length], likewise: the token that stands in place of one, as a part of the vocabulary.
  func forward(
    _ ids: Tensor, words: Tensor? = nil, order: Tensor, fates: Tensor, others: Tensor
  ) throws(TorchError) -> MethodOutput {
    let (places, weights) =
      if let words { try chosenWords(ids, words, order: order) } else { try chosenTokens(ids, order: order) }
    let most = places.shape[1]
    let chosen = try ids.gathered(1, places)
    let fate = try fates.narrowed(1, 0..<most)
    let entries = Double(network.configuration.entries)
    let other = try (others.narrowed(1, 0..<most) * entries).floor().clamped(atMost: entries - 1).to(dtype: .int64)
    let masks = try Tensor.full(chosen.shape, Double(configuration.mask), .int64, on: ids.device)
    let isHidden = try isBelow(fate, configuration.hiddenShare) * weights
    let isKept = try isAtLeast(fate, configuration.hiddenShare + configuration.replacedShare)
    let replaced = try select(isHidden, masks, select((isKept * -1 + 1) * weights, other, chosen))
    let hidden = try network.tokens(scattered(ids, 1, places, replaced))

    let width = network.featureCount
    let index = try places.unsqueezed(2).expanded([places.shape[0], most, width])
    let predictions = try head(hidden.gathered(1, index), network.wordTable)
    let features = try pooled(hidden, tokenMask(ids), by: network.configuration.pooling)
    return MethodOutput(
      features: [features], embeddings: [features], predictions: [predictions], targets: [chosen, weights])
  }

  /// - Returns: the places of those chosen, [batch, most] int64, and 1 for each that counts, else 0.
  private func chosenTokens(_ ids: Tensor, order: Tensor) throws(TorchError) -> (places: Tensor, weights: Tensor) {
    let length = ids.shape[1]
    let isToken = try tokenMask(ids) * differs(ids, from: configuration.first) * differs(ids, from: configuration.last)
    let most = min(length, max(1, Int((configuration.maskShare * Double(length)).rounded())))
    let (scores, places) = try (order + isToken).topK(most)
    let wanted = try (isToken.sum([1], keep: true) * configuration.maskShare + 0.5).floor().clamped(atLeast: 1)
    let ranks = try Tensor.arange(most, .float32, on: ids.device).unsqueezed(0)
    return (places, try isBelow(ranks, wanted) * isAtLeast(scores, 1))
  }

  /// The same for whole words: those whose first tokens have the highest numbers, without those that would be too much.
  private func chosenWords(
    _ ids: Tensor, _ words: Tensor, order: Tensor
  ) throws(TorchError) -> (places: Tensor, weights: Tensor) {
    let (count, length) = (ids.shape[0], ids.shape[1])
    let (tokens, starts, scores): ([Int64], [Int64], [Float]) = try (ids.values(), words.values(), order.values())
    let chosen = (0..<count).map { row in
      WholeWords.chosen(
        Array(tokens[row * length..<(row + 1) * length]), startsWord: Array(starts[row * length..<(row + 1) * length]),
        scores: Array(scores[row * length..<(row + 1) * length]), share: configuration.maskShare,
        except: [Int64(TokenSymbols.padding), Int64(configuration.first), Int64(configuration.last)])
    }
    let most = max(1, chosen.map(\.count).max() ?? 1)
    let places = chosen.flatMap { $0.map(Int64.init) + [Int64](repeating: 0, count: most - $0.count) }
    let weights = chosen.flatMap {
      [Float](repeating: 1, count: $0.count) + [Float](repeating: 0, count: most - $0.count)
    }
    return (
      try Tensor(places).reshaped([count, most]).to(device: ids.device),
      try Tensor(weights).reshaped([count, most]).to(device: ids.device)
    )
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try objective(output.predictions[0], tokens: output.targets[0], weights: output.targets[1])
  }
}

/// Chooses whole words of a text as BERT's code does.
enum WholeWords {
  /// - Parameters:
  ///   - startsWord: 1 for tokens that begin a word.
  ///   - scores: words are taken in the order of those of their first tokens, the highest first.
  ///   - share: the part of the tokens to choose; words that would make it more are passed over.
  ///   - symbols: what is no token of the text.
  /// - Returns: the places of the tokens of chosen words, one word after the other.
  static func chosen(
    _ tokens: [Int64], startsWord: [Int64], scores: [Float], share: Double, except symbols: Set<Int64>
  ) -> [Int] {
    var words: [[Int]] = []
    var isWithin = false
    var total = 0
    for (place, token) in tokens.enumerated() {
      guard !symbols.contains(token) else {
        isWithin = false
        continue
      }
      total += 1
      if isWithin, startsWord[place] == 0 {
        words[words.count - 1].append(place)
      } else {
        words.append([place])
      }
      isWithin = true
    }
    let most = max(1, wholeNumber((share * Double(total)).rounded(), in: 0...max(1, total)))
    var chosen: [Int] = []
    for word in words.sorted(by: { scores[$0[0]] > scores[$1[0]] }) where chosen.count + word.count <= most {
      chosen += word
    }
    return chosen
  }
}

private enum Operators {
  static let below = Operator("lt", "Tensor")
  static let belowScalar = Operator("lt", "Scalar")
  static let atLeast = Operator("ge", "Scalar")
  static let differs = Operator("ne", "Scalar")
  static let select = Operator("where", "self")
  static let scatter = Operator("scatter", "src")
}

// Masks of 0 and 1 in float32.

private func isBelow(_ x: Tensor, _ y: Tensor) throws(TorchError) -> Tensor {
  try Operators.below(.tensor(x), .tensor(y)).to(dtype: .float32)
}

private func isBelow(_ x: Tensor, _ y: Double) throws(TorchError) -> Tensor {
  try Operators.belowScalar(.tensor(x), .real(y)).to(dtype: .float32)
}

private func isAtLeast(_ x: Tensor, _ y: Double) throws(TorchError) -> Tensor {
  try Operators.atLeast(.tensor(x), .real(y)).to(dtype: .float32)
}

private func differs(_ x: Tensor, from y: Int) throws(TorchError) -> Tensor {
  try Operators.differs(.tensor(x), .integer(y)).to(dtype: .float32)
}

private func select(_ mask: Tensor, _ x: Tensor, _ y: Tensor) throws(TorchError) -> Tensor {
  try Operators.select(.tensor(mask.to(dtype: .bool)), .tensor(x), .tensor(y))
}

private func scattered(
  _ x: Tensor, _ dimension: Int, _ places: Tensor, _ values: Tensor
) throws(TorchError) -> Tensor {
  try Operators.scatter(.tensor(x), .integer(dimension), .tensor(places), .tensor(values))
}

extension BackboneConfiguration {
  /// The transformer that a method needs because it looks at tokens.
  ///
  /// - Throws: `TorchError` if it is another network.
  func bert(for method: MethodName) throws(TorchError) -> BERT.Configuration {
    guard let configuration = settings as? BERT.Configuration else {
      throw TorchError(call: method.rawValue, message: "looks at tokens and needs a bert, not \(title)")
    }
    return configuration
  }
}

extension MethodRequest {
  /// Masked tokens, for texts; settings that are nil are the preset's.
  ///
  /// - Parameters:
  ///   - maskShare: the part of a text's tokens that are hidden, from 0.01 to 0.9.
  ///   - hidesWords: whether all tokens of a word are hidden together.
  public static func maskedTokens(maskShare: Double? = nil, hidesWords: Bool? = nil) -> MethodRequest {
    var options = OptionValues()
    options[MaskedTokens.Configuration.maskShareKey] = maskShare
    options[MaskedTokens.Configuration.unitKey] = hidesWords.map { $0 ? .word : .token }
    return MethodRequest(.maskedTokens, options)
  }
}

extension MethodName {
  public static let maskedTokens: MethodName = "masked-tokens"
}

extension MaskedTokens.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "bert", source: "Devlin et al. 2019 (BERT-base), and google-research/bert",
        input: .texts(maxTokens: 128).on("bert", ["width": 768, "layers": 12]),
        method: { MaskedTokens.Configuration(mask: $0["mask"], first: $0["first"], last: $0["last"]) },
        optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 1e-4, weightDecay: 0.01), batchSize: 256,
        epochs: 40, warmUpEpochs: 0.4, departures: ["no next sentence", "a cosine (code: linear)"]),
      Preset(
        "masked-tokens-small",
        source:
          "masked tokens, scaled down for thousands of texts in minutes of training; not tuned by measurements yet",
        isSmall: true, input: .texts(maxTokens: 48).on("bert", ["width": 192, "layers": 2]),
        method: {
          MaskedTokens.Configuration(maskShare: 0.3, mask: $0["mask"], first: $0["first"], last: $0["last"])
        },
        optimizer: OptimizerConfiguration(
          .adamW, baseLearningRate: 2e-3, batchScaling: .squareRoot, weightDecay: 0.01), batchSize: 64, epochs: 20,
        warmUpEpochs: 1, warmUpShare: 0.1),
    ]
  }

  package func validate() throws(SettingError) {
    guard maskShare > 0, maskShare < 1 else {
      throw SettingError("maskShare", maskShare, expected: "above 0 and below 1")
    }
    try check(hiddenShare, in: 0...1, "hiddenShare")
    try check(replacedShare, in: 0...1, "replacedShare")
    guard hiddenShare + replacedShare <= 1 + 1e-9 else {
      throw SettingError("replacedShare", replacedShare, expected: "at most 1 together with hiddenShare")
    }
    for (value, name) in [(mask, "mask"), (first, "first"), (last, "last")] {
      try check(value, in: 1...1_000_000, name)
    }
  }
}
