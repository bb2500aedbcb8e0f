import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// Self-supervised learning via redundancy reduction (Zbontar et al. 2021).
///
/// Two views of each sample pass the backbone and a wide projector. Over the batch, each dimension of the embedding
/// should correlate with the same dimension of the other view and with no other dimension.
package final class BarlowTwins: Method {
  package struct Configuration: MethodSettings {
    /// λ, the weight of correlations between different dimensions; 0.0051 in the official code.
    package var redundancyWeight: Double
    package var projector: Projector.Configuration

    package init(redundancyWeight: Double = 0.0051, projector: Projector.Configuration = .barlowTwins) {
      self.redundancyWeight = redundancyWeight
      self.projector = projector
    }

    package static var name: MethodName { .barlowTwins }
    package static var family: MethodFamily { .redundancyReduction }
    package static var summary: String {
      "each dimension of the embedding correlates with itself in the other view and with no other dimension"
    }
    package static var paper: String { "Zbontar et al. 2021, arXiv:2103.03230" }
    package static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { \.projector }
    package static var takesAnyNumberOfViews: Bool { true }
    package var viewPlan: ViewPlan { .pair }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try BarlowTwins(self, on: backbone)
    }
  }

  private let branch: Branch
  private let objective: CrossCorrelation

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    branch = try Branch(on: backbone, projector: configuration.projector)
    objective = CrossCorrelation(redundancyWeight: configuration.redundancyWeight)
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
  public static let barlowTwins: MethodName = "barlow-twins"
}

extension MethodRequest {
  /// BarlowTwins; settings that are nil are the preset's.
  ///
  /// - Parameter projector: the head between backbone and loss.
  public static func barlowTwins(projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.barlowTwins, projector: projector)
  }
}

extension BarlowTwins.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "barlow-twins", source: "Zbontar et al. 2021 on ImageNet, and facebookresearch/barlowtwins (main.py)",
        input: .pictures(views: "byol", imageSize: 224), method: { _ in BarlowTwins.Configuration() },
        // The learning rate of biases and normalisation is 0.0048.
        optimizer: OptimizerConfiguration(.lars, baseLearningRate: 0.2, weightDecay: 1e-6, biasAndNormRate: 0.024),
        batchSize: 2048, epochs: 1000, warmUpEpochs: 10, finalRateShare: 0.001),
      // The error of a correlation falls only with the root of the number of samples. With so few samples and 512
      // dimensions, most of the loss would be noise.
      smallPair("barlow-twins-small") {
        BarlowTwins.Configuration(projector: .init(widths: [$0.features, 64], normalization: .hidden))
      },
    ]
  }
}

extension BarlowTwins.Configuration {
  public func validate() throws(SettingError) {
    try checkLossWeight(redundancyWeight, "redundancyWeight")
    try Settings.validate(projector, under: "projector")
  }
}
