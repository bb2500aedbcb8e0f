import Settings

/// Settings of supervised fine-tuning: a new head and, depending on `mode`, the backbone.
///
/// Without validation samples, training lasts all `epochs`. With them it ends when their loss has not fallen for
/// `patience` epochs, and the weights of the best epoch are used. The settings for tables are those of SCARF's
/// supervised stage (Bahri et al. 2022: one hidden layer as wide as the features, Adam with 1e-3, batch 128, at most
/// 200 epochs) except for the patience, which is 3 there. A quarter of a small table is a single step per epoch, and 3
/// steps are too few to decide.
public struct FineTuning: Sendable, Codable, Hashable {
  /// Which part of the backbone is trained.
  public enum Mode: Sendable, Codable, Hashable {
    /// None: the head is a linear probe, which is fitted and not trained.
    case probe
    /// All of it.
    case full
    /// That many of its last `stages`; the others keep their weights and statistics.
    case lastBlocks(Int)
  }

  /// The weights of classes in the loss.
  public enum ClassWeights: String, Sendable, Codable, Hashable, CaseIterable {
    /// All samples have the same weight.
    case none
    /// All classes have the same weight.
    case balanced
    /// If the most frequent class has more than three times the samples of the rarest, weights by the root of how rare a
    /// class is (as Mahajan et al. 2018 draw samples): between accuracy and balanced accuracy. Otherwise none.
    case auto
  }

  public var mode = Mode.full
  /// Widths of the head's hidden layers; nil for one as wide as the features, empty for a linear head.
  public var hiddenWidths: [Int]?
  /// A linear head starts as the fitted linear probe (Kumar et al. 2022), so that features change only as far as labels
  /// require it.
  public var startsFromProbe = false
  /// The learning rate of the head. That of a stage of the backbone is multiplied by `layerDecay` for each stage
  /// between.
  public var learningRate: Double
  /// Above 0, at most 1: the earlier a stage, the lower its learning rate (as in BEiT, Bao et al. 2022).
  public var layerDecay = 1.0
  public var weightDecay: Double
  /// If true, the learning rate rises for a twentieth of the steps and then falls along a cosine; otherwise it is
  /// constant.
  public var isCosine = false
  /// The batch is all samples if there are fewer.
  public var batchSize: Int
  /// The most epochs.
  public var epochs: Int
  public var patience: Int
  /// The drop-path rate of the last residual branch; see `BackboneConfiguration.droppingPaths(_:)`.
  public var dropPath = 0.0
  /// How much of each target is spread over all classes (Szegedy et al. 2016), 0 to below 1.
  public var labelSmoothing = 0.0
  /// Mixup (Zhang et al. 2018): the samples of a step, and their targets, are mixed in pairs. α of the Beta
  /// distribution of the share, 0 to 1; 0 for none.
  public var mixUp = 0.0
  public var classWeights = ClassWeights.auto

  public init(
    hiddenWidths: [Int]? = nil, learningRate: Double = 1e-3, weightDecay: Double = 0, batchSize: Int = 128,
    epochs: Int = 200, patience: Int = 20
  ) {
    self.hiddenWidths = hiddenWidths
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.batchSize = batchSize
    self.epochs = epochs
    self.patience = patience
  }

  /// The settings for a pre-trained network that few labels adapt: it starts from its probe, its first layers change least,
  /// and training sees about 12,000 samples, within a range of epochs.
  public static func adapting(
    to labelCount: Int, epochs range: ClosedRange<Int>, batchSize: Int, weightDecay: Double
  ) -> FineTuning {
    let epochs = min(max(12_000 / max(1, labelCount), range.lowerBound), range.upperBound)
    var tuning = FineTuning(
      hiddenWidths: [], learningRate: 1e-3, weightDecay: weightDecay, batchSize: batchSize, epochs: epochs,
      patience: max(range.lowerBound / 2, epochs / 4))
    tuning.isCosine = true
    tuning.startsFromProbe = true
    tuning.layerDecay = 0.75
    tuning.labelSmoothing = 0.1
    return tuning
  }

  /// The settings for a network that is not trained yet: all its stages have the same learning rate.
  public var fromScratch: FineTuning {
    var result = self
    result.layerDecay = 1
    result.startsFromProbe = false
    result.mode = .full
    return result
  }
}

extension FineTuning: Validated {
  public func validate() throws(SettingError) {
    try check(batchSize, in: 1...Int.max, "batchSize")
    try check(epochs, in: 1...1_000_000, "epochs")
    try check(patience, in: 0...1_000_000, "patience")
    try check(learningRate, in: 0...1e6, "learningRate")
    try check(weightDecay, in: 0...1e6, "weightDecay")
    try check(layerDecay, in: 0...1, "layerDecay")
    try check(dropPath, in: 0...1, "dropPath")
    try check(labelSmoothing, in: 0...1, "labelSmoothing")
    try check(mixUp, in: 0...1, "mixUp")
  }
}
