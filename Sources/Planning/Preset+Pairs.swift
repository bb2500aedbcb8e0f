import Methods
import Training

// Methods that learn from pairs of pictures, as published.
extension Preset {
  static let mocoV2 = Preset(
    .mocoV2, source: "Chen et al. 2020 on ImageNet in 200 epochs, and facebookresearch/moco",
    input: .images(views: .mocoV2, imageSize: 224),
    method: { MoCoV2.Configuration(projector: .mocoV2(features: $0.features)) },
    optimizer: OptimizerConfiguration(.sgd, baseLearningRate: 0.03, weightDecay: 1e-4, excludesBiasAndNorm: false),
    batchSize: 256, epochs: 200, warmUpEpochs: 0,
    departures: ["keys are shuffled between groups of one device (code: between devices)"])

  static let mocoV3 = Preset(
    .mocoV3, source: "Chen, Xie & He 2021 with a ResNet-50 in 300 epochs, and facebookresearch/moco-v3 (CONFIG.md)",
    input: .images(views: .mocoV3, imageSize: 224), method: { _ in MoCoV3.Configuration() },
    optimizer: OptimizerConfiguration(.lars, baseLearningRate: 0.3, weightDecay: 1e-6), batchSize: 4096,
    epochs: 300, warmUpEpochs: 10)

  static let supconCIFAR = Preset(
    .supconCIFAR, source: "Khosla et al. 2020 on CIFAR-10, and HobbitLong/SupContrast",
    input: .images(views: .supcon, imageSize: 32),
    method: { SupCon.Configuration(temperature: 0.1, projector: .supcon(features: $0.features)) },
    optimizer: OptimizerConfiguration(.sgd, baseLearningRate: 0.125, weightDecay: 1e-4, excludesBiasAndNorm: false),
    batchSize: 1024, epochs: 1000, warmUpEpochs: 10, finalRateShare: 0.001,
    departures: ["the loss is not multiplied by temperature/0.07 (code: it is)"])

  static let dcl = Preset(
    .dcl,
    source: "Yeh et al. 2022 on ImageNet (batch 256, 200 epochs), with the other numbers of google-research/simclr",
    input: .images(views: .simclr, imageSize: 224),
    method: { DCL.Configuration(temperature: 0.1, projector: .simclr(features: $0.features)) },
    optimizer: OptimizerConfiguration(.larsSimCLR, baseLearningRate: 0.3, weightDecay: 1e-6), batchSize: 256,
    epochs: 200, warmUpEpochs: 10)

  static let byol = Preset(
    .byol, source: "Grill et al. 2020 on ImageNet in 300 epochs, and deepmind-research/byol (configs/byol.py)",
    input: .images(views: .byol, imageSize: 224),
    method: { _ in BYOL.Configuration(momentum: .cosine(from: 0.99, to: 1)) },
    optimizer: OptimizerConfiguration(.lars, baseLearningRate: 0.3, weightDecay: 1e-6), batchSize: 4096,
    epochs: 300, warmUpEpochs: 10)

  static let simsiam = Preset(
    .simsiam, source: "Chen & He 2021 on ImageNet in 100 epochs, and facebookresearch/simsiam",
    input: .images(views: .mocoV2, imageSize: 224), method: { _ in SimSiam.Configuration() },
    optimizer: OptimizerConfiguration(.sgd, baseLearningRate: 0.05, weightDecay: 1e-4, excludesBiasAndNorm: false),
    batchSize: 512, epochs: 100, warmUpEpochs: 0,
    departures: ["residual branches do not start at zero (code: they do)"])

  static let barlowTwins = Preset(
    .barlowTwins, source: "Zbontar et al. 2021 on ImageNet, and facebookresearch/barlowtwins (main.py)",
    input: .images(views: .byol, imageSize: 224), method: { _ in BarlowTwins.Configuration() },
    // Biases and normalisation learn at 0.0048.
    optimizer: OptimizerConfiguration(.lars, baseLearningRate: 0.2, weightDecay: 1e-6, biasAndNormRate: 0.024),
    batchSize: 2048, epochs: 1000, warmUpEpochs: 10, finalRateShare: 0.001)

  static let vicreg = Preset(
    .vicreg, source: "Bardes et al. 2022 on ImageNet, and facebookresearch/vicreg (main_vicreg.py)",
    input: .images(views: .byol, imageSize: 224), method: { _ in VICReg.Configuration() },
    optimizer: OptimizerConfiguration(.lars, baseLearningRate: 0.2, weightDecay: 1e-6), batchSize: 2048,
    epochs: 1000, warmUpEpochs: 10, finalRateShare: 0.001)
}
