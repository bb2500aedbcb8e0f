import Backbones
import Layers
import Learning
import Optimizers
import Samples
import Settings
import Torch

/// A denoising auto-encoder of sentences (Wang et al. 2021; sentence-transformers).
///
/// Most words of a text are left out. The network makes one vector of what is left, and a decoder, which sees nothing but
/// this vector and the tokens before, writes the whole text, token by token. The decoder's layers are the network's own.
package final class TSDAE: Method {
  package struct Configuration: MethodSettings {
    package init() {}

    package static var name: MethodName { .tsdae }
    package static var family: MethodFamily { .prediction }
    package static var summary: String {
      "for texts: a text of which most words are left out becomes one vector, from which the whole text is restored"
    }
    package static var paper: String { "Wang et al. 2021, arXiv:2104.06979" }
    package static var backboneFamily: String? { BERT.Configuration.family }
    package var viewPlan: ViewPlan { .cleanAndCorrupted }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try TSDAE(self, on: backbone.bert(for: .tsdae))
    }
    package func validate() throws(SettingError) {}
  }

  private let network: BERT
  private let contexts: [Context]
  private let head: TokenHead
  private let objective = TokenPrediction()

  package init(_ configuration: Configuration, on backbone: BERT.Configuration) throws(TorchError) {
    network = try BERT(backbone)
    contexts = try (0..<backbone.layers).map { _ throws(TorchError) in try Context(backbone) }
    head = try TokenHead(width: backbone.width, entries: backbone.entries)
  }

  package var backbone: any Backbone { network }
  package var comparesEmbeddings: Bool { false }
  package var children: [(name: String, module: any Module)] {
    [("backbone", network)] + contexts.enumerated().map { ("decoder.layer.\($0.offset).crossattention", $0.element) }
      + [("cls.predictions", head)]
  }

  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let features = try network(views[1])
    let clean = views[0].tensor
    let length = clean.shape[1]
    let context = try features.unsqueezed(1)
    let decoded = try network.decoded(clean.narrowed(1, 0..<length - 1)) { layer, x throws(TorchError) in
      try contexts[layer](x, context)
    }
    let next = try clean.narrowed(1, 1..<length).contiguous()
    return MethodOutput(
      features: [features], embeddings: [features], predictions: [try head(decoded, network.wordTable)],
      targets: [next, try tokenMask(next)])
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try objective(output.predictions[0], tokens: output.targets[0], weights: output.targets[1])
  }

  /// What a layer of the decoder takes from the vector. Attention to a single vector always gives it all its weight, so that
  /// queries and keys have no effect and are left out.
  private final class Context: Module {
    private let value: Linear
    private let joined: Linear
    private let norm: LayerNorm
    private let dropout: Dropout

    init(_ configuration: BERT.Configuration) throws(TorchError) {
      let width = configuration.width
      value = try Linear(width, width, deviation: BERT.Configuration.deviation)
      joined = try Linear(width, width, deviation: BERT.Configuration.deviation)
      norm = try LayerNorm(width, epsilon: BERT.Configuration.epsilon)
      dropout = Dropout(configuration.dropout)
    }

    var children: [(name: String, module: any Module)] {
      [("self.value", value), ("output.dense", joined), ("output.LayerNorm", norm), ("dropout", dropout)]
    }

    func callAsFunction(_ x: Tensor, _ context: Tensor) throws(TorchError) -> Tensor {
      try norm(x + dropout(joined(value(context)).expanded(x.shape)))
    }
  }
}

extension MethodRequest {
  /// TSDAE, for texts.
  public static func tsdae() -> MethodRequest { MethodRequest(.tsdae) }
}

extension MethodName {
  public static let tsdae: MethodName = "tsdae"
}

extension TSDAE.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "tsdae", source: "Wang et al. 2021 (BERT-base), and sentence-transformers",
        input: .texts(maxTokens: 128, corruption: 0.6).on(
          "bert", ["width": 768, "layers": 12, "text-pooling": "first"]),
        method: { _ in TSDAE.Configuration() },
        optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 9.6e-4, weightDecay: 0), batchSize: 8, epochs: 1,
        warmUpEpochs: 0, finalRateShare: 1, leastStepsPerEpoch: 1,
        departures: ["begins with BERT's weights only where they are given"]),
      Preset(
        "tsdae-small",
        source: "tsdae, scaled down for thousands of texts in minutes of training; not tuned by measurements yet",
        isSmall: true,
        input: .texts(maxTokens: 48, corruption: 0.6).on("bert", ["width": 192, "layers": 2]),
        method: { _ in TSDAE.Configuration() },
        optimizer: OptimizerConfiguration(
          .adamW, baseLearningRate: 2e-3, batchScaling: .squareRoot, weightDecay: 0.01), batchSize: 64, epochs: 10,
        warmUpEpochs: 1, warmUpShare: 0.1),
    ]
  }
}
