import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// VISReg (arXiv:2606.02572): views of a sample agree, and over the batch the scale and the shape of the embeddings are those of a
/// standard normal distribution, each by a term of its own.
///
/// Where LeJEPA compares characteristic functions, it compares sorted projections with the quantiles of a normal distribution, after
/// the scale was divided out, so that a collapsed batch is told in which direction to spread.
package enum VISReg {
  package struct Configuration: NearNormalSettings {
    /// λ, the share of the terms on scale and shape, from 0 to 1: 0.6 in the paper on small sets.
    package var normalityWeight: Double
    /// M, the random directions of each step; 4096 in the paper.
    package var directions: Int
    package var projector: Projector.Configuration

    package init(
      normalityWeight: Double = 0.6, directions: Int = 4096, projector: Projector.Configuration = .leJEPA
    ) {
      self.normalityWeight = normalityWeight
      self.directions = directions
      self.projector = projector
    }

    package static var name: MethodName { .visreg }
    package static var summary: String {
      "views of a sample agree, and embeddings have the scale and, along random directions, the shape of a normal distribution"
    }
    package static var paper: String { "VISReg 2026, arXiv:2606.02572" }
    package static var normality: any NormalityMeasure { SlicedNormality() }
  }
}

extension MethodName {
  public static let visreg: MethodName = "visreg"
}

extension MethodRequest {
  /// VISReg; settings that are nil are the preset's.
  ///
  /// - Parameter projector: the head between backbone and loss.
  public static func visReg(projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.visreg, projector: projector)
  }
}

extension VISReg.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "visreg", source: "VISReg 2026 on small sets, with the other numbers of LeJEPA",
        input: .pictures(views: "lejepa", imageSize: 224, localCrops: 6), method: { _ in VISReg.Configuration() },
        optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 5e-4, weightDecay: 5e-4), batchSize: 256,
        epochs: 100, warmUpEpochs: 1, finalRateShare: 0.001),
      smallPair("visreg-small") { _ in VISReg.Configuration(directions: 256, projector: .smallNormal) },
    ]
  }
}
