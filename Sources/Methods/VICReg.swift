import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// Variance-invariance-covariance regularisation (Bardes et al. 2022).
///
/// Two views of each sample pass the backbone and a wide projector, the expander. Their embeddings should agree, while
/// over the batch every dimension keeps its variance and no two dimensions correlate.
package final class VICReg: Method {
  package struct Configuration: MethodSettings {
    /// λ, μ and ν: 25, 25 and 1 in the paper.
    package var invarianceWeight: Double
    package var varianceWeight: Double
    package var covarianceWeight: Double
    package var projector: Projector.Configuration

    package init(
      invarianceWeight: Double = 25, varianceWeight: Double = 25, covarianceWeight: Double = 1,
      projector: Projector.Configuration = .vicreg
    ) {
      self.invarianceWeight = invarianceWeight
      self.varianceWeight = varianceWeight
      self.covarianceWeight = covarianceWeight
      self.projector = projector
    }

    package static var name: MethodName { .vicreg }
    package static var family: MethodFamily { .redundancyReduction }
    package static var summary: String {
      "embeddings of two views agree, every dimension keeps its variance, and no two dimensions correlate"
    }
    package static var paper: String { "Bardes et al. 2022, arXiv:2105.04906" }
    package static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { \.projector }
    package static var takesAnyNumberOfViews: Bool { true }
    package var viewPlan: ViewPlan { .pair }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try VICReg(self, on: backbone)
    }
  }

  private let branch: Branch
  private let objective: VarianceInvarianceCovariance

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    branch = try Branch(on: backbone, projector: configuration.projector)
    objective = VarianceInvarianceCovariance(
      invarianceWeight: configuration.invarianceWeight, varianceWeight: configuration.varianceWeight,
      covarianceWeight: configuration.covarianceWeight)
  }

  package var backbone: any Backbone { branch.backbone }
  package var children: [(name: String, module: any Module)] { branch.children }

  /// Each view passes separately, as in the official code: batch normalisation sees one view at a time.
  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    try branch.apart(views)
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try meanOverViews(output.embeddings, objective.callAsFunction)
  }
}

extension MethodName {
  public static let vicreg: MethodName = "vicreg"
}

extension MethodRequest {
  /// VICReg; settings that are nil are the preset's.
  ///
  /// - Parameter projector: the head between backbone and loss.
  public static func vicReg(projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.vicreg, projector: projector)
  }
}

extension VICReg.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "vicreg", source: "Bardes et al. 2022 on ImageNet, and facebookresearch/vicreg (main_vicreg.py)",
        input: .pictures(views: "byol", imageSize: 224), method: { _ in VICReg.Configuration() },
        optimizer: OptimizerConfiguration(.lars, baseLearningRate: 0.2, weightDecay: 1e-6), batchSize: 2048,
        epochs: 1000, warmUpEpochs: 10, finalRateShare: 0.001),
      smallPair("vicreg-small") { _ in VICReg.Configuration(projector: .small3) },
    ]
  }
}

extension VICReg.Configuration {
  public func validate() throws(SettingError) {
    try checkLossWeight(invarianceWeight, "invarianceWeight")
    try checkLossWeight(varianceWeight, "varianceWeight")
    try checkLossWeight(covarianceWeight, "covarianceWeight")
    try Settings.validate(projector, under: "projector")
  }
}
