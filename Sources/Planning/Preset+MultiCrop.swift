import Layers
import Methods
import Training

extension Preset {
  /// What LARC of the official code does otherwise than the LARS of this library.
  private static let larcDepartures = [
    "trust ratio by ‖∇ + λp‖ (code: ‖∇‖ + λ‖p‖)", "warm-up from 0 (code: from 0.3)",
  ]

  static let swav = Preset(
    .swav, source: "Caron et al. 2020 (SwAV) on ImageNet with batches of 4096, and facebookresearch/swav",
    input: .images(views: .swav, imageSize: 224),
    method: { _ in SwAV.Configuration(projector: .swav) },
    optimizer: OptimizerConfiguration(
      .lars, baseLearningRate: 0.3, weightDecay: 1e-6, excludesBiasAndNorm: false),
    batchSize: 4096, epochs: 800, warmUpEpochs: 10, finalRateShare: 1e-3, departures: larcDepartures)

  static let swav256 = Preset(
    .swav256, source: "Caron et al. 2020 (SwAV) on ImageNet with batches of 256 and a queue, and facebookresearch/swav",
    input: .images(views: .swav, imageSize: 224),
    method: { _ in SwAV.Configuration(projector: .swav, queueLength: 3840, queueStartEpoch: 15) },
    optimizer: OptimizerConfiguration(
      .lars, baseLearningRate: 0.6, weightDecay: 1e-6, excludesBiasAndNorm: false),
    batchSize: 256, epochs: 200, warmUpEpochs: 0, finalRateShare: 1e-3, departures: [larcDepartures[0]])

  static let swavSmall = Preset(
    .swavSmall,
    source: "swav, scaled down for a few thousand pictures in minutes of training; see docs/benchmarks.md",
    isSmall: true,
    input: .images(views: .small, imageSize: 64),
    method: {
      // Narrow, and normalised: in many dimensions there is a direction in which no prototype stands out, and a short
      // training finds it.
      let projector = Projector.Configuration(widths: [$0.features, 16], normalization: .all, lastAffine: .none)
      return SwAV.Configuration(temperature: 0.2, projector: projector, prototypes: 100)
    },
    width: 32, optimizer: .small(), batchSize: 256,
    epochs: 50, warmUpEpochs: 10, warmUpShare: 0.05)

  static let dino = Preset(
    .dino, source: "Caron et al. 2021 (DINO) on ImageNet with ViT-S/16, and facebookresearch/dino",
    input: .images(views: .dino, imageSize: 224),
    method: { _ in DINO.Configuration() },
    backbone: .viTSmall, dropPath: 0.1,
    optimizer: OptimizerConfiguration(
      .adamW, baseLearningRate: 5e-4, weightDecay: 0.04, finalWeightDecay: 0.4,
      clipping: GradientClipping(.eachParameter, norm: 3)),
    batchSize: 512, epochs: 100, warmUpEpochs: 10, finalRateShare: 1e-3)

  static let dinoSmall = Preset(
    .dinoSmall,
    source: "dino, scaled down for a few thousand pictures in minutes of training; see docs/benchmarks.md",
    isSmall: true,
    input: .images(views: .small, imageSize: 64),
    method: { _ in
      DINO.Configuration(
        momentum: .cosine(from: 0.99, to: 1),
        head: PrototypeHead.Configuration(
          hidden: [512, 512], bottleneck: 128, prototypes: 256, normalizesHidden: true),
        frozenEpochs: 0)
    },
    backbone: .resNet18, width: 32,
    optimizer: OptimizerConfiguration(
      .adamW, baseLearningRate: 2e-3, weightDecay: 0.04, finalWeightDecay: 0.4,
      clipping: GradientClipping(.eachParameter, norm: 3)),
    batchSize: 128, epochs: 50, warmUpEpochs: 10, warmUpShare: 0.1)
}

extension Projector.Configuration {
  /// SwAV as published: 2048 hidden, 128 outputs, biases, normalisation of the hidden layer.
  static let swav = Projector.Configuration(widths: [2048, 128], normalization: .hidden, hasBias: true)
}
