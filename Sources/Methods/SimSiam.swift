import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// Exploring simple Siamese representation learning (Chen & He 2021).
///
/// From the embedding of one view, a predictor predicts the embedding of the other view, which receives no gradient.
/// There are neither negatives nor a teacher; the stopped gradient prevents the collapse.
package final class SimSiam: Method {
  package struct Configuration: MethodSettings {
    package var projector: Projector.Configuration
    /// The predictor's hidden layers; its last layer is as wide as the embedding.
    package var predictor: Projector.Configuration
    /// Whether the predictor's learning rate stays at its peak, as the official code recommends.
    package var predictorKeepsPeakRate: Bool
    /// If false, the method collapses (section 4.1 of the paper). This is for demonstrations, and for tests of the
    /// collapse sentinel.
    package var stopsGradient: Bool

    package init(
      projector: Projector.Configuration = .simsiam, predictor: Projector.Configuration = .simsiamPredictor,
      predictorKeepsPeakRate: Bool = true, stopsGradient: Bool = true
    ) {
      self.stopsGradient = stopsGradient
      self.projector = projector
      self.predictor = predictor
      self.predictorKeepsPeakRate = predictorKeepsPeakRate
    }

    package static var name: MethodName { .simsiam }
    package static var family: MethodFamily { .selfDistillation }
    package static var summary: String {
      "a predictor maps the embedding of one view to that of the other, which receives no gradient; no negatives"
    }
    package static var paper: String { "Chen & He 2021, arXiv:2011.10566" }
    package static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { \.projector }
    package var viewPlan: ViewPlan { .pair }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try SimSiam(self, on: backbone)
    }
  }

  private let branch: Branch
  private let predictor: Projector
  private let predictorKeepsPeakRate: Bool
  private let stopsGradient: Bool
  private let objective = NegativeCosine()

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    branch = try Branch(on: backbone, projector: configuration.projector)
    let width = branch.projector.outputs
    predictor = try Projector(inputs: width, configuration.predictor.ending(in: width))
    predictorKeepsPeakRate = configuration.predictorKeepsPeakRate
    stopsGradient = configuration.stopsGradient
  }

  package var backbone: any Backbone { branch.backbone }
  package var children: [(name: String, module: any Module)] { branch.children + [("predictor", predictor)] }
  package var lossIsMeanOfSamples: Bool { true }

  package var parametersAtPeakRate: [Parameter] {
    predictorKeepsPeakRate ? predictor.namedParameters.map(\.parameter) : []
  }

  /// Each view passes separately, as in the official code: batch normalisation sees one view at a time.
  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let (first, second) = (try branch(views[0]), try branch(views[1]))
    return MethodOutput(
      features: [first.features, second.features], embeddings: [first.embeddings, second.embeddings],
      predictions: [try predictor(first.embeddings), try predictor(second.embeddings)],
      targets: [second.embeddings, first.embeddings])
  }

  /// From −1 to 1.
  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    let (predictions, targets) = (output.predictions, output.targets)
    let stopped = try (objective(predictions[0], targets[0]) + objective(predictions[1], targets[1])) / 2
    if stopsGradient { return stopped }
    // The same value, but with a gradient that reaches the targets.
    let reversed = try (objective(targets[0], predictions[0]) + objective(targets[1], predictions[1])) / 2
    return try (stopped + reversed) / 2
  }
}

extension MethodName {
  public static let simsiam: MethodName = "simsiam"
}

extension MethodRequest {
  /// SimSiam; settings that are nil are the preset's.
  ///
  /// - Parameter projector: the head between backbone and loss.
  public static func simSiam(projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.simsiam, projector: projector)
  }
}

extension SimSiam.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "simsiam", source: "Chen & He 2021 on ImageNet in 100 epochs, and facebookresearch/simsiam",
        input: .pictures(views: "moco-v2", imageSize: 224), method: { _ in SimSiam.Configuration() },
        optimizer: OptimizerConfiguration(.sgd, baseLearningRate: 0.05, weightDecay: 1e-4, excludesBiasAndNorm: false),
        batchSize: 512, epochs: 100, warmUpEpochs: 0,
        departures: ["residual branches do not start at zero (code: they do)"]),
      smallPair(
        "simsiam-small", optimizer: .smallMomentum(baseLearningRate: 0.4),
        shortRun: .init(steps: 400, batchSize: 32, rateShare: 2)
      ) { _ in
        SimSiam.Configuration(
          projector: .smallSimSiam, predictor: .init(widths: [128], normalization: .hidden, lastHasBias: true))
      },
    ]
  }
}

extension SimSiam.Configuration {
  public func validate() throws(SettingError) {
    try Settings.validate(projector, under: "projector")
    try Settings.validate(predictor, under: "predictor")
  }
}
