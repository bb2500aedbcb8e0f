/// Learning from labels what a network is to tell: a head on its features, and as much of the network as `mode` says.
///
/// Without validation samples training lasts all `epochs`; with them it ends when their loss has not become less for
/// `patience` epochs, and the weights of the best epoch are taken. With the numbers of a table this is the supervised
/// stage of SCARF (Bahri et al. 2022: one hidden layer as wide as the features, Adam with 1e-3, batch 128, at most 200
/// epochs) but for the patience, 3 there: a quarter of a small table makes a single step an epoch, of which 3 decide
/// nothing.
public struct FineTuning: Sendable, Codable, Hashable {
  /// What of the network learns beside the head.
  public enum Mode: Sendable, Codable, Hashable {
    /// Nothing: the head is a linear probe, fitted and not trained.
    case probe
    /// Everything.
    case full
    /// So many of its last `stages`; the others keep their weights and statistics.
    case lastBlocks(Int)
  }

  /// How much a class counts.
  public enum ClassWeights: String, Sendable, Codable, Hashable, CaseIterable {
    /// Each sample the same.
    case none
    /// Each class the same.
    case balanced
    /// Balanced where the most frequent class has more than three times the samples of the rarest.
    case auto
  }

  public var mode = Mode.full
  /// Layers between features and what is told; nil for one as wide as the features, none for a linear head.
  public var hiddenWidths: [Int]?
  /// A linear head starts as the linear probe (Kumar et al. 2022): features then move only as far as labels ask for more.
  public var startsFromProbe = false
  /// Of the head and, times `layerDecay` for each stage between, of the network.
  public var learningRate: Double
  /// Above 0, at most 1: the earlier a stage, the slower it learns (as BEiT, Bao et al. 2022).
  public var layerDecay = 1.0
  public var weightDecay: Double
  /// The learning rate rises for a twentieth of the steps and falls along a cosine; else it stays.
  public var isCosine = false
  /// All samples where there are fewer.
  public var batchSize: Int
  /// At most.
  public var epochs: Int
  public var patience: Int
  /// How much of a residual branch training drops, of the last; see `BackboneConfiguration.droppingPaths(_:)`.
  public var dropPath = 0.0
  /// How much of each target is spread over all classes (Szegedy et al. 2016), 0 to below 1.
  public var labelSmoothing = 0.0
  /// Samples of a step are mixed in pairs, and so are their targets (Zhang et al. 2018): α of the Beta distribution of the
  /// share, 0 to 1; 0 mixes none.
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

  /// The same for a network that has learned nothing yet: all its stages have to learn alike.
  public var fromScratch: FineTuning {
    var result = self
    result.layerDecay = 1
    result.startsFromProbe = false
    result.mode = .full
    return result
  }
}
