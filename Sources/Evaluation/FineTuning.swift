import Backbones
import Datasets
import Foundation
import Measures
import Training

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
  /// How much of a residual branch training drops, of the last; see `BackboneConfiguration.withDropPath`.
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

  /// What is usual for this kind of data and so many labels.
  ///
  /// Of pictures about 12,000 are looked at, in 20 to 200 passes: few labels gain from many different views of them.
  public init(usualFor data: DataConfiguration, backbone: BackboneConfiguration, labelCount: Int) {
    switch data {
    case .table: self.init()
    case .images:
      let epochs = min(max(12_000 / max(1, labelCount), 20), 200)
      self.init(
        hiddenWidths: [], learningRate: 1e-3, weightDecay: 0.05, batchSize: 64, epochs: epochs,
        patience: max(10, epochs / 4))
      isCosine = true
      startsFromProbe = true
      layerDecay = 0.75
      labelSmoothing = 0.1
      mixUp = 0.2
      if case .viT = backbone { dropPath = 0.1 }
    }
  }

  /// A linear probe on the frozen network of a run.
  static func probe(on run: RunFolder, labelCount: Int) throws -> FineTuning {
    let (configuration, _) = try run.open()
    var tuning = FineTuning(
      usualFor: configuration.data, backbone: configuration.backbone, labelCount: labelCount)
    tuning.mode = .probe
    return tuning
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

/// Samples to learn from, or to be judged by, with what is to be told of each.
public struct LabelledViews {
  /// Drawn anew at every pass.
  public let training: any ViewSource
  /// Without any chance in them.
  public let plain: any ViewSource
  /// One row a sample, as `Targets.row(of:)` gives it.
  public let targets: [[Float]]

  public var count: Int { targets.count }

  /// - Parameter training: nil for views that are always the same.
  public init(_ plain: any ViewSource, training: (any ViewSource)? = nil, targets: [[Float]]) throws(MeasureError) {
    guard plain.sampleCount == targets.count else {
      throw MeasureError.count("targets", found: targets.count, expected: plain.sampleCount)
    }
    guard !targets.isEmpty else { throw MeasureError.tooFew("samples", found: 0, needed: 1) }
    self.plain = plain
    self.training = training ?? plain
    self.targets = targets
  }
}

/// The views of all samples of a collection, so that parts of it share what was decoded.
public struct CollectionViews {
  public let plain: any ViewSource
  public let training: any ViewSource
  let targets: Targets

  public init(of data: any SampleCollection, targets: Targets, seed: UInt64 = 0) {
    plain = data.evaluationView(of: Array(data.names.indices))
    training = data.supervisedViews(seed: seed)
    self.targets = targets
  }

  /// - Parameter samples: those without a known target are left out.
  public func part(_ samples: [Int]) throws(MeasureError) -> LabelledViews {
    let known = samples.filter { targets.row(of: $0) != nil }
    return try LabelledViews(
      SubsetViews(plain, samples: known), training: SubsetViews(training, samples: known),
      targets: known.compactMap { targets.row(of: $0) })
  }
}
