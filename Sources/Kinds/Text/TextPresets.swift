import Layers
import Learning
import Methods
import Optimizers
import Settings

extension Preset.Input {
  /// - Parameter corruption: the part of the words that is left out, for methods that restore a text.
  static func texts(maxTokens: Int, corruption: Double? = nil) -> Preset.Input {
    var options: OptionValues = ["max-tokens": .integer(maxTokens)]
    options[Texts.corruption] = corruption
    return Preset.Input(kind: TextConfiguration.kind, options)
  }

  /// - Parameters:
  ///   - crops: the part of a text that a view shows.
  ///   - wordDropout: the part of its words that is left out.
  static func textCrops(_ crops: ClosedRange<Double>, wordDropout: Double, maxTokens: Int) -> Preset.Input {
    var input = texts(maxTokens: maxTokens)
    input.options[Texts.leastCrop] = crops.lowerBound
    input.options[Texts.mostCrop] = crops.upperBound
    input.options[Texts.wordDropout] = wordDropout
    return input
  }
}

/// Presets for methods with pairs of views, on texts. Both views are crops of a text with some words left out
/// (Contriever, Izacard et al. 2022).
enum TextPresets {
  static let usual: Preset.Name = "text-small"

  /// A bag has no order to learn, so that many tokens cost it little: most are whole words, and texts are seen to their end.
  private static var bag: Preset.Input {
    var input = Preset.Input.textCrops(0.1...0.5, wordDropout: 0.1, maxTokens: 512).on("text-bag", ["width": 256])
    input.options[Texts.vocabulary] = 30_000
    return input
  }

  private static var template: Preset {
    Preset(
      "text", source: "crops of texts for a bag of embeddings, in minutes of training; not tuned by measurements yet",
      isSmall: true, input: bag, method: { _ in SimCLR.Configuration(temperature: 0.05, projector: .identity) },
      batchSize: 512, epochs: 30, warmUpEpochs: 1, warmUpShare: 0.05,
      departures: ["the method was published for pictures"])
  }

  static var all: [Preset] {
    [
      // A moderate rate, because a bag begins with vectors that mean something already: four times as much helps topics of
      // long messages further, and harms short descriptions.
      Preset(
        usual,
        source: "crops as Contriever's for a bag of embeddings, in minutes of training; see docs/benchmarks.md",
        isSmall: true,
        input: bag, method: { _ in SimCLR.Configuration(temperature: 0.05, projector: .identity) },
        optimizer: .small(baseLearningRate: 1.4e-3), batchSize: 512, epochs: 30, warmUpEpochs: 1, warmUpShare: 0.05),
      Preset(
        "contriever", source: "Izacard et al. 2022 (Contriever, arXiv:2112.09118), and facebookresearch/contriever",
        input: .textCrops(0.05...0.5, wordDropout: 0.1, maxTokens: 256).on("bert", ["width": 768, "layers": 12]),
        method: { _ in
          MoCoV2.Configuration(
            temperature: 0.05, projector: .identity, queueLength: 131_072, momentum: .constant(0.9995), keyGroups: 1)
        },
        optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 6.25e-6, weightDecay: 0.01), batchSize: 2048,
        epochs: 30, warmUpEpochs: 1, departures: ["a cosine (code: linear)"]),
    ] + others
  }

  /// Those of the other methods: SimCLR's is the usual one.
  private static var others: [Preset] {
    PairPresets(temperature: 0.05, predictedTemperature: 0.2, queueLength: 4096, isProjected: false)
      .all("text", like: template).filter { $0.method != .simclr }
  }
}
