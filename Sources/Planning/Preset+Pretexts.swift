import Methods
import Training

// Methods that learn from what was done to one picture.
extension Preset {
  static let rotationCIFAR = Preset(
    .rotationCIFAR, source: "Gidaris et al. 2018 on CIFAR-10, and gidariss/FeatureLearningRotNet",
    input: .images(views: .upright, imageSize: 32), method: { _ in Rotation.Configuration() },
    optimizer: OptimizerConfiguration(
      .sgd, baseLearningRate: 0.2, weightDecay: 5e-4, isNesterov: true, excludesBiasAndNorm: false),
    batchSize: 128, epochs: 200, warmUpEpochs: 0,
    departures: [
      "a cosine (code: drops at 60, 120 and 160 epochs)",
      "crops of 0.6 of the area or more (code: shifts of 4 pixels)",
    ])

  static let rotationSmall = Preset(
    .rotationSmall,
    source: "scaled down for a few thousand pictures in minutes of training; see docs/benchmarks.md",
    isSmall: true, input: .images(views: .upright, imageSize: 64), method: { _ in Rotation.Configuration() },
    optimizer: .small(), batchSize: 64,
    epochs: 100, warmUpEpochs: 10, warmUpShare: 0.05)

  static let jigsaw = Preset(
    .jigsaw, source: "vissl's jigsaw_8gpu_resnet.yaml, after Noroozi & Favaro 2016",
    input: .images(views: .jigsaw, imageSize: 255), method: { _ in Jigsaw.Configuration() },
    optimizer: OptimizerConfiguration(.sgd, baseLearningRate: 0.1, weightDecay: 1e-4, excludesBiasAndNorm: false),
    batchSize: 256, epochs: 105, warmUpEpochs: 0,
    departures: ["a cosine (code: drops at 30, 60, 90 and 100 epochs)", "tiles of 63 pixels (code: 64)"])

  static let jigsawSmall = Preset(
    .jigsawSmall,
    source: "scaled down for a few thousand pictures in minutes of training; see docs/benchmarks.md",
    isSmall: true,
    input: .images(views: .jigsaw, imageSize: 96), method: { _ in Jigsaw.Configuration(orders: 64, tileWidth: 128) },
    optimizer: .small(), batchSize: 64,
    epochs: 100, warmUpEpochs: 10, warmUpShare: 0.05)
}
