import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// With a little help from my friends: nearest neighbours as positives (Dwibedi et al. 2021).
///
/// As in SimCLR, but the positive of a view is not the other view: it is that embedding of earlier batches which is nearest to
/// the other view. So samples that look alike attract each other, too. A predictor follows the projector. The queue of earlier
/// embeddings is wider than a batch, which makes the method less dependent on strong augmentation.
package final class NNCLR: Method {
  package struct Configuration: ContrastiveSettings {
    /// τ, above 0; 0.1 in the paper.
    package var temperature: Double
    package var projector: Projector.Configuration
    /// The predictor's hidden layers; its last layer is as wide as the embedding.
    package var predictor: Projector.Configuration
    /// The number of earlier embeddings: 98,304 on ImageNet.
    package var queueLength: Int

    package init(
      temperature: Double = 0.1, projector: Projector.Configuration = .nnclr,
      predictor: Projector.Configuration = .byolPredictor, queueLength: Int = 98_304
    ) {
      self.temperature = temperature
      self.projector = projector
      self.predictor = predictor
      self.queueLength = queueLength
    }

    package static var name: MethodName { .nnclr }
    package static var needsNegatives: Bool { true }
    package static var summary: String {
      "as simclr, but the positive of a view is the nearest neighbour of the other view among earlier samples"
    }
    package static var paper: String { "Dwibedi et al. 2021, arXiv:2104.14548" }
    package static var takesAnyNumberOfViews: Bool { true }
    package var viewPlan: ViewPlan { .pair }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try NNCLR(self, on: backbone)
    }
  }

  private let branch: Branch
  private let predictor: Projector
  private let queue: KeyQueue
  private let objective: InfoNCE

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    branch = try Branch(on: backbone, projector: configuration.projector)
    let width = branch.projector.outputs
    predictor = try Projector(inputs: width, configuration.predictor.ending(in: width))
    queue = try KeyQueue(length: configuration.queueLength, width: width)
    objective = InfoNCE(temperature: configuration.temperature)
  }

  package var backbone: any Backbone { branch.backbone }
  package var children: [(name: String, module: any Module)] {
    branch.children + [("predictor", predictor), ("queue", queue)]
  }

  /// Each view passes separately. Targets are the neighbours of the two global views, which receive no gradient.
  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let passed = try branch.apart(views)
    return MethodOutput(
      features: passed.features, embeddings: passed.embeddings,
      predictions: try passed.embeddings.map { view throws(TorchError) in try predictor(view) },
      targets: try passed.embeddings.prefix(2).map { view throws(TorchError) in try queue.nearest(to: view) })
  }

  /// The neighbour of one view has to find the prediction from another view of its sample (equation 3).
  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try meanOverViews(output.predictions, targets: output.targets) { prediction, neighbour throws(TorchError) in
      try objective(neighbour, prediction)
    }
  }

  package func afterStep(_ output: MethodOutput, at position: RunPosition) throws(TorchError) {
    try queue.replaceOldest(with: output.embeddings[0], step: position.step)
  }
}

extension KeyQueue {
  /// For each embedding the key that is most similar to it, [N, width], without gradients.
  fileprivate func nearest(to embeddings: Tensor) throws(TorchError) -> Tensor {
    try noGrad { () throws(TorchError) in
      let similarities = try normalized(embeddings.detach().to(dtype: keys.tensor.dtype)).matmul(
        keys.tensor.transposed())
      return try keys.tensor.indexed(by: similarities.argmax(1))
    }
  }
}

extension MethodName {
  public static let nnclr: MethodName = "nnclr"
}

extension MethodRequest {
  /// NNCLR; settings that are nil are the preset's.
  ///
  /// - Parameters:
  ///   - temperature: τ of the loss, from 0.001 to 100.
  ///   - projector: the head between backbone and loss.
  public static func nnclr(temperature: Double? = nil, projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.nnclr, temperature: temperature, projector: projector)
  }
}

extension NNCLR.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "nnclr", source: "Dwibedi et al. 2021 on ImageNet in 1000 epochs",
        input: .pictures(views: "byol", imageSize: 224),
        method: { _ in NNCLR.Configuration() },
        optimizer: OptimizerConfiguration(.lars, baseLearningRate: 0.3, weightDecay: 1e-6), batchSize: 4096,
        epochs: 1000, warmUpEpochs: 10),
      smallPair("nnclr-small") {
        NNCLR.Configuration(
          temperature: 0.2, projector: .simclr(features: $0.features), predictor: .smallPredictor, queueLength: 1024)
      },
    ]
  }
}

extension Projector.Configuration {
  /// NNCLR as published: hidden layers of 2048, 256 outputs, all normalised.
  static let nnclr = Projector.Configuration(widths: [2048, 2048, 256], normalization: .all)
}

extension NNCLR.Configuration {
  public func validate() throws(SettingError) {
    try checkTemperature(temperature)
    try Settings.validate(projector, under: "projector")
    try Settings.validate(predictor, under: "predictor")
    try check(queueLength, in: 1...1_048_576, "queueLength")
    try checkVectors(queueLength, behind: projector, "queueLength")
  }
}
