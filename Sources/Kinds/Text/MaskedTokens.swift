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
/// another token, and one in ten stays. The network predicts what they were from all other tokens.
package final class MaskedTokens: Method {
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
      help: "Part of a text's tokens that are hidden and predicted. Default: the preset's.")
    package static var ownOptions: [RunOption] { [maskShareKey.option] }
    package var viewPlan: ViewPlan { .single }

    package mutating func apply(_ options: OptionValues) throws(Refusal) {
      if let share = options[Self.maskShareKey] { maskShare = share }
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

  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let ids = views[0].tensor
    let shape = ids.shape
    return try forward(
      ids, order: .rand(shape, on: ids.device), fates: .rand(shape, on: ids.device),
      others: .rand(shape, on: ids.device))
  }

  /// - Parameters:
  ///   - order: [batch, length], from 0 to below 1: the tokens with the highest numbers are chosen.
  ///   - fates: [batch, length], likewise: what becomes of the first, second, … of those chosen.
  ///   - others: [batch, length], likewise: the token that stands in place of one, as a part of the vocabulary.
  func forward(
    _ ids: Tensor, order: Tensor, fates: Tensor, others: Tensor
  ) throws(TorchError) -> MethodOutput {
    let length = ids.shape[1]
    let isToken = try tokenMask(ids) * differs(ids, from: configuration.first) * differs(ids, from: configuration.last)
    let most = min(length, max(1, Int((configuration.maskShare * Double(length)).rounded())))
    let (scores, places) = try (order + isToken).topK(most)
    let wanted = try (isToken.sum([1], keep: true) * configuration.maskShare + 0.5).floor().clamped(atLeast: 1)
    let ranks = try Tensor.arange(most, .float32, on: ids.device).unsqueezed(0)
    let weights = try isBelow(ranks, wanted) * isAtLeast(scores, 1)

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

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try objective(output.predictions[0], tokens: output.targets[0], weights: output.targets[1])
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
  /// - Parameter maskShare: the part of a text's tokens that are hidden, from 0.01 to 0.9.
  public static func maskedTokens(maskShare: Double? = nil) -> MethodRequest {
    var options = OptionValues()
    options[MaskedTokens.Configuration.maskShareKey] = maskShare
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
