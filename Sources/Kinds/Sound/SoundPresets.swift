import Backbones
import Layers
import Learning
import Methods
import Optimizers
import Settings

extension Preset.Input {
  /// Views of clips.
  static func sound(
    _ recipe: SoundRecipe, viewSeconds: Double = 0.95, energy: MelFrontEnd.Energy = .power, isLevelled: Bool = false
  ) -> Preset.Input {
    var options = OptionValues()
    options[Sounds.viewSeconds] = viewSeconds
    options[Sounds.energy] = energy
    options[Sounds.isLevelled] = isLevelled ? 1 : 0
    options[Sounds.places] = recipe.places
    options[Sounds.gain] = recipe.gain
    options[Sounds.noise] = recipe.noise
    options[Sounds.spareFirst] = recipe.spareFirst ? 1 : 0
    options[Sounds.mixed] = recipe.mixing
    options[Sounds.resizing] = recipe.resizing
    options[Sounds.fader] = recipe.fader
    options[Sounds.hiddenTime] = recipe.hiddenTime
    options[Sounds.hiddenBands] = recipe.hiddenBands
    return Preset.Input(kind: SoundConfiguration.kind, options, backbone: "byol-a-cnn")
  }
}

/// Presets for sound.
enum SoundPresets {
  static let usual: Preset.Name = "simclr-sound"

  private static let byolA = SoundRecipe(places: .same, mixing: 0.2, resizing: 1, fader: 1)
  private static let small = SoundRecipe(
    places: .apart, mixing: 0.2, resizing: 1, fader: 1, hiddenTime: 0.1, hiddenBands: 0.1)

  private static let template = Preset(
    "sound", source: "BYOL-A's views at two places of a clip, in minutes of training; see docs/guides/sound.md",
    isSmall: true, input: .sound(small),
    method: { SimCLR.Configuration(temperature: 0.2, projector: .simclr(features: $0.features)) },
    optimizer: .small(baseLearningRate: 1e-3), batchSize: 64, epochs: 30, warmUpEpochs: 1, warmUpShare: 0.05,
    leastStepsPerEpoch: 4)

  static var all: [Preset] {
    PairPresets(temperature: 0.2).all("sound", like: template) + [
      Preset(
        "byol-a", source: "Niizumi et al. 2023 (BYOL-A v2) on AudioSet",
        input: .sound(byolA), method: { _ in BYOLA.Configuration() },
        optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 1e-4, weightDecay: 0), batchSize: 256, epochs: 100,
        warmUpEpochs: 0, finalRateShare: 1,
        departures: [
          "clips that are mixed in are drawn from all (paper: from the last 2,048)"
        ]),
      Preset(
        "byol-a-small", source: "byol-a, scaled down for a few hundred clips in minutes of training", isSmall: true,
        input: .sound(byolA),
        method: { _ in
          BYOLA.Configuration(projector: .small2, predictor: .smallPredictor, momentum: .cosine(from: 0.97, to: 1))
        },
        optimizer: .small(baseLearningRate: 1e-3), batchSize: 64, epochs: 30, warmUpEpochs: 1, warmUpShare: 0.05,
        leastStepsPerEpoch: 4),
      Preset(
        "cola", source: "Saeed et al. 2021 (COLA), and google-research (cola)", isSmall: true,
        input: .sound(
          // 0.001 beside a second of length 1.
          SoundRecipe(places: .apart, noise: 0.1265, spareFirst: true), energy: .magnitude, isLevelled: true),
        method: { _ in COLA.Configuration() },
        // 1e-3 for the batch of 64.
        optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 4e-3, weightDecay: 0), batchSize: 64, epochs: 100,
        warmUpEpochs: 0, finalRateShare: 1, leastStepsPerEpoch: 4,
        departures: [
          "the network of BYOL-A (paper: EfficientNet-B0)", "views of 0.95 s (paper: 1 s)",
          "frames of 64 ms (paper: 25 ms)",
        ]),
      Preset(
        "mae-sound",
        source: "mae-small on spectrograms that are squares; more is hidden, as in AudioMAE (Huang et al. 2022)",
        isSmall: true,
        input: .sound(SoundRecipe(), viewSeconds: 0.63).on("vit-tiny", ["layers": 6, "pooling": "patches"]),
        method: { _ in MAE.Configuration(maskRatio: 0.8, decoderWidth: 96, decoderDepth: 2, decoderHeads: 3) },
        optimizer: OptimizerConfiguration(
          .adamW, baseLearningRate: 3e-3, batchScaling: .squareRoot, weightDecay: 0.05, beta2: 0.95),
        batchSize: 64, epochs: 100, warmUpEpochs: 10, warmUpShare: 0.1, leastStepsPerEpoch: 4),
    ]
  }
}
