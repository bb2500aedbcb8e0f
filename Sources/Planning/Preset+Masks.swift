import Methods
import Training

extension Preset {
  static let mae = Preset(
    .mae, source: "He et al. 2022 (MAE) on ImageNet with ViT-B/16, and facebookresearch/mae",
    input: .images(views: .mae, imageSize: 224),
    method: { _ in MAE.Configuration() },
    backbone: .viTBase,
    optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 1.5e-4, weightDecay: 0.05, beta2: 0.95),
    batchSize: 4096, epochs: 800, warmUpEpochs: 40)

  static let maeSmall = Preset(
    .maeSmall,
    source: "mae, scaled down for a few thousand pictures in minutes of training; see docs/benchmarks.md",
    isSmall: true,
    input: .images(views: .mae, imageSize: 64),
    method: { _ in MAE.Configuration(decoderWidth: 96, decoderDepth: 2, decoderHeads: 3) },
    backbone: .viTTiny, depth: 6, pooling: .patches,
    optimizer: OptimizerConfiguration(
      .adamW, baseLearningRate: 3e-3, batchScaling: .squareRoot, weightDecay: 0.05, beta2: 0.95),
    batchSize: 128, epochs: 100, warmUpEpochs: 10, warmUpShare: 0.1)

  static let ijepa = Preset(
    .ijepa, source: "Assran et al. 2023 (I-JEPA) on ImageNet with ViT-H/14, and facebookresearch/ijepa",
    input: .images(views: .ijepa, imageSize: 224),
    method: { _ in IJEPA.Configuration() },
    backbone: .viTBase,
    optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 1.25e-4, weightDecay: 0.04, finalWeightDecay: 0.4),
    batchSize: 2048, epochs: 300, warmUpEpochs: 40, finalRateShare: 1e-3,
    departures: [
      "ViT-B/16 (paper: ViT-H/14)", "warm-up from 0 (code: from 0.0002)",
      "scale and ratio of a block are drawn apart (code: by one number)",
      "contexts are cut to one size by chance (code: from the bottom)",
    ])

  static let ijepaSmall = Preset(
    .ijepaSmall,
    source: "i-jepa, scaled down for a few thousand pictures in minutes of training; see docs/benchmarks.md",
    isSmall: true,
    input: .images(views: .ijepa, imageSize: 64),
    method: { _ in
      IJEPA.Configuration(predictorWidth: 96, predictorDepth: 2, momentum: .linear(from: 0.99, to: 1))
    },
    backbone: .viTTiny, depth: 6,
    optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 2e-3, weightDecay: 0.04, finalWeightDecay: 0.4),
    batchSize: 128, epochs: 100, warmUpEpochs: 10, warmUpShare: 0.1)
}
