import Methods
import Training

// The same methods for a few thousand pictures in minutes: the views, the optimiser and the batch of `small`, heads
// that fit so few steps, and teachers that follow faster.
extension Preset {
  private static func smallPair<Settings: MethodSettings>(
    _ name: Name, optimizer: OptimizerConfiguration = .small(), method: @escaping @Sendable (Sizes) -> Settings
  ) -> Preset {
    Preset(
      name, source: "scaled down for a few thousand pictures in minutes of training; see docs/benchmarks.md",
      isSmall: true,
      input: .images(views: .small, imageSize: 64), method: method, optimizer: optimizer,
      batchSize: 256, epochs: 100, warmUpEpochs: 10, warmUpShare: 0.05)
  }

  /// Where a predictor follows: adaptive steps let these methods fall to a few dimensions within fifty of them.
  private static func momentum(baseLearningRate: Double) -> OptimizerConfiguration {
    OptimizerConfiguration(
      .sgd, baseLearningRate: baseLearningRate, weightDecay: 5e-4)
  }

  /// Without normalisation in the projector, as published, the embeddings of the digits fell to three effective dimensions
  /// within fifty steps; and keys of a teacher that hardly moves are not worth telling apart in so few.
  static let mocoV2Small = smallPair(.mocoV2Small) {
    MoCoV2.Configuration(
      projector: .simclr(features: $0.features), queueLength: 512, momentum: .constant(0.9), keyGroups: 4)
  }

  static let mocoV3Small = smallPair(.mocoV3Small) { _ in
    MoCoV3.Configuration(
      temperature: 0.2, projector: .small2, predictor: .smallPredictor, momentum: .cosine(from: 0.97, to: 1))
  }

  static let supconSmall = smallPair(.supconSmall) {
    SupCon.Configuration(temperature: 0.1, projector: .simclr(features: $0.features))
  }

  static let dclSmall = smallPair(.dclSmall) {
    DCL.Configuration(temperature: 0.2, projector: .simclr(features: $0.features))
  }

  static let byolSmall = smallPair(.byolSmall, optimizer: momentum(baseLearningRate: 0.4)) { _ in
    BYOL.Configuration(projector: .small2, predictor: .smallPredictor, momentum: .cosine(from: 0.9, to: 1))
  }

  static let simsiamSmall = smallPair(.simsiamSmall, optimizer: momentum(baseLearningRate: 0.4)) { _ in
    SimSiam.Configuration(
      projector: .smallSimSiam, predictor: .init(widths: [128], normalization: .hidden, lastHasBias: true))
  }

  /// A correlation of so few samples is known to no better than its root: of 512 dimensions the noise is most of the loss.
  static let barlowTwinsSmall = smallPair(.barlowTwinsSmall) {
    BarlowTwins.Configuration(projector: .init(widths: [$0.features, 64], normalization: .hidden))
  }

  static let vicregSmall = smallPair(.vicregSmall) { _ in VICReg.Configuration(projector: .small3) }
}
