import Backbones
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
package final class VISReg: Method {
  package struct Configuration: MethodSettings {
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
    package static var family: MethodFamily { .redundancyReduction }
    package static var summary: String {
      "views of a sample agree, and embeddings have the scale and, along random directions, the shape of a normal distribution"
    }
    package static var paper: String { "VISReg 2026, arXiv:2606.02572" }
    package static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { \.projector }
    package static var takesAnyNumberOfViews: Bool { true }
    package var viewPlan: ViewPlan { .pair }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try VISReg(self, on: backbone)
    }
  }

  private let branch: Branch
  private let normalityWeight: Double
  private let agreement = ViewsAgreement()
  private let normality: SlicedNormality

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    branch = try Branch(on: backbone, projector: configuration.projector)
    normalityWeight = configuration.normalityWeight
    normality = SlicedNormality(directionCount: configuration.directions)
  }

  package var backbone: any Backbone { branch.backbone }
  package var children: [(name: String, module: any Module)] { branch.children }

  /// Views of one size pass in one batch.
  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    try branch.together(views)
  }

  /// (1 − λ) · agreement + λ · mean over views of the distance from a normal distribution, along the same directions.
  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    let views = output.embeddings
    let directions = try SketchedGaussianity.directions(
      normality.directionCount, width: views[0].shape[1], like: views[0], step: position.step)
    let distances = try views.map { view throws(TorchError) in try normality(view, along: directions) }
    return try agreement(views, globalCount: 2) * (1 - normalityWeight) + stack(distances).mean() * normalityWeight
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

extension VISReg.Configuration {
  public func validate() throws(SettingError) {
    try check(normalityWeight, in: 0...1, "normalityWeight")
    try check(directions, in: 1...65_536, "directions")
    try checkVectors(directions, behind: projector, "directions")
    try Settings.validate(projector, under: "projector")
  }
}
