import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// LeJEPA (Balestriero & LeCun 2025): views of a sample agree, and over the batch embeddings are normally distributed.
///
/// There is no teacher, no predictor and no stopped gradient. The second term alone prevents the collapse: along random directions,
/// embeddings have to look like a standard normal distribution. Its loss is comparable between runs of one data set, which makes it
/// a candidate for choosing without labels.
package enum LeJEPA {
  package struct Configuration: NearNormalSettings {
    /// λ, the share of the second term, from 0 to 1: 0.05 for eight views, 0.02 for four, 0.01 for two in the authors' code.
    package var normalityWeight: Double
    /// M, the random directions of each step; 1024 in the paper.
    package var directions: Int
    package var projector: Projector.Configuration

    package init(
      normalityWeight: Double = 0.02, directions: Int = 1024, projector: Projector.Configuration = .leJEPA
    ) {
      self.normalityWeight = normalityWeight
      self.directions = directions
      self.projector = projector
    }

    package static var name: MethodName { .leJEPA }
    package static var summary: String {
      "views of a sample agree, and embeddings are normally distributed along random directions; no teacher"
    }
    package static var paper: String { "Balestriero & LeCun 2025, arXiv:2511.08544" }
    package static var normality: any NormalityMeasure { SketchedGaussianity() }
  }
}

extension MethodName {
  public static let leJEPA: MethodName = "lejepa"
}

extension MethodRequest {
  /// LeJEPA; settings that are nil are the preset's.
  ///
  /// - Parameter projector: the head between backbone and loss.
  public static func leJEPA(projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.leJEPA, projector: projector)
  }
}

extension LeJEPA.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "lejepa", source: "Balestriero & LeCun 2025, and rbalestr-lab/lejepa, with a residual network",
        input: .pictures(views: "lejepa", imageSize: 224, localCrops: 6),
        method: { _ in LeJEPA.Configuration(normalityWeight: 0.05) },
        optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 5e-4, weightDecay: 5e-4), batchSize: 256,
        epochs: 100, warmUpEpochs: 1, finalRateShare: 0.001),
      smallPair("lejepa-small") { _ in LeJEPA.Configuration(directions: 256, projector: .smallNormal) },
    ]
  }
}

extension Projector.Configuration {
  /// LeJEPA as published: hidden layers of 2048, 64 outputs without normalisation.
  static let leJEPA = Projector.Configuration(widths: [2048, 2048, 64], normalization: .hidden, hasBias: true)

  /// For small sets: 512 hidden, 64 outputs, whose distribution the loss compares with a normal one.
  static let smallNormal = Projector.Configuration(widths: [512, 64], normalization: .hidden)
}
